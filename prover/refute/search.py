"""Look for values that make the premises of a claim true and its conclusion false.

Variables are chosen in the order of the statement. A premise is tested as soon as its variables are chosen. Boxes of
simple values grow; in front of each box come the values at which a premise or the conclusion changes between true and
false, found by solving it for the variable at hand. The search is deterministic and counts evaluations, not seconds.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from prover.refute.kinds import INT, NAT, PROP, RAT, REAL, Kind
from prover.refute.meaning import Scope, kind_of, meaning
from prover.refute.numbers import Undefined, exact, square_root
from prover.refute.operations import Meaning, Values
from prover.refute.slots import Claim, Premise, Value
from prover.refute.syntax import Apply, Name, Term, Unread, free_names, subterms
from prover.refute.witnesses import MOST, Witness, number, samples, simplest, types

BOXES = (2, 3, 5, 9, 17, 33, 80, 250, 1000, MOST)
"""How many values of each variable the boxes hold."""
_FAILS = (Undefined, ArithmeticError, ValueError, TypeError, RecursionError, AttributeError, KeyError)
_ORDERED = ("ℕ", "ℤ", "ℚ", "ℝ", "NNReal", "ℕ+")


@dataclass(frozen=True, slots=True)
class Found:
    """A counterexample: for each value slot, in order, its name and what is chosen."""

    chosen: tuple[tuple[Value, Witness], ...]

    @property
    def text(self) -> str:
        """The counterexample as people write it."""
        return ", ".join(f"{value.name} = {witness.text}" for value, witness in self.chosen) or "no variable needed"

    @property
    def values(self) -> Values:
        return {value.name: witness.value for value, witness in self.chosen}


class _Spent(Exception):
    """All evaluations are used up."""


def counterexamples(claim: Claim, evaluations: int) -> Iterator[Found]:
    """Give counterexamples, those in small boxes first. Raises `Unread` for a claim that has no meaning here."""
    search = _Search(claim, evaluations)
    seen: set[tuple[str, ...]] = set()
    try:
        for found in search.run():
            key = tuple(witness.text for _, witness in found.chosen)
            if key not in seen:
                seen.add(key)
                yield found
    except _Spent:
        return


class _Search:
    def __init__(self, claim: Claim, evaluations: int) -> None:
        self._left = evaluations
        self._values = claim.values
        if not self._values:
            raise Unread("no variable to choose")
        kinds = {value.name: value.kind for value in self._values}
        chosen_types = {value.name: types()[0][0] for value in self._values if value.kind.head == "Type"}
        self._scope = Scope(kinds, chosen_types, samples, self._spend)
        names = [value.name for value in self._values]
        self._tests: list[list[Meaning]] = [[] for _ in names]
        self._borders: list[list[Callable[[Values], list[Any]]]] = [[] for _ in names]
        self._unread = 0
        for slot in claim.slots:
            if isinstance(slot, Premise) and slot.term is not None:
                place = self._place(slot.term, names)
                self._tests[place].append(meaning(slot.term, self._scope, PROP))
                self._note_borders(slot.term, place)
        place = self._place(claim.conclusion, names)
        self._conclusion = meaning(claim.conclusion, self._scope, PROP)
        self._note_borders(claim.conclusion, len(names) - 1)
        if place < len(names) - 1:
            self._note_borders(claim.conclusion, place)

    def run(self) -> Iterator[Found]:
        count = len(self._values)
        before = 0
        for size in BOXES:
            allowed = [_box(value.kind, size) for value in self._values]
            if before and all(len(box) <= before for box in allowed):
                return
            yield from self._choose(0, {}, (), allowed, before)
            before = size
            if count > 1 and self._left <= 0:
                return

    def _choose(
        self,
        place: int,
        values: Values,
        chosen: tuple[tuple[Value, Witness], ...],
        boxes: list[Sequence[Witness]],
        before: int,
    ) -> Iterator[Found]:
        value, name = self._values[place], self._values[place].name
        values = {**values}
        last = place == len(self._values) - 1
        candidates = boxes[place]
        if last and place == 0 and before:
            candidates = candidates[before:]
        for witness in (*self._solved(place, value, values), *candidates):
            values[name] = witness.value
            if not self._holds(place, values):
                continue
            if not last:
                yield from self._choose(place + 1, values, (*chosen, (value, witness)), boxes, before)
            elif self._fails(values):
                yield Found((*chosen, (value, witness)))

    def _holds(self, place: int, values: Values) -> bool:
        for test in self._tests[place]:
            self._spend()
            try:
                if not test(values):
                    return False
            except _FAILS:
                return False
        return True

    def _fails(self, values: Values) -> bool:
        self._spend()
        try:
            return not self._conclusion(values)
        except _FAILS:
            return False

    def _spend(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise _Spent

    # -- borders -------------------------------------------------------------------------------------------------------

    def _place(self, term: Term, names: list[str]) -> int:
        used = free_names(term)
        return max((place for place, name in enumerate(names) if name in used), default=0)

    def _note_borders(self, term: Term, place: int) -> None:
        name = self._values[place].name
        if self._values[place].kind.head not in _ORDERED:
            return
        for part in subterms(term):
            if isinstance(part, Apply) and part.head in ("=", "<", "≤") and name in free_names(part):
                first, second = part.arguments
                kind = kind_of(first, self._scope) or kind_of(second, self._scope)
                if kind not in (NAT, INT, RAT, REAL):
                    continue
                wide = INT if kind == NAT else kind
                try:
                    sides = [meaning(side, self._scope, wide) for side in (first, second)]
                except Unread:
                    continue
                self._borders[place].append(_borders(name, self._values[place].kind, sides[0], sides[1], self._spend))

    def _solved(self, place: int, value: Value, values: Values) -> list[Witness]:
        found: list[Any] = []
        for borders in self._borders[place]:
            found += _around(borders(values), value.kind)
        return [number(each) for each in dict.fromkeys(found)]


def _box(kind: Kind, size: int) -> Sequence[Witness]:
    """Return the first values of a type, or what a type variable stands for. Raises `Unread`."""
    if kind.head == "Type":
        return [Witness(None, text) for _, text in types()[:1]]
    return simplest(kind, size)


def _borders(
    name: str, kind: Kind, first: Meaning, second: Meaning, spend: Callable[[], None]
) -> Callable[[Values], list[Any]]:
    """Return a function that gives the roots of the difference of two sides in one variable."""

    def difference(values: Values, at: Any) -> Any:
        spend()
        values[name] = at
        return exact(first(values) - second(values))

    def borders(values: Values) -> list[Any]:
        try:
            points = [difference(values, at) for at in (0, 1, 2, 3, 4)]
        except _FAILS:
            return []
        if not any(isinstance(point, float) for point in points):
            # Twice the coefficients: whole numbers are quicker than fractions.
            a = points[2] - 2 * points[1] + points[0]
            b = 2 * (points[1] - points[0]) - a
            c = points[0]
            if all(a * at * at + b * at == 2 * (points[at] - c) for at in (3, 4)):
                return _roots(Fraction(a) / 2, Fraction(b) / 2, c)
        return _crossings(lambda at: difference(values, at), kind)

    return borders


def _roots(a: Any, b: Any, c: Any) -> list[Any]:
    if a == 0:
        return [] if b == 0 else [exact(Fraction(-c) / b)]
    discriminant = b * b - 4 * a * c
    if discriminant < 0:
        return []
    root = square_root(discriminant)
    if isinstance(root, float):
        return [(-float(b) - root) / (2 * float(a)), (-float(b) + root) / (2 * float(a))]
    return [exact(Fraction(-b - root) / (2 * a)), exact(Fraction(-b + root) / (2 * a))]


def _crossings(difference: Callable[[Any], Any], kind: Kind) -> list[Any]:
    """Return whole numbers next to which a function changes its sign."""
    signs = (1,) if kind.head in ("ℕ", "ℕ+", "NNReal") else (1, -1)
    found = []
    for sign in signs:
        before: tuple[int, bool] | None = None
        for size in (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 4096, 16384, 65536, 2**20):
            try:
                above = difference(sign * size) > 0
            except _FAILS:
                break
            if before is not None and above != before[1]:
                low, high = before[0], size
                while high - low > 1:
                    middle = (low + high) // 2
                    low, high = (low, middle) if (difference(sign * middle) > 0) == above else (middle, high)
                found.append(sign * high)
            before = size, above
    return found


def _around(roots: list[Any], kind: Kind) -> list[Any]:
    """Return roots and their neighbours, as far as they are values of a type."""
    found: list[Any] = []
    for root in roots:
        if isinstance(root, float) and not math.isfinite(root):
            continue
        low = math.floor(root)
        if kind.head in ("ℕ", "ℤ", "ℕ+"):
            found += [root] if isinstance(root, int) else []
            found += [low, low + 1, low - 1, low + 2]
        else:
            found += [] if isinstance(root, float) else [root]
            near = Fraction(root).limit_denominator(1000) if isinstance(root, float) else root
            found += [low, low + 1, near + 1, near - 1, near + Fraction(1, 2), near - Fraction(1, 2)]
            found += [near + Fraction(1, 10), near - Fraction(1, 10), near + Fraction(1, 100), near - Fraction(1, 100)]
    least = {"ℕ": 0, "NNReal": 0, "ℕ+": 1}.get(kind.head)
    return found if least is None else [value for value in found if value >= least]


def simplest_found(asked: Claim, evaluations: int, most: int, kept: int) -> list[Found]:
    """Return the `kept` simplest of the first `most` counterexamples.

    Those at which real functions have rational values come first. Raises `Unread` for a claim that has no meaning here.
    """
    scope = Scope({value.name: value.kind for value in asked.values}, {}, samples)
    terms = [slot.term for slot in asked.slots if isinstance(slot, Premise) and slot.term is not None]
    real = [_read(part, scope) for term in (*terms, asked.conclusion) for part in real_subterms(term)]

    def difficulty(candidate: Found) -> tuple[int, float]:
        irrational = sum(part is not None and _irrational(part, candidate.values) for part in real)
        return irrational, sum(_size(witness) for _, witness in candidate.chosen)

    return sorted(itertools.islice(counterexamples(asked, evaluations), most), key=difficulty)[:kept]


def _read(part: Term, scope: Scope) -> Meaning | None:
    try:
        return meaning(part, scope)
    except Unread:
        return None


def _irrational(part: Meaning, values: Values) -> bool:
    try:
        return isinstance(part(values), float)
    except (Undefined, ArithmeticError, ValueError, TypeError, KeyError):
        return False


def _size(witness: Witness) -> float:
    """Return how large a witness is for a reader and for Lean: its height, a sign counting a half."""
    value = witness.value
    if isinstance(value, bool) or not isinstance(value, (int, Fraction)):
        return float(len(witness.text))
    fraction = Fraction(value)
    return math.log2(1 + abs(fraction.numerator)) + 2 * math.log2(fraction.denominator) + (0.5 if value < 0 else 0.0)


def real_subterms(term: Term) -> list[Term]:
    """Return the applications of real functions in a term, inner ones first."""
    known = ("log", "exp", "sin", "cos", "tan", "sqrt", "rpow", "logb")
    found: list[Term] = []
    for part in subterms(term):
        match part:
            case Apply("√", _) | Apply("^", _):
                found.insert(0, part)
            case Apply("call", (Name(text), *_)) if text.rpartition(".")[2] in known:
                found.insert(0, part)
    return found

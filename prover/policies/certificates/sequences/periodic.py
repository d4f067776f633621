"""Sequences that repeat: values far away, from a recursion whose state comes back.

What `∀ n ≥ s, u n = F (u (n - 1)) … (u (n - r))` says is computed outside from the first values until `r` of them in a
row come back, the numbers themselves or their remainders modulo what the goal divides by. Lean is given the values of
one period, each from those before, and an induction over periods.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from prover.policies.certificates.integers.remainders import known_remainders
from prover.policies.certificates.reading.evaluation import evaluate, rational
from prover.policies.certificates.reading.failures import CannotRead
from prover.policies.certificates.reading.printing import show, spelled
from prover.policies.certificates.reading.sequents import Sequent, relation
from prover.policies.certificates.reading.terms import Term, number

MAX_PERIOD = 60
MAX_ORDER = 6
FARTHEST = 100_000


@dataclass(frozen=True, slots=True)
class _Recursion:
    """`rule` proves `u (n + top) = body` for `n + top ≥ first`, with `name` for `n`; `order` values come before."""

    function: str
    name: str
    rule: str
    top: int
    body: Term
    order: int
    first: int
    kind: str


def periodic(sequent: Sequent, effort: int) -> Iterator[str]:
    """Yield a proof by the values of a sequence that repeats, at the numbers that the goal mentions."""
    if effort != 0:
        return
    for found in _recursions(sequent):
        start, known = _initial(sequent, found)
        if start is None:
            continue
        for modulus in _moduli(sequent, found):
            values = _period(found, start, known, modulus)
            if values is not None:
                text = _proof(sequent, found, start, known, values, modulus)
                if text is not None:
                    yield text
                    return


def _recursions(sequent: Sequent) -> Iterator[_Recursion]:
    for assumption in sequent.assumptions:
        claim = assumption.claim
        if not claim.is_bind("∀") or len(claim.names) != 1:
            continue
        name, (bound, body) = claim.names[0], claim.args
        low = _lower(bound)
        while body.is_op("→"):
            if not body.args[0].is_op("<", "≤", ">", "≥"):
                break
            low, body = max(low, _condition(body.args[0], name)), body.args[1]
        if not body.is_op("=") or body.args[0].kind != "app" or len(body.args[0].args) != 2:
            continue
        head, index = body.args[0].args
        kind = sequent.types.get(head.value)
        if head.kind != "name" or kind is None or not kind.is_op("→") or kind.args[0].value != "ℕ":
            continue
        top = _shift(index, name)
        others = _shifts(body.args[1], head.value, name)
        if top is None or not others or None in others:
            continue
        order = max(top - other for other in others if other is not None)
        if 0 < order <= MAX_ORDER and all(other is not None and other < top for other in others):
            yield _Recursion(
                head.value, name, assumption.proof, top, body.args[1], order, low + top, kind.args[1].value
            )


def _lower(bound: Term) -> int:
    """Return the least natural number that a binder allows."""
    if bound.is_op("≥", ">") and (low := number(bound.args[0])) is not None:
        return low + (bound.value == ">")
    return 0


def _condition(claim: Term, name: str) -> int:
    low, high = claim.args if claim.value in ("<", "≤") else claim.args[::-1]
    least = number(low)
    return least + (claim.value in ("<", ">")) if high.value == name and least is not None else 0


def _shift(index: Term, name: str) -> int | None:
    """Return `k` of `n + k` or `n - k`, or None for another term."""
    if index.kind == "name" and index.value == name:
        return 0
    if index.is_op("+", "-") and index.args[0].value == name and (by := number(index.args[1])) is not None:
        return by if index.value == "+" else -by
    return None


def _shifts(body: Term, function: str, name: str) -> set[int | None]:
    """Return the shifts at which a body uses the sequence; None among them where an index is another term."""
    found: set[int | None] = set()
    for part in body.walk():
        if part.kind == "app" and part.args[0].value == function:
            found.add(_shift(part.args[1], name))
    return found


def _initial(sequent: Sequent, found: _Recursion) -> tuple[int | None, dict[int, tuple[Fraction, str]]]:
    """Return where `order` known values in a row begin from which on the recursion holds, and all known values."""
    known: dict[int, tuple[Fraction, str]] = {}
    for assumption in sequent.assumptions:
        equation = relation(assumption.claim, sequent.types)
        if equation is None or equation[0] != "=" or equation[1].kind != "app" or len(equation[1].args) != 2:
            continue
        place = number(equation[1].args[1])
        if equation[1].args[0].value == found.function and place is not None:
            try:
                known[place] = _value(equation[2], {}, found.kind), assumption.proof
            except CannotRead:
                continue
    for start in sorted(known):
        if all(start + at in known for at in range(found.order)) and start + found.order >= found.first:
            return start, known
    return None, known


def _value(term: Term, values: Mapping[str, Fraction], kind: str) -> Fraction:
    """Return the value of a term of a type. Raises `CannotRead`."""
    if kind in ("ℕ", "ℤ"):
        return Fraction(int(evaluate(term, {name: int(value) for name, value in values.items()}, kind)))
    return rational(term, values)


def _moduli(sequent: Sequent, found: _Recursion) -> list[int]:
    """Return 0, for the values themselves, and what the goal takes remainders by."""
    divisors = {
        by
        for part in sequent.target.walk()
        if part.is_op("%") and (by := number(part.args[1])) is not None and 1 < by < 1_000
    }
    return [0, *sorted(divisors)] if found.kind in ("ℕ", "ℤ") else [0]


def _period(
    found: _Recursion, start: int, known: Mapping[int, tuple[Fraction, str]], modulus: int
) -> list[Fraction] | None:
    """Return the values from `start` on up to where `order` of them come back, or None."""
    values = {place: value % modulus if modulus else value for place, (value, _) in known.items()}
    first = [values[start + at] for at in range(found.order)]
    try:
        body = _at_shifts(found, lambda shift: Term("name", f"u{found.top - shift}"))
        if modulus and found.kind == "ℕ" and any(part.is_op("-") for part in body.walk()):
            return None  # natural subtraction does not respect remainders
        for place in range(start + found.order, start + found.order + MAX_PERIOD):
            before = {f"u{back}": values[place - back] for back in range(1, found.order + 1)}
            value = _value(body, before, found.kind)
            values[place] = value % modulus if modulus else value
            if max(abs(values[place].numerator), values[place].denominator) > 10**9:
                return None
            begin = place - found.order + 1
            if begin > start and [values[begin + at] for at in range(found.order)] == first:
                return [values[start + at] for at in range(begin - start)]
    except CannotRead:
        return None
    return None


class _Proof:
    """The text of a proof: the recursion, one period, an induction over periods, the values that the goal mentions."""

    def __init__(self, sequent: Sequent, found: _Recursion, start: int, values: list[Fraction], modulus: int) -> None:
        self.found = found
        self.start = start
        self.modulus = modulus
        self.order = found.order
        self.period = len(values)
        self.values = [values[at % self.period] for at in range(self.period + self.order)]
        names: list[str] = []
        for wish in ("N", "hN", "one", "turn", "key", "k", "ih", "c", "d"):
            names.append(sequent.fresh(wish))
            sequent = sequent.naming(names[-1])
        self.n, self.low, self.one, self.turn, self.key, self.k, self.ih, self.fact, self.step = names

    def lines(self, base: list[str]) -> list[str]:
        """Return all but the values that the goal mentions; `base` proves the first values."""
        lines = [*self._rule(), *self._steps(), *self._turn()]
        period = self._origin(self.k)
        claims = " ∧ ".join(self._says(f"{period} + {at}" if at else period, at) for at in range(self.order))
        known = [f"{self.ih}{part}" for part in _projections(self.order, range(self.order))]
        after = self._after(period, known, range(self.period, self.period + self.order))
        return [
            *lines,
            f"have {self.key} : ∀ {self.k} : ℕ, {claims} := by",
            f"  intro {self.k}",
            f"  induction {self.k} with",
            f"  | zero => exact {_together(base)}",
            f"  | succ {self.k} {self.ih} =>",
            f"    rw [show {self.period} * ({self.k} + 1) = {self.period} * {self.k} + {self.period} from rfl]",
            f"    exact {_together(after)}",
        ]

    def value(self, name: str, place: int, turns: str, index: str = "") -> list[str]:
        """Return the lines that prove the value at a place of the period after so many turns, at an index or there."""
        known = [f"({self.key} ({turns})){part}" for part in _projections(self.order, range(self.order))]
        (proof,) = self._after(f"({self._origin(f'({turns})')})", known, [place])
        if not index:
            far = self.period * int(turns) + place + self.start
            return [f"have {name} : {self._says(str(far), place)} := {proof}"]
        return [
            f"have {name}i : {index} = {self.period} * ({turns}) + {place + self.start} := by",
            "  first | omega | (simp only [Nat.ModEq] at *; omega)",
            f"have {name} : {self._says(index, place)} := by rw [{name}i]; exact {proof}",
        ]

    def _origin(self, turns: str) -> str:
        return f"{self.period} * {turns}" + (f" + {self.start}" if self.start else "")

    def _says(self, index: str, place: int) -> str:
        value = self.values[place]
        if self.modulus:
            return f"{self.found.function} ({index}) % {self.modulus} = {value}"
        return f"{self.found.function} ({index}) = {_printed(value, self.found.kind)}"

    def _after(self, origin: str, known: Sequence[str], places: Iterable[int]) -> list[str]:
        """Return proofs of the values at places of the period that begins at an origin."""
        whole = f"({self.turn} ({origin}) (by omega) {' '.join(known)})"
        return [whole + part for part in _projections(self.period + self.order, places)]

    def _rule(self) -> list[str]:
        found, n = self.found, self.n
        by = self.order - found.top
        index = f"({n} + {by})" if by else n
        shifts = {found.top, *(shift for shift in _shifts(found.body, found.function, found.name) if shift is not None)}
        moves = []
        for shift in sorted(shifts):
            old = index if shift == 0 else f"{index} + {shift}" if shift > 0 else f"{index} - {-shift}"
            new = self._index(shift + by)
            if old not in (new, f"({new})"):
                moves.append(f"show {old} = {new} by omega")
        condition = " (by omega)" * (found.first > found.top)
        return [
            f"have {self.one} : ∀ {n} : ℕ, {self.start} ≤ {n} → "
            f"{found.function} ({n} + {self.order}) = {self._body(0)} := by",
            f"  intro {n} {self.low}",
            f"  have h := {found.rule} {index}{condition}",
            f"  simp only [{', '.join(moves)}] at h" if moves else "",
            "  exact h",
        ]

    def _index(self, by: int) -> str:
        return f"{self.n} + {by}" if by else self.n

    def _body(self, lower: int) -> str:
        """Print the body of the recursion that gives the value at `N + lower + order`."""
        by = self.order - self.found.top + lower
        head = Term("name", self.found.function, text=self.found.function)
        return show(_at_shifts(self.found, lambda shift: Term("app", "", (head, _shifted(self.n, shift + by)))), 0)

    def _steps(self) -> list[str]:
        """Return, for remainders, what follows from each `order` of them: arithmetic that no context slows down."""
        if not self.modulus:
            return []
        letters, known = ([f"{letter}{at}" for at in range(self.order)] for letter in "ah")
        top = self.order - self.found.top
        body = _at_shifts(self.found, lambda shift: Term("name", f"a{shift + top}", text=f"a{shift + top}"))
        lines = []
        for at in range(self.order, self.period + self.order):
            given = [f"{a} % {self.modulus} = {self.values[at - self.order + i]}" for i, a in enumerate(letters)]
            claim = f"({show(body, 0)}) % {self.modulus} = {self.values[at]}"
            claim = " → ".join([*given, claim])
            lines += [
                f"have {self.step}{at} : ∀ {' '.join(letters)} : {self.found.kind}, {claim} := by",
                f"  intro {' '.join(letters)} {' '.join(known)}",
                f"  first | (rw [Nat.add_mod, {', '.join(known)}]; done) | omega",
            ]
        return lines

    def _turn(self) -> list[str]:
        facts = [f"{self.fact}{at}" for at in range(self.order)]
        claims = [self._says(self._index(at), at) for at in range(self.period + self.order)]
        lines = [
            f"have {self.turn} : ∀ {self.n} : ℕ, {self.start} ≤ {self.n} → {' → '.join(claims[: self.order])} → "
            f"{' ∧ '.join(claims)} := by",
            f"  intro {self.n} {self.low} {' '.join(facts)}",
        ]
        for at in range(self.order, self.period + self.order):
            lower, fact, before = at - self.order, f"{self.fact}{at}", facts[-self.order :]
            later = "(Nat.zero_le _)" if self.start == 0 else f"(Nat.le_trans {self.low} (Nat.le_add_right _ _))"
            rule = f"{self.one} ({self._index(lower)}) {later if lower else self.low}"
            lines += [
                f"  have {fact}e : {self.found.function} ({self._index(at)}) = {self._body(lower)} := {rule}",
                f"  have {fact} : {claims[at]} := by",
            ]
            if self.modulus:
                lines += [f"    rw [{fact}e]", f"    exact {self.step}{at} {'_ ' * self.order}{' '.join(before)}"]
            else:
                lines += [f"    rw [{fact}e, {', '.join(before)}]", "    try norm_num"]
            facts.append(fact)
        return [*lines, f"  exact ⟨{', '.join(facts)}⟩"]


def _proof(
    sequent: Sequent,
    found: _Recursion,
    start: int,
    known: Mapping[int, tuple[Fraction, str]],
    values: list[Fraction],
    modulus: int,
) -> str | None:
    places = _places(sequent, found)
    if not places:
        return None
    proof = _Proof(sequent, found, start, values, modulus)
    given = [known[start + at][1] for at in range(found.order)]
    lines = proof.lines([f"(by rw [{each}])" for each in given] if modulus else given)
    names = []
    for count, (place, index, among) in enumerate(places):
        name = sequent.fresh(f"v{count}")
        if place < start or place > FARTHEST or among % len(values):
            return None
        turns, at = divmod(place - start, len(values))
        if index and turns:
            return None
        among //= len(values)
        lines += proof.value(name, at, f"{among} * ({index} / {among * len(values)})" if index else str(turns), index)
        names.append(name)
    lines.append("omega" if modulus else f"simp only [{', '.join(names)}]\ntry norm_num")
    return "\n".join(line for line in lines if line)


def _projections(count: int, places: Iterable[int]) -> list[str]:
    """Return which projections lead to parts of a conjunction of so many."""
    return [".2" * at + (".1" if at + 1 < count else "") for at in places]


def _shifted(name: str, by: int) -> Term:
    own = Term("name", name, text=name)
    return own if by == 0 else Term("op", "+", (own, Term("num", str(by), text=str(by))), text=f"({name} + {by})")


def _together(proofs: list[str]) -> str:
    return proofs[0] if len(proofs) == 1 else f"⟨{', '.join(proofs)}⟩"


def _at_shifts(found: _Recursion, value: Callable[[int], Term]) -> Term:
    """Return the body of the recursion with other terms for the values of the sequence, by their shifts.

    Raises `CannotRead` where the body depends on the index in another way.
    """

    def inner(term: Term) -> Term:
        if term.kind == "app" and term.args[0].value == found.function:
            shift = _shift(term.args[1], found.name)
            assert shift is not None
            return value(shift)
        if term.kind == "name" and term.value == found.name:
            raise CannotRead("a recursion that depends on the index")
        args = tuple(inner(part) for part in term.args)
        return term if args == term.args else Term(term.kind, term.value, args, term.names)

    return spelled(inner(found.body))


def _places(sequent: Sequent, found: _Recursion) -> list[tuple[int, str, int]] | None:
    """Return at which numbers the goal has values of the sequence.

    A numeral, or a remainder with the variable and the modulus. None where an index is not understood.
    """
    places: dict[tuple[int, str, int], None] = {}
    for part in sequent.target.walk():
        if part.kind != "app" or part.args[0].value != found.function or len(part.args) != 2:
            continue
        index = part.args[1]
        place = number(index)
        if place is not None:
            places[place, "", 0] = None
            continue
        residue = _residue(sequent, index)
        if residue is None:
            return None
        places[residue[0], index.value, residue[1]] = None
    return list(places)


def _residue(sequent: Sequent, index: Term) -> tuple[int, int] | None:
    """Return remainder and modulus that are assumed of a variable."""
    if index.kind != "name" or index.value not in sequent.types:
        return None
    for known in known_remainders(sequent):
        if known.name == index.value and 0 <= known.rest < known.modulus:
            return known.rest, known.modulus
    return None


def _printed(value: Fraction, kind: str) -> str:
    if value.denominator == 1:
        return str(value) if value >= 0 else f"({value})"
    return f"(({value.numerator} : {kind}) / {value.denominator})"

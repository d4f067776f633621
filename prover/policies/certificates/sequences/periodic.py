"""Sequences that repeat: values far away, from a recursion whose state comes back.

What `∀ n ≥ s, u n = F (u (n - 1)) … (u (n - r))` says is computed outside from the first values until `r` of them in a
row come back, the numbers themselves or their remainders modulo what the goal divides by. Lean is given the values of
one period, each from those before, and an induction over periods.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from prover.policies.certificates.integers.remainders import known_remainders
from prover.policies.certificates.reading.printing import show
from prover.policies.certificates.reading.sequents import Sequent
from prover.policies.certificates.reading.terms import Term, number
from prover.policies.certificates.sequences.periods import (
    Recursion,
    at_shifts,
    initial_values,
    moduli,
    period_of,
    recursions,
    shifts_of,
)

FARTHEST = 100_000


def periodic(sequent: Sequent, effort: int) -> Iterator[str]:
    """Yield a proof by the values of a sequence that repeats, at the numbers that the goal mentions."""
    if effort != 0:
        return
    for found in recursions(sequent):
        start, known = initial_values(sequent, found)
        if start is None:
            continue
        for modulus in moduli(sequent, found):
            values = period_of(found, start, known, modulus)
            if values is not None:
                text = _proof(sequent, found, start, known, values, modulus)
                if text is not None:
                    yield text
                    return


class _Proof:
    """The text of a proof: the recursion, one period, an induction over periods, the values that the goal mentions."""

    def __init__(self, sequent: Sequent, found: Recursion, start: int, values: list[Fraction], modulus: int) -> None:
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
        shifts = {
            found.top,
            *(shift for shift in shifts_of(found.body, found.function, found.name) if shift is not None),
        }
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
        return show(at_shifts(self.found, lambda shift: Term("app", "", (head, _shifted(self.n, shift + by)))), 0)

    def _steps(self) -> list[str]:
        """Return, for remainders, what follows from each `order` of them: arithmetic that no context slows down."""
        if not self.modulus:
            return []
        letters, known = ([f"{letter}{at}" for at in range(self.order)] for letter in "ah")
        top = self.order - self.found.top
        body = at_shifts(self.found, lambda shift: Term("name", f"a{shift + top}", text=f"a{shift + top}"))
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
    found: Recursion,
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


def _places(sequent: Sequent, found: Recursion) -> list[tuple[int, str, int]] | None:
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

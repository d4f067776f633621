"""Recursions of sequences, and the period of their values: `∀ n ≥ s, u n = F (u (n - 1)) … (u (n - r))`, computed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from prover.policies.certificates.reading.evaluation import evaluate, rational
from prover.policies.certificates.reading.failures import CannotRead
from prover.policies.certificates.reading.printing import spelled
from prover.policies.certificates.reading.sequents import Sequent, relation
from prover.policies.certificates.reading.terms import Term, number

MAX_PERIOD = 60
MAX_ORDER = 6


@dataclass(frozen=True, slots=True)
class Recursion:
    """`rule` proves `u (n + top) = body` for `n + top ≥ first`, with `name` for `n`; `order` values come before."""

    function: str
    name: str
    rule: str
    top: int
    body: Term
    order: int
    first: int
    kind: str


def recursions(sequent: Sequent) -> Iterator[Recursion]:
    """Yield the recursions that are assumed."""
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
        others = shifts_of(body.args[1], head.value, name)
        if top is None or not others or None in others:
            continue
        order = max(top - other for other in others if other is not None)
        if 0 < order <= MAX_ORDER and all(other is not None and other < top for other in others):
            yield Recursion(head.value, name, assumption.proof, top, body.args[1], order, low + top, kind.args[1].value)


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


def shifts_of(body: Term, function: str, name: str) -> set[int | None]:
    """Return the shifts at which a body uses the sequence; None among them where an index is another term."""
    found: set[int | None] = set()
    for part in body.walk():
        if part.kind == "app" and part.args[0].value == function:
            found.add(_shift(part.args[1], name))
    return found


def initial_values(sequent: Sequent, found: Recursion) -> tuple[int | None, dict[int, tuple[Fraction, str]]]:
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


def moduli(sequent: Sequent, found: Recursion) -> list[int]:
    """Return 0, for the values themselves, and what the goal takes remainders by."""
    divisors = {
        by
        for part in sequent.target.walk()
        if part.is_op("%") and (by := number(part.args[1])) is not None and 1 < by < 1_000
    }
    return [0, *sorted(divisors)] if found.kind in ("ℕ", "ℤ") else [0]


def period_of(
    found: Recursion, start: int, known: Mapping[int, tuple[Fraction, str]], modulus: int
) -> list[Fraction] | None:
    """Return the values from `start` on up to where `order` of them come back, or None."""
    values = {place: value % modulus if modulus else value for place, (value, _) in known.items()}
    first = [values[start + at] for at in range(found.order)]
    try:
        body = at_shifts(found, lambda shift: Term("name", f"u{found.top - shift}"))
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


def at_shifts(found: Recursion, value: Callable[[int], Term]) -> Term:
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

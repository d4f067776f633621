"""Sums of polynomials over a range, replaced by their closed forms.

A sum of `d` powers is a polynomial of degree `d + 1` in the number of summands: its values at `d + 2` numbers give it
(Lagrange). Each is proved by induction; what is then claimed of the sums is one of polynomials.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from prover.policies.certificates.integers.quotients import quotients
from prover.policies.certificates.reading.evaluation import evaluate
from prover.policies.certificates.reading.failures import CannotRead
from prover.policies.certificates.reading.printing import show
from prover.policies.certificates.reading.proving import Prove
from prover.policies.certificates.reading.sequents import Sequent, relation
from prover.policies.certificates.reading.terms import Term, free_names, number

MAX_DEGREE = 5


@dataclass(frozen=True, slots=True)
class Closed:
    """`scale * total + below = above` for a sum `total` up to a number `name`; both sides have natural coefficients."""

    total: Term
    name: str
    scale: int
    above: str
    below: str


def closed_sums(sequent: Sequent, effort: int, prove: Prove) -> Iterator[str]:
    """Yield proofs of relations between sums of polynomials over `range n` or `Icc 1 n` by their closed forms."""
    found = relation(sequent.target, sequent.types)
    if effort != 0 or found is None:
        return
    sums = list(dict.fromkeys(part for part in sequent.target.walk() if part.is_bind("∑") and part.text))
    if not sums or len(sums) > 3:
        return
    domain = found[3] or "ℕ"
    if found[1] in sums and not any(part.is_bind("∑") or part.is_op("/") for part in found[2].walk()):
        return  # induction alone does it
    closed = [_closed(sequent, total) for total in sums]
    if any(entry is None for entry in closed) or domain not in ("ℕ", "ℤ"):
        return
    lines: list[str] = []
    taken = sequent
    for entry in closed:
        assert entry is not None
        key, hypothesis = taken.fresh("key"), taken.fresh("ih")
        taken = taken.naming(key)
        body = f"{entry.scale} * {show(entry.total, 71)}"
        claim = f"({body}{f' + ({entry.below})' if entry.below else ''} : {domain}) = {entry.above}"
        lines += [
            f"have {key} : ∀ {entry.name} : ℕ, {claim} := by",
            f"  intro {entry.name}",
            f"  induction {entry.name} with",
            "  | zero => first | rfl | (simp; done) | decide",
            f"  | succ {entry.name} {hypothesis} =>",
            "    first | rw [Finset.sum_range_succ] | rw [Finset.sum_Icc_succ_top (by omega)] | "
            "rw [Finset.sum_Ico_succ_top (by omega)]",
            "    try push_cast",
            "    try push_cast at " + hypothesis,
            "    grind",
            f"have {key} := {key} {entry.name}",
        ]
    if domain == "ℕ":
        lines += quotients(taken, prove)
    for entry in closed:
        assert entry is not None
        name = taken.fresh("S")
        taken = taken.naming(name)
        lines.append(f"generalize {entry.total.text} = {name} at *")
    yield "\n".join([*lines, "first | grind | nlinarith | omega"])


def _closed(sequent: Sequent, total: Term) -> Closed | None:
    """Return the closed form of a sum, or None if it is none of a polynomial up to one variable."""
    bound, body = total.args
    if not bound.is_op("∈") or len(total.names) != 1 or bound.args[0].kind != "app":
        return None
    head, *ends = bound.args[0].args
    kind = head.value.rpartition(".")[2]
    name = next((part.value for part in ends[-1].walk() if part.kind == "name"), "") if ends else ""
    if name not in sequent.types or sequent.types[name].value != "ℕ" or free_names(body) - set(total.names):
        return None
    if any(part.is_op("/", "-", "^") and not _power(part) for part in body.walk()):
        return None
    variable = total.names[0]
    start = {"range": 0, "Icc": number(ends[0]) or 0, "Ico": number(ends[0]) or 0}.get(kind)
    if start is None or (kind != "range" and number(ends[0]) is None):
        return None
    points = range(MAX_DEGREE + 2)
    try:
        values = []
        for n in [*points, MAX_DEGREE + 2, MAX_DEGREE + 3]:
            stop = int(evaluate(ends[-1], {name: n}, "ℕ")) + (kind == "Icc")
            values.append(sum(int(evaluate(body, {variable: k}, "ℕ")) for k in range(start, stop)))
    except CannotRead:
        return None
    coefficients = _interpolated(values[: len(points)])
    if any(_at(coefficients, n) != values[n] for n in range(len(values))):
        return None
    scale = lcm(*(c.denominator for c in coefficients))
    above, below = (
        " + ".join(_monomial(int(sign * c * scale), name, d) for d, c in enumerate(coefficients) if sign * c > 0)
        for sign in (1, -1)
    )
    return Closed(total, name, scale, above or "0", below)


def _power(part: Term) -> bool:
    return part.is_op("^") and number(part.args[1]) is not None


def _monomial(coefficient: int, name: str, power: int) -> str:
    if power == 0:
        return str(coefficient)
    return f"{coefficient} * {name}" + (f" ^ {power}" if power > 1 else "")


def _at(coefficients: list[Fraction], n: int) -> Fraction:
    return sum((c * n**power for power, c in enumerate(coefficients)), Fraction(0))


def _interpolated(values: list[int]) -> list[Fraction]:
    """Return the coefficients of the polynomial with these values at 0, 1, 2, …."""
    count = len(values)
    whole = [Fraction(0)] * count
    for at, value in enumerate(values):
        basis, scale = [Fraction(1)], Fraction(1)
        for other in range(count):
            if other != at:
                basis = [
                    (basis[i - 1] if i else Fraction(0)) - other * (basis[i] if i < len(basis) else Fraction(0))
                    for i in range(len(basis) + 1)
                ]
                scale *= at - other
        whole = [total + value * part / scale for total, part in zip(whole, basis, strict=True)]
    return whole

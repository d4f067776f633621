"""Binomial coefficients that are the same by symmetry."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from prover.policies.certificates.reading.printing import show
from prover.policies.certificates.reading.sequents import Sequent
from prover.policies.certificates.reading.terms import Term


def binomials(sequent: Sequent, effort: int) -> Iterator[str]:
    """Yield a proof by `choose n k = choose n (n - k)` for two coefficients of one row."""
    if effort != 0:
        return
    found = dict.fromkeys(pair for part in sequent.target.walk() if (pair := _coefficient(part)) is not None)
    for (row, first), (other, second) in combinations(found, 2):
        if row != other:
            continue
        n, a, b, name = show(row), show(first), show(second), sequent.fresh("hc")
        yield (
            f"have {name} : Nat.choose {n} {a} = Nat.choose {n} {b} := by\n"
            f"  have e : {n} - {b} = {a} := by omega\n  rw [← Nat.choose_symm (show {b} ≤ {n} by omega), e]\n"
            f"first | exact {name} | rw [{name}] | (rw [{name}]; ring) | omega | grind"
        )


def _coefficient(part: Term) -> tuple[Term, Term] | None:
    """Return `n` and `k` of `Nat.choose n k`, also written `n.choose k`."""
    if part.kind != "app":
        return None
    head = part.args[0]
    if len(part.args) == 3 and head.value in ("Nat.choose", "choose"):
        return part.args[1], part.args[2]
    if len(part.args) == 2 and head.kind == "op" and head.value == ".choose":
        return head.args[0], part.args[1]
    if len(part.args) == 2 and head.kind == "name" and head.value.endswith(".choose"):
        base = head.value.removesuffix(".choose")
        return Term("name", base, text=base), part.args[1]
    return None

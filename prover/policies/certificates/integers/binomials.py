"""Binomial coefficients: those that are the same by symmetry, and those that are polynomials."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from prover.policies.certificates.integers.quotients import quotients
from prover.policies.certificates.reading.printing import show
from prover.policies.certificates.reading.proving import Prove
from prover.policies.certificates.reading.sequents import Sequent
from prover.policies.certificates.reading.terms import Term, number

_FORMS = {2: "2 * Nat.choose m 2 + m = m ^ 2", 3: "6 * Nat.choose m 3 + 3 * m ^ 2 = m ^ 3 + 2 * m"}
"""Of coefficients as polynomials, without a subtraction."""


def binomials(sequent: Sequent, effort: int, prove: Prove) -> Iterator[str]:
    """Yield a proof by `choose n k = choose n (n - k)` in one row, or by what coefficients are for small `k`."""
    if effort == 0:
        yield from _symmetric(sequent)
        yield from _polynomial(sequent, prove)


def _polynomial(sequent: Sequent, prove: Prove) -> Iterator[str]:
    """Yield a proof in which `choose n 2` and `choose n 3` are polynomials in `n`."""
    pairs = dict.fromkeys(pair for part in sequent.target.walk() if (pair := _coefficient(part)) is not None)
    wanted = [(row, at) for row, place in pairs if (at := number(place)) in _FORMS]
    if not wanted or len(wanted) < len(pairs):
        return
    lines: list[str] = []
    names: list[str] = []
    for at in range(2, max(at for _, at in wanted) + 1):
        name, before = sequent.fresh(f"hb{at}"), f"have := {names[-1]} m\n    " if names else ""
        names.append(name)
        lines.append(
            f"have {name} : ∀ m : ℕ, {_FORMS[at]} := by\n  intro m\n  induction m with\n  | zero => rfl\n"
            f"  | succ m ih =>\n    {before}grind [Nat.choose_succ_succ m {at - 1}, Nat.choose_one_right m]"
        )
    for place, (row, at) in enumerate(wanted):
        lines.append(f"have {sequent.fresh(f'hv{place}')} := {names[at - 2]} {show(row)}")
    yield "\n".join([*lines, *quotients(sequent, prove), "first | grind | nlinarith"])


def _symmetric(sequent: Sequent) -> Iterator[str]:
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

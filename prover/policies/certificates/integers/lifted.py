"""Goals about whole numbers of which rational or real equations are assumed: proved there, and brought back."""

from __future__ import annotations

from collections.abc import Iterator

from prover.policies.certificates.reading.printing import show
from prover.policies.certificates.reading.sequents import Sequent, relation
from prover.policies.certificates.reading.terms import free_names, number


def lifted(sequent: Sequent, effort: int) -> Iterator[str]:
    """Yield proofs of `n = 42` from what is linear in `↑n`, whatever field it was cast to."""
    found = relation(sequent.target, sequent.types)
    if effort != 0 or found is None or found[3] not in ("ℕ", "ℤ") or found[0] not in ("=", "≤", "<", "≥", ">"):
        return
    symbol, left, right, kind = found
    names = free_names(sequent.target) & set(sequent.types)
    casts = {
        part.args[0].value
        for assumption in sequent.assumptions
        for part in assumption.claim.walk()
        if part.is_op("↑") and part.args[0].kind == "name"
    }
    if not names & casts or left.kind != "name" or (right.kind != "name" and number(right) is None):
        return
    fields = ["ℝ"] if sequent.reals else ["ℚ"]
    fields += ["ℤ"] if kind == "ℕ" else []
    tries = []
    for field in fields:
        claim = f"({show(left, 0)} : {field}) {symbol} {show(right, 0)}"
        tries += [f"exact_mod_cast (by {tactic} : {claim})" for tactic in ("linarith", "nlinarith")]
    yield "\n".join(["first", *(f"  | {line}" for line in tries)])

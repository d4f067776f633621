"""What is smaller than `y + 1 / (n + 1)` for every natural number `n` is at most `y`."""

from __future__ import annotations

from collections.abc import Iterator

from prover.policies.certificates.reading.sequents import Sequent, relation
from prover.policies.certificates.reading.terms import Term


def archimedean(sequent: Sequent, effort: int) -> Iterator[str]:
    """Yield a proof of `x ≤ y` from a comparison assumed for every natural number, by one whose reciprocal is small."""
    found = relation(sequent.target, sequent.types)
    if effort != 0 or found is None or found[0] not in ("≤", "≥") or not sequent.reals:
        return
    hx, n, hn, small = (sequent.fresh(wish) for wish in ("hx", "n", "hn", "hs"))
    for assumption in sequent.assumptions:
        claim = assumption.claim
        if not claim.is_bind("∀") or len(claim.names) != 1 or not _divides(claim.args[1]):
            continue
        yield (
            f"refine not_lt.1 fun {hx} => ?_\nobtain ⟨{n}, {hn}⟩ := exists_nat_one_div_lt (sub_pos.2 {hx})\n"
            f"have {small} := {assumption.proof} {n}\nfirst | linarith | (push_cast at {small}; linarith)"
        )


def _divides(claim: Term) -> bool:
    return any(part.is_op("/", "inv") for part in claim.walk())

"""Goals about numbers alone, once functions that are written out have their values: Lean computes them."""

from __future__ import annotations

from collections.abc import Iterator

from prover.policies.certificates.reading.definitions import definitions, unfolded
from prover.policies.certificates.reading.evaluation import evaluate
from prover.policies.certificates.reading.failures import CannotRead
from prover.policies.certificates.reading.sequents import Sequent, relation
from prover.policies.certificates.reading.terms import free_names


def computed(sequent: Sequent, effort: int) -> Iterator[str]:
    """Yield the evaluation of a goal without variables, its functions unfolded by what is assumed of them."""
    if effort != 0:
        return
    claim, used = unfolded(sequent.target, definitions(sequent))
    if free_names(claim) & set(sequent.types):
        return
    found = relation(claim, sequent.types)
    for kind in ("ℕ", "ℤ") if found is None or found[3] is None else (found[3],):
        try:
            if kind not in ("ℕ", "ℤ") or evaluate(claim, {}, kind) is not True:
                continue
        except CannotRead:
            continue
        unfolding = f"simp only [{', '.join(used)}]\n" if used else ""
        yield f"{unfolding}first | decide +kernel | rfl | norm_num"
        return

"""Definitions by cases (`if … then … else …`): each branch by itself, absolute values by their sign."""

from __future__ import annotations

from collections.abc import Iterator

from prover.policies.certificates.reading.printing import ATOM, show
from prover.policies.certificates.reading.sequents import Assumption, Sequent
from prover.policies.certificates.reading.terms import Term, free_names

MOST = 4
"""Absolute values that are taken apart: each doubles the cases."""


def branches(sequent: Sequent, effort: int) -> Iterator[str]:
    """Yield proofs that write out a definition by cases and end every case; then the first case distinction alone."""
    if effort > 1:
        return
    asked = free_names(sequent.target)
    known = [(each, heads) for each in sequent.assumptions if (heads := _defines(each)) is not None and heads & asked]
    if not known and not _branches(sequent.target):
        return
    defined = {head for _, heads in known for head in heads}
    values = dict.fromkeys(
        part.args[0]
        for part in sequent.target.walk()
        if part.is_op("abs") and not free_names(part) & defined and not _branches(part)
    )
    names = [sequent.fresh(f"ha{number}") for number in range(len(values))]
    cases = [
        f"rcases abs_cases {show(value, ATOM)} with {name} | {name}" for value, name in zip(values, names, strict=True)
    ]
    written = [f"simp only [{each.proof}]" if each.claim.is_bind("∀") else f"rw [{each.proof}]" for each, _ in known]
    if effort == 1:
        yield "\n".join([*written, "split"])  # what is too dear for one step is done in several
        return
    if values:
        facts = (
            f"{fact} {show(value, ATOM)}" for value in values for fact in ("abs_nonneg", "le_abs_self", "neg_le_abs")
        )
        yield "\n".join([*written, f"(repeat' split) <;> (try simp only [abs_neg]) <;> linarith [{', '.join(facts)}]"])
    yield "\n".join([*written, " <;> ".join([*cases[:MOST], "(repeat' split)", "grind"])])


def _branches(term: Term) -> bool:
    return any(part.is_op("if") for part in term.walk())


def _defines(assumption: Assumption) -> frozenset[str] | None:
    """Return the names of what an equation with cases on its right defines, or None."""
    claim = assumption.claim
    while claim.is_bind("∀"):
        claim = claim.args[1]
    if not claim.is_op("=") or len(claim.args) != 2 or not _branches(claim.args[1]):
        return None
    left = claim.args[0]
    return free_names(left.args[0] if left.kind == "app" else left) if left.kind in ("app", "name") else None

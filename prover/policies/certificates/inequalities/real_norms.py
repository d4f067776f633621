"""Norms of real numbers, which are their absolute values."""

from __future__ import annotations

from collections.abc import Iterator

from prover.policies.certificates.reading.printing import put, show, spelled
from prover.policies.certificates.reading.proving import Prove
from prover.policies.certificates.reading.sequents import Sequent, is_real
from prover.policies.certificates.reading.terms import Term


def real_norm(sequent: Sequent, effort: int, prove: Prove) -> Iterator[str]:
    """Yield a proof with absolute values in the place of norms."""
    if effort > 1 or not sequent.reals:
        return
    claims = [sequent.target, *(assumption.claim for assumption in sequent.assumptions)]
    norms = [part for claim in claims for part in claim.walk() if _argument(part) is not None]
    complex_ = any("ℂ" in show(kind) for kind in sequent.types.values())
    if not norms or (complex_ and not all(is_real(part.args[-1], sequent.types) for part in norms)):
        return
    inner = sequent.rewriting(lambda claim: _absolute(claim, norms))
    if (proof := prove(inner, effort)) is not None:
        yield f"simp only [Real.norm_eq_abs] at *\n{proof}"


def _absolute(claim: Term, norms: list[Term]) -> Term:
    for norm in sorted(norms, key=lambda part: len(part.text)):
        claim = put(claim, norm, spelled(Term("op", "abs", norm.args[-1:])))
    return spelled(claim)


def _argument(part: Term) -> Term | None:
    """Return what a norm is taken of; Lean prints it as a function."""
    named = part.kind == "app" and len(part.args) == 2 and part.args[0].value == "Norm.norm"
    return part.args[-1] if named or part.is_op("norm") else None

"""Comparisons of roots and absolute values by those of their squares, where both sides are known not to be negative."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from prover.policies.certificates.algebra.signs import Signs
from prover.policies.certificates.reading.notation import root
from prover.policies.certificates.reading.printing import block, show, spelled
from prover.policies.certificates.reading.proving import Prove
from prover.policies.certificates.reading.sequents import Sequent, ascending, relation
from prover.policies.certificates.reading.terms import Term

_TWO = Term("num", "2", text="2")


def squares(sequent: Sequent, effort: int, prove: Prove) -> Iterator[str]:
    """Yield a proof of `a = b`, `a ≤ b` or `a < b` by `a ^ 2 = b ^ 2` or its like."""
    found = relation(sequent.target, sequent.types)
    if effort > 1 or found is None or found[3] not in ("ℝ", None) or found[0] == "≠":
        return
    if not any(root(part) is not None or part.is_op("abs") for part in sequent.target.walk()):
        return
    symbol, left, right = ascending(*found[:3])
    if left.is_op("abs") and symbol != "=":
        inner, minus = left.args[0], spelled(Term("op", "neg", (right,)))
        proofs = [prove(replace(sequent, target=spelled(Term("op", symbol, pair))), effort)
                  for pair in ((minus, inner), (inner, right))]  # fmt: skip
        if None not in proofs:
            lines = (block("· ", proof) for proof in proofs if proof is not None)
            yield "\n".join([f"refine abs_{'lt' if symbol == '<' else 'le'}.2 ⟨?_, ?_⟩", *lines])
            return
    if symbol != "=" and effort == 0:
        return  # a certificate without squaring may be found, and reads better
    signs = Signs(sequent, "ℝ")
    low, high = signs.nonnegative(left), signs.nonnegative(right)
    if high is None or (symbol == "=" and low is None):
        return
    steps = {
        "=": f"pow_left_injective_two {low} {high} ?_",
        "≤": f"le_of_sq_le_sq ?_ {high}",
        "<": f"Certificate.lt_of_sq_lt_sq ?_ {high}",
    }
    claim = Term("op", symbol, tuple(Term("op", "^", (side, _TWO)) for side in (left, right)))
    stated = f"change ({show(claim.args[0], 0)} : ℝ) {symbol} {show(claim.args[1], 51)}"
    proof = prove(replace(sequent, target=spelled(claim)), effort)
    if proof is not None:
        yield f"refine {steps[symbol]}\n{stated}\n{proof}"

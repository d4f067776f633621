"""Two numbers at which an increasing function has one value are equal: `a ^ 3 = b ^ 3`, `exp a + a = exp b + b`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from prover.policies.certificates.reading.printing import block, show, spelled, substituted
from prover.policies.certificates.reading.proving import Prove, easily
from prover.policies.certificates.reading.sequents import Assumption, Sequent, relation
from prover.policies.certificates.reading.terms import Term


def injective(sequent: Sequent, effort: int, prove: Prove) -> Iterator[str]:
    """Yield a proof of `a = b` from an equation whose right side is its left one at `b`, by comparing the sides."""
    found = relation(sequent.target, sequent.types)
    if effort != 1 or found is None or found[0] != "=" or any(side.kind != "name" for side in found[1:3]):
        return
    a, b = found[1:3]
    for assumption in sequent.assumptions:
        known = relation(assumption.claim, sequent.types)
        if known is None or known[0] != "=":
            continue
        for first, second in ((a, b), (b, a)):
            if substituted(known[1], {first.value: second}) == known[2] and known[1] != known[2]:
                yield from _compared(sequent, a, b, assumption.proof, known[1], known[2], prove)


def _compared(sequent: Sequent, a: Term, b: Term, equal: str, left: Term, right: Term, prove: Prove) -> Iterator[str]:
    """Yield the proof by cases on which number is smaller."""
    case = sequent.fresh("hk")
    cases = []
    for small, large in ((a, b), (b, a)):
        claim = spelled(Term("op", "<", (left, right) if small in left.walk() else (right, left)))
        assumed = Assumption(case, spelled(Term("op", "<", (small, large))))
        proof = easily(prove, replace(sequent.naming(case).assuming(assumed), target=claim))
        if proof is None:
            return
        flip = equal if small in left.walk() else f"{equal}.symm"
        cases.append(block("· ", f"refine absurd {flip} (ne_of_lt ?_)\n{proof}"))
    first, last = cases
    opening = f"rcases lt_trichotomy {show(a)} {show(b)} with {case} | {case} | {case}"
    yield "\n".join([opening, first, f"· exact {case}", last])

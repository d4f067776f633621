"""Quotients of natural numbers without remainder: `n * (n + 1) / 2` becomes a number, twice which is `n * (n + 1)`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from prover.policies.certificates.reading.printing import block, show, spelled
from prover.policies.certificates.reading.proving import Prove, easily
from prover.policies.certificates.reading.sequents import Sequent
from prover.policies.certificates.reading.terms import Term


def quotients(sequent: Sequent, prove: Prove) -> Iterator[str]:
    """Yield, for every quotient in the target, the lines that prove it to be one and give it a name."""
    found = dict.fromkeys(part for part in sequent.target.walk() if part.is_op("/") and part.text)
    for number, part in enumerate(found):
        above, below = part.args
        proof = easily(prove, replace(sequent, target=spelled(Term("op", "∣", (below, above)))))
        if proof is None:
            continue
        own, name = sequent.fresh(f"hq{number}"), sequent.fresh(f"q{number}")
        yield f"have {own} := Nat.mul_div_cancel' (show {show(below, 51)} ∣ {show(above, 51)} by\n  {block('', proof)})"
        yield f"generalize {part.text} = {name} at *"

"""Sums of decimal digits leave the same remainder as the number, by 9 and by 3."""

from __future__ import annotations

from collections.abc import Iterator

from prover.policies.certificates.reading.printing import show
from prover.policies.certificates.reading.sequents import Sequent
from prover.policies.certificates.reading.terms import Term


def digit_sums(sequent: Sequent, effort: int) -> Iterator[str]:
    """Yield proofs of claims about remainders of numbers and of the sums of their digits."""
    if effort != 0:
        return
    said = [sequent.target, *(assumption.claim for assumption in sequent.assumptions)]
    numbers = dict.fromkeys(
        show(part.args[2])
        for claim in said
        for part in claim.walk()
        if part.kind == "app" and len(part.args) == 3 and _decimal(part)
    )
    if not numbers or len(numbers) > 3:
        return
    lines = []
    for at, text in enumerate(numbers):
        for base, word in ((9, "nine"), (3, "three")):
            name = sequent.fresh(f"hd{at}_{base}")
            claim = f"{text} % {base} = (Nat.digits 10 {text}).sum % {base}"
            lines.append(f"have {name} : {claim} := Nat.modEq_{word}_digits_sum {text}")
    yield "\n".join([*lines, "first | omega | (simp only [Nat.ModEq] at *; omega) | grind"])


def _decimal(digits: Term) -> bool:
    return digits.args[0].value in ("Nat.digits", "digits") and digits.args[1].value == "10"

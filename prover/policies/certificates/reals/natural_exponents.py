"""Powers `x ^ (1 / 3)` whose exponent Lean took for a natural number: it is 0, whatever was meant.

Lean prints the exponent without its type, and everywhere else it is read as a real one.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from prover.policies.certificates.reading.notation import fraction
from prover.policies.certificates.reading.printing import put, show, spelled
from prover.policies.certificates.reading.proving import Prove, easily
from prover.policies.certificates.reading.sequents import Sequent
from prover.policies.certificates.reading.terms import Term

_MOST = 6
_ONE = Term("num", "1", text="1")


def natural_exponents(sequent: Sequent, effort: int, prove: Prove) -> Iterator[str]:
    """Yield a proof in which such powers have the exponents that division of natural numbers gives."""
    if effort != 1 or not sequent.reals:
        return
    claims = [sequent.target, *(assumption.claim for assumption in sequent.assumptions)]
    found = {part: value for claim in claims for part in claim.walk() if (value := _value(part)) is not None}
    if not 0 < len(found) <= _MOST:
        return
    lines: list[str] = []
    for part in sorted(found, key=lambda part: -len(show(part))):
        base, exponent = part.args[0], fraction(part.args[1])
        if exponent is None:
            return
        above, below = exponent
        name, value = sequent.fresh("he"), found[part]
        lines.append(f"have {name} : ({show(base, 0)} : ℝ) ^ ({above} / {below}) = {show(value)} := by norm_num")
        lines.append(f"simp only [{name}] at *")
        sequent = sequent.naming(name).rewriting(partial(_replaced, part=part, value=value))
    if (proof := easily(prove, sequent)) is not None:
        yield "\n".join([*lines, proof])


def _replaced(claim: Term, part: Term, value: Term) -> Term:
    return spelled(put(claim, part, value))


def _value(part: Term) -> Term | None:
    """Return what a power with a fraction as exponent is, if that is a natural number."""
    exponent = fraction(part.args[1]) if part.is_op("^") else None
    if exponent is None:
        return None
    whole = exponent[0] // exponent[1]
    if whole == 0:
        return _ONE
    digits = Term("num", str(whole), text=str(whole))
    return part.args[0] if whole == 1 else spelled(Term("op", "^", (part.args[0], digits)))

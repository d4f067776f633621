"""Comparisons of real numbers that are rational, sums and products among them: Lean computes them over ℚ."""

from __future__ import annotations

import re
from collections.abc import Iterator
from operator import eq, le, lt

from prover.policies.certificates.reading.evaluation import rational
from prover.policies.certificates.reading.failures import CannotRead
from prover.policies.certificates.reading.printing import show
from prover.policies.certificates.reading.sequents import Sequent, ascending, relation
from prover.policies.certificates.reading.terms import free_names

_COMPARED = {"=": (eq, "Rat.cast_inj.2"), "<": (lt, "Rat.cast_lt.2"), "≤": (le, "Rat.cast_le.2")}
"""What decides a comparison here, and the lemma that takes it from ℚ to ℝ."""
_DECIMAL = re.compile(r"\b(\d+)\.(\d+)\b")
_RANGE = re.compile(r"∈ (Finset\.\w+(?: (?:\d+|\([^()]*\)))+),")


def closed_values(sequent: Sequent, effort: int) -> Iterator[str]:
    """Yield the evaluation of a comparison with sums or products and without variables."""
    found = relation(sequent.target, sequent.types)
    if effort != 0 or not sequent.reals or found is None or free_names(sequent.target) & set(sequent.types):
        return
    symbol, left, right = ascending(*found[:3])
    if symbol not in _COMPARED or not any(part.is_bind("∑", "∏") for part in sequent.target.walk()):
        return
    holds, lemma = _COMPARED[symbol]
    try:
        if not holds(rational(left, {}), rational(right, {})):
            return
    except CannotRead:
        return
    name = sequent.fresh("h")
    claim = f" {symbol} ".join(f"({_over_rationals(show(side, 0))} : ℚ)" for side in (left, right))
    yield "\n".join(
        [
            f"have {name} : {claim} := by decide +kernel",
            f"replace {name} := {lemma} {name}",
            f"push_cast at {name}",
            f"first | exact {name} | linarith only [{name}]",
        ]
    )


def _over_rationals(text: str) -> str:
    """Return the text of a real term as one of a rational number, decimal fractions as quotients."""
    text = _RANGE.sub(r"∈ (\1 : Finset ℕ),", text.replace(" : ℝ)", " : ℚ)"))
    return _DECIMAL.sub(lambda found: f"({found[1]}{found[2]} / {10 ** len(found[2])})", text)

"""The sign of a sine, cosine or tangent from where its argument lies: `sin` is positive between 0 and π."""

from __future__ import annotations

from collections.abc import Iterator

from prover.policies.certificates.reading.notation import real_function
from prover.policies.certificates.reading.printing import show
from prover.policies.certificates.reading.sequents import Sequent, ascending, relation
from prover.policies.certificates.reading.terms import number

_BOUND = "by linarith [Real.pi_pos]"


def trigonometric_sign(sequent: Sequent, effort: int) -> Iterator[str]:
    """Yield proofs of `0 < sin x` and the like, `≤` and `≠` as well, where linear bounds of `x` are assumed."""
    found = relation(sequent.target, sequent.types)
    if effort != 0 or found is None or found[0] == "=":
        return
    symbol, left, right = ascending(*found[:3]) if found[0] != "≠" else found[:3]
    if symbol == "≠":
        left, right = right, left
    name, argument = real_function(right)
    if number(left) != 0 or argument is None or name not in _PROOFS:
        return
    x = show(argument)
    if symbol == "≠":
        yield f"exact ne_of_gt ({_PROOFS[name](x, True)})"
    else:
        yield f"exact {_PROOFS[name](x, symbol == '<')}"


def _sine(x: str, strict: bool) -> str:
    lemma = "Real.sin_pos_of_pos_of_lt_pi" if strict else "Real.sin_nonneg_of_nonneg_of_le_pi"
    return f"{lemma} ({_BOUND} : 0 {'<' if strict else '≤'} {x}) ({_BOUND})"


def _cosine(x: str, strict: bool) -> str:
    return f"Real.sin_pi_div_two_sub {x} ▸ {_sine(f'(π / 2 - {x})', strict)}"


def _tangent(x: str, strict: bool) -> str:
    quotient = "div_pos" if strict else "div_nonneg"
    return f"{quotient} ({_sine(x, strict)}) ({_cosine(x, strict)})"


_PROOFS = {"sin": _sine, "cos": _cosine, "tan": _tangent}

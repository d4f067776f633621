"""Real powers with rational exponents as roots: `x ^ (2 / 3)` is the square of `t = x ^ (1 / 3)`, and `t ^ 3 = x`.

What an exponent is does not stand in a printed goal: `x ^ (2 / 3)` may be a power with a natural exponent, which is 0.
Goals are read with real ones; where that is wrong, Lean refuses the proof.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from prover.policies.certificates.facts import Equation, Fact, Rule
from prover.policies.certificates.notation import atomic
from prover.policies.certificates.terms import Term
from prover.policies.certificates.trees import num

if TYPE_CHECKING:
    from prover.policies.certificates.encoding import Encoder

MAX_ROOT = 12
"""The highest root and the highest power of it that are taken."""


def exponent(term: Term) -> Fraction | None:
    """Return a positive exponent that is a quotient of numerals or the inverse of one, but no natural number."""
    if term.is_op("/"):
        over, under = (_numeral(part) for part in term.args)
    elif term.is_op("inv"):
        over, under = 1, _numeral(term.args[0])
    else:
        return None
    value = Fraction(over, under) if over and under else Fraction(0)
    return value if 1 < value.denominator <= MAX_ROOT and 0 < value.numerator <= MAX_ROOT else None


def _numeral(term: Term) -> int:
    inner = term.args[0] if term.is_op("type") else term
    return int(inner.value) if inner.kind == "num" and inner.value.isdigit() else 0


def define(encoder: Encoder, index: int, term: Term) -> None:
    """Add what is known of an atom `base ^ (p / q)` whose base is positive."""
    base, value = term.args[0], exponent(term.args[1])
    positive = encoder.signs.positive(base)
    if value is None or positive is None:
        return
    power, root = value.numerator, value.denominator
    first = f"← Real.rpow_natCast_of_pos (Real.rpow_pos_of_pos {positive} _), ← Real.rpow_mul {positive}"
    standard = Term("op", "^", (base, _over(root)), text=f"{atomic(base)} ^ ((1 : ℝ) / {root})")
    if power > 1 or not term.args[1].is_op("/"):
        taken = encoder.encode(standard)
        same = f"show (1 : ℝ) / {root} * (({power} : ℕ) : ℝ) = {term.args[1].text} by norm_num"
        proof = f"(by rw [{first}, {same}] : {term.text} = ({standard.text}) ^ ({power} : ℕ))"
        equal = ("pow", taken, power)
        encoder.rules.append(Rule(index, 1, num(1), equal, Equation(("var", index), equal, proof)))
        return
    below = encoder.encode(base)
    same = f"show (1 : ℝ) / {root} * (({root} : ℕ) : ℝ) = ((1 : ℕ) : ℝ) by norm_num"
    last = f"Real.rpow_natCast_of_pos {positive}, pow_one"
    proof = f"(by rw [{first}, {same}, {last}] : ({standard.text}) ^ ({root} : ℕ) = {atomic(base)})"
    encoder.facts.append(Fact(("var", index), f"(Real.rpow_pos_of_pos {positive} _)", True))
    encoder.rules.append(Rule(index, root, num(1), below, Equation(("pow", ("var", index), root), below, proof)))


def _over(root: int) -> Term:
    text = f"((1 : ℝ) / {root})"
    return Term("op", "/", (Term("num", "1", text="1"), Term("num", str(root), text=str(root))), text=text)

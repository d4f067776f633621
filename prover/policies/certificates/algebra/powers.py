"""Real powers with rational exponents as roots: `x ^ (2 / 3)` is the square of `t = x ^ (1 / 3)`, and `t ^ 3 = x`.

What an exponent is does not stand in a printed goal: `x ^ (2 / 3)` may be a power with a natural exponent, which is 0.
Goals are read with real ones; where that is wrong, Lean refuses the proof.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from prover.policies.certificates.algebra.facts import Equation, Fact, Rule
from prover.policies.certificates.algebra.trees import mul, num
from prover.policies.certificates.reading.notation import atomic
from prover.policies.certificates.reading.terms import Term

if TYPE_CHECKING:
    from prover.policies.certificates.algebra.encoding import Encoder

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
    standard = _root(base, root)
    if power > 1 or not term.args[1].is_op("/"):
        taken = encoder.encode(standard)
        same = f"show (1 : ℝ) / {root} * (({power} : ℕ) : ℝ) = {term.args[1].text} by norm_num"
        proof = f"(by rw [{first}, {same}] : {term.text} = ({standard.text}) ^ ({power} : ℕ))"
        equal = ("pow", taken, power)
        encoder.rules.append(Rule(index, 1, num(1), equal, Equation(("var", index), equal, proof)))
        return
    if _taken_apart(encoder, index, base, root):
        return
    below = encoder.encode(base)
    same = f"show (1 : ℝ) / {root} * (({root} : ℕ) : ℝ) = ((1 : ℕ) : ℝ) by norm_num"
    last = f"Real.rpow_natCast_of_pos {positive}, pow_one"
    proof = f"(by rw [{first}, {same}, {last}] : ({standard.text}) ^ ({root} : ℕ) = {atomic(base)})"
    encoder.facts.append(Fact(("var", index), f"(Real.rpow_pos_of_pos {positive} _)", True))
    power_of_root = ("pow", ("var", index), root)
    if base.kind == "name" and all(rule.atom != below[1] for rule in encoder.rules):
        # Then everything is a polynomial in the root.
        equation = Equation(below, power_of_root, f"{proof}.symm")
        encoder.rules.append(Rule(below[1], 1, num(1), power_of_root, equation))
    else:
        encoder.rules.append(Rule(index, root, num(1), below, Equation(power_of_root, below, proof)))


def _taken_apart(encoder: Encoder, index: int, base: Term, root: int) -> bool:
    """Take the root of a product, quotient, inverse or power of positive terms apart; return whether that was so."""
    if base.is_op("*"):
        return _of_product(encoder, index, base, root)
    if base.is_op("/"):
        return _of_quotient(encoder, index, base, base.args[0], base.args[1], root)
    if base.is_op("inv"):
        return _of_quotient(encoder, index, base, Term("num", "1", text="1"), base.args[0], root)
    if base.is_op("^") and base.args[1].kind == "num" and base.args[1].value.isdigit():
        return _of_power(encoder, index, base, root)
    return False


def _of_product(encoder: Encoder, index: int, base: Term, root: int) -> bool:
    a, b = (encoder.signs.positive(part) for part in base.args)
    if a is None or b is None:
        return False
    parts = [_root(part, root) for part in base.args]
    value = mul(*(encoder.encode(part) for part in parts))
    split = f"Real.log_mul_of_pos {a} {b}, add_mul, Real.exp_add"
    back = ", ".join(dict.fromkeys(f"← Real.rpow_def_of_pos {sign}" for sign in (a, b)))
    claim = f"{_root(base, root).text} = {parts[0].text} * {parts[1].text}"
    proof = f"(by rw [Real.rpow_def_of_pos (mul_pos {a} {b}), {split}, {back}] : {claim})"
    encoder.rules.append(Rule(index, 1, num(1), value, Equation(("var", index), value, proof)))
    return True


def _of_quotient(encoder: Encoder, index: int, base: Term, over: Term, under: Term, root: int) -> bool:
    above, below = encoder.signs.positive(over), encoder.signs.positive(under)
    if above is None or below is None:
        return False
    lower = _root(under, root)
    factor = encoder.encode(lower)
    known = f"(div_pos {above} {below})" if base.value == "/" else f"(inv_pos.2 {below})"
    away = f"(ne_of_gt {below})"
    same = f"div_mul_cancel₀ {atomic(over)} {away}"
    if base.value == "inv":
        one = f"{atomic(base)} * {atomic(under)} = 1"
        same = f"(by rw [mul_comm]; exact mul_inv_cancel₀ {away} : {one})"
    if over.kind == "num" and over.value == "1":
        value, last, right = num(1), "Real.log_one, zero_mul, Real.exp_zero", "1"
    else:
        upper = _root(over, root)
        value, last, right = encoder.encode(upper), f"← Real.rpow_def_of_pos {above}", upper.text
    joined = f"Real.rpow_def_of_pos {known}, Real.rpow_def_of_pos {below}, ← Real.exp_add, ← add_mul"
    logs = f"← Real.log_mul_of_pos {known} {below}, {same}, {last}"
    claim = f"{_root(base, root).text} * {lower.text} = {right}"
    equation = Equation(mul(("var", index), factor), value, f"(by rw [{joined}, {logs}] : {claim})")
    positive = f"(Real.rpow_pos_of_pos {below} _)"
    encoder.rules.append(Rule(index, 1, factor, value, equation, positive, f"(ne_of_gt {positive})"))
    return True


def _of_power(encoder: Encoder, index: int, base: Term, root: int) -> bool:
    a, power = encoder.signs.positive(base.args[0]), int(base.args[1].value)
    if a is None or not 0 < power <= MAX_ROOT:
        return False
    inner = _root(base.args[0], root)
    value = ("pow", encoder.encode(inner), power)
    unfolded = f"Real.rpow_def_of_pos (pow_pos {a} {power}), Real.log_pow"
    folded = f"← Real.rpow_natCast_of_pos (Real.rpow_pos_of_pos {a} _), ← Real.rpow_mul {a}, Real.rpow_def_of_pos {a}"
    claim = f"{_root(base, root).text} = ({inner.text}) ^ ({power} : ℕ)"
    proof = f"(by rw [{unfolded}, {folded}]; congr 1; push_cast; ring : {claim})"
    encoder.rules.append(Rule(index, 1, num(1), value, Equation(("var", index), value, proof)))
    return True


def _root(base: Term, root: int) -> Term:
    return Term("op", "^", (base, _over(root)), text=f"{atomic(base)} ^ ((1 : ℝ) / {root})")


def _over(root: int) -> Term:
    text = f"((1 : ℝ) / {root})"
    return Term("op", "/", (Term("num", "1", text="1"), Term("num", str(root), text=str(root))), text=text)

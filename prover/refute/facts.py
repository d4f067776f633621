"""What Lean has to be told about roots, logarithms, exponentials and powers at a witness: `have`s in front of the end.

Each fact is a closed equation or bound of one application of a real function that occurs in the claim. It is proved by
its own short proof from lemmas that the core context and Mathlib share; one that fails is left out.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from prover.refute.kinds import REAL
from prover.refute.meaning import Scope, kind_of, meaning
from prover.refute.numbers import exact, nth_root, square_root
from prover.refute.operations import Values
from prover.refute.search import real_subterms
from prover.refute.syntax import Apply, Name, Number, Term, Unread, free_names

_CLOSED = ("norm_num", "grind")
_ROOT_PARTS = 1000  # the denominator of rational bounds of a root
_HALVINGS = 5
_PARTS = 10_000  # the denominator of rational bounds of an exponential


def facts(
    terms: list[Term], scope: Scope, texts: dict[str, str], values: Values, sharp: bool = False
) -> Iterator[list[str]]:
    """Give, for each application of a real function, ways to state and prove what is known; `texts` are the witnesses.

    Each item is a list of alternatives, the most telling first. `sharp` asks for bounds of exponentials and logarithms
    that take Lean longer.
    """
    seen: set[str] = set()
    for term in terms:
        for part in real_subterms(term):
            if any(name in scope.kinds and name not in texts for name in free_names(part)):
                continue
            try:
                if kind_of(part, scope) != REAL:
                    continue
                shown = show(part, texts)
                known = [] if shown in seen else _about(part, scope, texts, values, sharp)
            except (Unread, ArithmeticError, ValueError, TypeError, KeyError):
                continue
            seen.add(shown)
            if known:
                yield known


def _about(part: Term, scope: Scope, texts: dict[str, str], values: Values, sharp: bool) -> list[str]:
    match part:
        case Apply("√", (inner,)):
            return _root(show(part, texts), show(inner, texts), _value(inner, scope, values))
        case Apply("^", (base, exponent)):
            whole = isinstance(exponent, Number) and not exponent.decimal
            if whole or kind_of(exponent, scope) not in (REAL, None):
                return []
            power = _value(exponent, scope, values)
            return _real_power(show(base, texts), show(exponent, texts), _value(base, scope, values), power)
        case Apply("call", (Name(text), inner)):
            name = text.rpartition(".")[2]
            value = _value(inner, scope, values)
            if name == "log":
                return _logarithm(show(inner, texts), value, sharp)
            if name == "exp":
                return _exponential(show(inner, texts), value, sharp)
            if name == "sqrt":
                return _root(show(part, texts), show(inner, texts), value)
    return []


def _value(term: Term, scope: Scope, values: Values) -> Any:
    return meaning(term, scope, REAL)(values)


def _root(shown: str, inner: str, value: Any) -> list[str]:
    root = square_root(value)
    if value <= 0:
        return [f"have := Real.sqrt_eq_zero_of_nonpos (show {inner} ≤ (0 : ℝ) by {tactic})" for tactic in _CLOSED]
    if root == 1:  # `rw` with 1 = 1 ^ 2 would turn every 1
        return [
            f"have : {shown} = (1 : ℝ) := by rw [show {inner} = (1 : ℝ) by {tactic}, Real.sqrt_one]"
            for tactic in _CLOSED
        ]
    if not isinstance(root, float):
        number = _number(root)
        proof = f"rw [show {inner} = {number} ^ 2 by {{0}}]; exact Real.sqrt_sq (by {{0}})"
        return [f"have : {shown} = {number} := by {proof.format(tactic)}" for tactic in _CLOSED]
    if isinstance(value, float):
        return []
    low, high = (
        Fraction(math.floor(root * _ROOT_PARTS), _ROOT_PARTS),
        Fraction(math.ceil(root * _ROOT_PARTS), _ROOT_PARTS),
    )
    lower = f"have := Real.sqrt_le_sqrt (show {_number(low)} ^ 2 ≤ {inner} by {{0}})"
    upper = f"have := Real.sqrt_le_sqrt (show {inner} ≤ {_number(high)} ^ 2 by {{0}})"
    known = "rw [Real.sqrt_sq (by {0})] at this"
    return ["\n".join((lower, known, upper, known)).format(tactic) for tactic in ("grind", "norm_num")]


def _logarithm(inner: str, value: Any, sharp: bool) -> list[str]:
    if value in (0, 1):
        lemma = "Real.log_zero" if value == 0 else "Real.log_one"
        return [
            f"have : Real.log {inner} = 0 := by rw [show {inner} = {_number(value)} by {tactic}, {lemma}]"
            for tactic in _CLOSED
        ]
    if isinstance(value, float):
        return []
    if value < 0:
        positive = _number(-value)
        proof = f"rw [show {inner} = -{positive} by grind, Real.log_neg_eq_log]"
        turned = f"have : Real.log {inner} = Real.log {positive} := by {proof}"
        return [f"{turned}\n{line}" for line in _logarithm(positive, -value, sharp)]
    if sharp:
        low = Fraction(math.floor(math.log(value) * _ROOT_PARTS - 5), _ROOT_PARTS)
        high = Fraction(math.ceil(math.log(value) * _ROOT_PARTS + 5), _ROOT_PARTS)
        below, above = f"Real.exp {_number(low)} ≤ {inner}", f"{inner} ≤ Real.exp {_number(high)}"
        lines = [
            f"have : {below} := by",
            *_indented([*_bounds(_number(low), low), "grind"]),
            f"have := Real.log_le_log (Real.exp_pos {_number(low)}) this",
            "rw [Real.log_exp] at this",
            f"have : {above} := by",
            *_indented([*_bounds(_number(high), high), "grind"]),
            f"have := Real.log_le_log (show (0 : ℝ) < {inner} by grind) this",
            "rw [Real.log_exp] at this",
        ]
        return ["\n".join(lines)]
    upper = (
        f"have := Real.add_one_le_exp (Real.log {inner})\nrw [Real.exp_log (show (0 : ℝ) < {inner} by grind)] at this"
    )
    lower = (
        f"have := Real.add_one_le_exp (-Real.log {inner})\n"
        f"rw [← Real.log_inv, Real.exp_log (show (0 : ℝ) < {inner}⁻¹ by grind), Real.log_inv] at this"
    )
    sign = (
        f"have := Real.log_pos (show 1 < {inner} by grind)"
        if value > 1
        else f"have := Real.log_lt_log (show (0 : ℝ) < {inner} by grind) (show {inner} < 1 by grind)\n"
        "rw [Real.log_one] at this"
    )
    if value == 1:
        return []
    return ["\n".join((sign, upper, lower)), "\n".join((sign, upper)), sign]


def _exponential(inner: str, value: Any, sharp: bool) -> list[str]:
    if value == 0:
        return [
            f"have : Real.exp {inner} = 1 := by rw [show {inner} = (0 : ℝ) by {tactic}, Real.exp_zero]"
            for tactic in _CLOSED
        ]
    if isinstance(value, float):
        return []
    if sharp:
        return ["\n".join(_bounds(inner, Fraction(value)))]
    bounds = [
        f"have := Real.add_one_le_exp {inner}",
        f"have := Real.add_one_le_exp (-{inner})",
        f"have := Real.exp_pos {inner}",
    ]
    return ["\n".join((*bounds, _inverse(inner))), "\n".join(bounds)]


def _inverse(inner: str) -> str:
    sum_is_zero = f"show {inner} + -{inner} = (0 : ℝ) by grind"
    return f"have : Real.exp {inner} * Real.exp (-{inner}) = 1 := by rw [← Real.exp_add, {sum_is_zero}, Real.exp_zero]"


def _bounds(inner: str, value: Fraction) -> list[str]:
    """Return lines that bound exp on both sides: (1 + r/k)^k ≤ exp r, and the same of -r with exp r * exp (-r) = 1."""
    known = f"have b := mul_le_mul_of_nonneg_left b (le_of_lt (Real.exp_pos {inner}))"
    return [*_squared(inner, value, "a"), *_squared(f"(-{inner})", -value, "b"), known, _inverse(inner)]


def _squared(inner: str, value: Fraction, name: str) -> list[str]:
    """Return the lines that prove a lower bound of exp, under a name, by repeated squaring."""
    halvings = max(0, math.ceil(math.log2(max(1.0, float(abs(value)))))) + _HALVINGS
    argument = value / 2**halvings
    bound = 1 + argument
    lines = [
        f"have {name} := Real.add_one_le_exp {_number(argument)}",
        f"replace {name} : {_number(bound)} ≤ Real.exp {_number(argument)} := by grind",
    ]
    for _ in range(halvings):
        small, large = _number(argument), _number(2 * argument)
        lower = Fraction(math.floor(bound * bound * _PARTS), _PARTS)
        square = f"show {large} = {small} + {small} by grind"
        lines.append(
            f"replace {name} : {_number(lower)} ≤ Real.exp {large} := by "
            f"rw [{square}, Real.exp_add]; have := sq_nonneg (Real.exp {small} - {_number(bound)}); grind"
        )
        argument, bound = 2 * argument, lower
    lines.append(f"rw [show {_number(argument)} = {inner} by grind] at {name}")
    return lines


def _indented(lines: list[str]) -> list[str]:
    return [f"  {line}" for line in lines]


def _real_power(shown_base: str, shown_exponent: str, value: Any, exponent: Any) -> list[str]:
    """Return what is known of a power with a rational exponent whose value is rational: by logarithms."""
    if isinstance(value, float) or isinstance(exponent, float):
        return []
    shown = f"({shown_base} : ℝ) ^ ({shown_exponent} : ℝ)"
    if value == 0:
        known = "(if_pos rfl).trans (if_neg (by grind))" if exponent != 0 else "(if_pos rfl).trans (if_pos (by grind))"
        return [f"have : {shown} = {int(exponent == 0)} := {known}"]
    power = Fraction(exponent)
    root = nth_root(value, power.denominator) if value > 0 else None
    if root is None:
        return []
    base, result = _number(root), exact(Fraction(root) ** power.numerator)
    size = abs(power.numerator)
    whole = _number(Fraction(root) ** size)
    lines = [f"have : {shown} = {_number(result)} := by"]
    # Each fact costs time: what the exponent does not need is left out.
    if power.denominator != 1:
        lines += [
            f"  have h₁ := Real.log_pow {power.denominator} {base}",
            f"  rw [show {base} ^ {power.denominator} = {_number(value)} by grind] at h₁",
        ]
    if size != 1:
        lines += [
            f"  have h₂ := Real.log_pow {size} {base}",
            f"  rw [show {base} ^ {size} = {whole} by grind] at h₂",
        ]
    if power < 0:
        lines.append(f"  have h₃ := Real.log_inv {whole}")
    target = f"{whole}⁻¹" if power < 0 else whole
    logarithm = f"show Real.log {_number(value)} * ({shown_exponent} : ℝ) = Real.log {target} by grind"
    lines.append(f"  rw [Real.rpow_def_of_pos (by grind), {logarithm}, Real.exp_log (by grind)]")
    lines.append("  all_goals grind")  # the rewriting may have closed the goal
    return ["\n".join(lines)]


def _number(value: Any) -> str:
    fraction = Fraction(value)
    top = str(fraction.numerator) if fraction >= 0 else f"(-{-fraction.numerator})"
    return f"({top} : ℝ)" if fraction.denominator == 1 else f"({top} / {fraction.denominator} : ℝ)"


def show(term: Term, texts: dict[str, str]) -> str:
    """Write a term as Lean reads it, with texts for variables. Raises `Unread` for what has no form here."""
    match term:
        case Number(value):
            return str(value.numerator) if value.denominator == 1 else f"({value.numerator} / {value.denominator})"
        case Name(text):
            return texts.get(text, text)
        case Apply("call", arguments):
            return "(" + " ".join(show(part, texts) for part in arguments) + ")"
        case Apply("neg", (inner,)):
            return f"(-{show(inner, texts)})"
        case Apply("⁻¹", (inner,)):
            return f"{show(inner, texts)}⁻¹"
        case Apply("√", (inner,)):
            return f"(√{show(inner, texts)})"
        case Apply("abs", (inner,)):
            return f"|{show(inner, texts)}|"
        case Apply("↑", (inner,)):
            return f"(↑{show(inner, texts)})"
        case Apply("+" | "-" | "*" | "/" | "^" as head, (first, second)):
            return f"({show(first, texts)} {head} {show(second, texts)})"
        case _:
            raise Unread("a term that is not written")

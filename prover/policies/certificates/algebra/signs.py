"""Signs by syntactic recursion, with proofs: what Mathlib's `positivity` does, printed as terms.

Leaves are hypotheses (`0 < x`, `x ≥ 1`, `x ≠ 0`, `a < b` for `b - a`), numerals, even powers, roots, absolute values
and exponentials.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from prover.policies.certificates.algebra import powers
from prover.policies.certificates.reading.notation import real_function
from prover.policies.certificates.reading.sequents import Assumption, Sequent, is_real, relation, type_of
from prover.policies.certificates.reading.terms import Term, number

Fallback = Callable[[Term, bool], "str | None"]
"""Proves `0 < term` (True) or `0 ≤ term` (False) by other means, or returns None."""
_NATURAL = Term("name", "ℕ", text="ℕ")
_ZERO, _ONE = (Term("num", digit, text=digit) for digit in "01")


def _factors(term: Term) -> list[Term]:
    """Return the variables that a product has as factors."""
    if term.is_op("*"):
        return [factor for part in term.args for factor in _factors(part)]
    return [term] if term.kind == "name" else []


@dataclass(slots=True)
class Signs:
    """Proofs that terms of one type are positive, not negative, or not zero."""

    sequent: Sequent
    domain: str
    fallback: Fallback | None = None
    _positive: dict[Term, str] = field(default_factory=dict)
    _nonnegative: dict[Term, str] = field(default_factory=dict)
    _nonzero: dict[Term, str] = field(default_factory=dict)
    _asked: dict[tuple[Term, bool], str | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for assumption in self.sequent.assumptions:
            self._learn(assumption)

    def _learn(self, assumption: Assumption) -> None:
        found = relation(assumption.claim, self.sequent.types)
        if found is None or found[3] not in (self.domain, None):
            return
        symbol, left, right, _ = found
        proof = assumption.proof
        if symbol in (">", "≥"):
            left, right, symbol = right, left, {">": "<", "≥": "≤"}[symbol]
        if symbol in ("<", "≤"):
            table = self._positive if symbol == "<" else self._nonnegative
            bound = number(left)
            if bound == 0:
                table.setdefault(right, proof)
            elif bound is not None and bound > 0:
                zero = f"(Certificate.numeral_pos {bound})"
                lemma = "lt_trans" if symbol == "<" else "lt_of_lt_of_le"
                self._positive.setdefault(right, f"({lemma} {zero} {proof})")
            elif number(right) == 0 and symbol == "<":
                self._nonzero.setdefault(left, f"(ne_of_lt {proof})")
            difference = Term("op", "-", (right, left))
            table.setdefault(difference, f"({'sub_pos' if symbol == '<' else 'sub_nonneg'}.2 {proof})")
            if symbol == "<":
                self._nonzero.setdefault(
                    Term("op", "-", (left, right)), f"(fun e => ne_of_lt {proof} (sub_eq_zero.1 e))"
                )
        elif symbol == "=":
            for product, value in ((left, right), (right, left)):
                if number(value):
                    away = proof if product is left else f"{proof}.symm"
                    for factor in _factors(product):
                        self._nonzero.setdefault(factor, f"(fun e => absurd {away} (by rw [e]; intro h; linarith))")
        elif symbol == "≠":
            if right == _ZERO:
                self._nonzero.setdefault(left, proof)
            elif left == _ZERO:
                self._nonzero.setdefault(right, f"(fun e => {proof} e.symm)")
            self._nonzero.setdefault(Term("op", "-", (left, right)), f"(fun e => {proof} (sub_eq_zero.1 e))")
            self._nonzero.setdefault(Term("op", "-", (right, left)), f"(fun e => {proof} (sub_eq_zero.1 e).symm)")

    def positive(self, term: Term) -> str | None:
        """Return a proof of `0 < term`, or None."""
        return self._sign(term, True)

    def nonnegative(self, term: Term) -> str | None:
        """Return a proof of `0 ≤ term`, or None."""
        return self._sign(term, False)

    def nonzero(self, term: Term) -> str | None:
        """Return a proof of `term ≠ 0`, or None."""
        if (proof := self._positive.get(term)) is not None:
            return f"(ne_of_gt {proof})"
        if (proof := self._nonzero.get(term)) is not None:
            return proof
        if self.domain != "ℂ" and (proof := self.positive(term)) is not None:
            return f"(ne_of_gt {proof})"
        name, argument = real_function(term)
        if name == "log" and argument is not None:
            return self._logarithm_nonzero(argument)
        if self.domain in ("ℝ", "ℚ", "ℂ"):
            if term.is_op("*"):
                left, right = (self.nonzero(part) for part in term.args)
                return f"(mul_ne_zero {left} {right})" if left is not None and right is not None else None
            if term.is_op("^") and term.args[1].kind == "num":
                base = self.nonzero(term.args[0])
                return f"(pow_ne_zero {term.args[1].value} {base})" if base is not None else None
        return None

    def _logarithm_nonzero(self, argument: Term) -> str | None:
        """Prove that the logarithm of a positive number below 1 is not 0."""
        positive, below = self.positive(argument), self.positive(Term("op", "-", (_ONE, argument)))
        if positive is None or below is None:
            return None
        return f"(ne_of_lt (Real.log_neg {positive} (sub_pos.1 {below})))"

    def known_nonzero(self) -> list[tuple[Term, str]]:
        """Return the terms that assumptions say are not zero, with proofs."""
        return list(self._nonzero.items())

    def _sign(self, term: Term, strict: bool) -> str | None:
        key = (term, strict)
        if key not in self._asked:
            self._asked[key] = None  # a term that needs its own sign has none
            self._asked[key] = self._found(term, strict) or self._otherwise(term, strict)
        return self._asked[key]

    def _otherwise(self, term: Term, strict: bool) -> str | None:
        return self.fallback(term, strict) if self.fallback is not None else None

    def _found(self, term: Term, strict: bool) -> str | None:
        if (proof := self._positive.get(term)) is not None:
            return proof if strict else f"(le_of_lt {proof})"
        if not strict and (proof := self._nonnegative.get(term)) is not None:
            return proof
        if term.kind == "num" and term.value.isdigit():
            if int(term.value) > 0:
                return f"(Certificate.numeral_{'pos' if strict else 'nonneg'} {term.value})"
            return None if strict else "(le_refl 0)"
        if (
            strict
            and (proof := self._nonnegative.get(term)) is not None
            and (away := self._nonzero.get(term)) is not None
        ):
            return f"(lt_of_le_of_ne {proof} (fun e => {away} e.symm))"
        return self._structure(term, strict) if term.kind in ("op", "app", "name") else None

    def _structure(self, term: Term, strict: bool) -> str | None:
        word = "pos" if strict else "nonneg"
        if term.is_op("+"):
            left, right = term.args
            if strict:
                for lemma, first, second in (
                    ("add_pos", True, True),
                    ("add_pos_of_pos_of_nonneg", True, False),
                    ("add_pos_of_nonneg_of_pos", False, True),
                ):  # fmt: skip
                    a, b = self._sign(left, first), self._sign(right, second)
                    if a is not None and b is not None:
                        return f"({lemma} {a} {b})"
                return None
            a, b = self._sign(left, False), self._sign(right, False)
            return f"(add_nonneg {a} {b})" if a is not None and b is not None else None
        if term.is_op("*"):
            if not strict and term.args[0] == term.args[1]:
                return f"(mul_self_nonneg ({term.args[0].text}))" if term.args[0].text else None
            a, b = self._sign(term.args[0], strict), self._sign(term.args[1], strict)
            return f"(mul_{word} {a} {b})" if a is not None and b is not None else None
        if term.is_op("/") and self.domain in ("ℝ", "ℚ"):
            a, b = self._sign(term.args[0], strict), self._sign(term.args[1], strict)
            return f"(div_{word} {a} {b})" if a is not None and b is not None else None
        if term.is_op("inv") and self.domain in ("ℝ", "ℚ"):
            a = self._sign(term.args[0], True)
            proof = f"(inv_pos.2 {a})"
            return None if a is None else proof if strict else f"(le_of_lt {proof})"
        if term.is_op("^") and term.args[1].kind == "num" and term.args[1].value.isdigit():
            base, exponent = term.args[0], int(term.args[1].value)
            a = self._sign(base, strict)
            if a is not None:
                return f"(pow_{word} {a} {exponent})"
            if exponent == 2 and not strict and base.text:
                return f"(sq_nonneg ({base.text} : {self.domain}))"
            if (
                exponent == 2
                and strict
                and base.text
                and (away := self.nonzero(base)) is not None
                and self.domain != "ℤ"
            ):
                return (
                    f"(lt_of_le_of_ne (sq_nonneg ({base.text} : {self.domain})) (fun e => pow_ne_zero 2 {away} e.symm))"
                )
            return None
        if term.is_op("^") and term.args[1].kind != "num" and type_of(term.args[1], self.sequent.types) == _NATURAL:
            a = self._sign(term.args[0], True)
            return None if a is None else f"(pow_pos {a} _)" if strict else f"(le_of_lt (pow_pos {a} _))"
        if term.is_op("abs") and term.args[0].text:
            if not strict:
                return f"(abs_nonneg ({term.args[0].text} : {self.domain}))"
            away = self.nonzero(term.args[0]) if self.domain == "ℝ" else None
            return None if away is None else f"(abs_pos.2 {away})"
        if term.is_op("type"):
            return self._sign(term.args[0], strict)
        if term.is_op("↑") and not strict and term.args[0].kind == "name":
            kind = self.sequent.types.get(term.args[0].value)
            natural = kind is not None and kind.value == "ℕ"
            return f"(Nat.cast_nonneg (R := {self.domain}) {term.args[0].value})" if natural else None
        if self.domain != "ℝ":
            return None
        if term.is_op("^") and (powers.exponent(term.args[1]) is not None or is_real(term.args[1], self.sequent.types)):
            a = self._sign(term.args[0], True)
            proof = f"(Real.rpow_pos_of_pos {a} _)"
            return None if a is None else proof if strict else f"(le_of_lt {proof})"
        name, argument = real_function(term)
        if term.is_op("√"):
            name, argument = "sqrt", term.args[0]
        if argument is None or not argument.text:
            return "Real.pi_pos" if strict and term.kind == "name" and term.value in ("π", "Real.pi") else None
        if name == "exp":
            return f"(Real.exp_pos ({argument.text}))" if strict else f"(le_of_lt (Real.exp_pos ({argument.text})))"
        if name == "log":
            if argument.kind == "num" and argument.value.isdigit() and int(argument.value) > 1:
                above = f"(by norm_num : (1 : ℝ) < {argument.value})"
                return f"(Real.log_pos {above})" if strict else f"(le_of_lt (Real.log_pos {above}))"
            if (more := self._sign(Term("op", "-", (argument, _ONE)), strict)) is None:
                return None
            return f"(Real.log_pos (sub_pos.1 {more}))" if strict else f"(Real.log_nonneg (sub_nonneg.1 {more}))"
        if name == "sqrt":
            a = self._sign(argument, True) if strict else ""
            return (
                None if a is None else f"(Real.sqrt_pos.2 {a})" if strict else f"(Real.sqrt_nonneg ({argument.text}))"
            )
        return None

"""Facts as polynomials after the atoms with rules are eliminated, with what that took, so that Lean can follow.

A rule `t * q = p` eliminates a quotient `t` from `f` after multiplication by a power of `q`, and `t ^ 2 = p` a root.
The difference to the original is a multiple of the rule's equation; the multiple is computed only for what is printed.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import fmpq_mpoly

from prover.policies.certificates.algebra.encoding import Encoder
from prover.policies.certificates.algebra.facts import Equation, Fact, Rule
from prover.policies.certificates.algebra.products import Product
from prover.policies.certificates.algebra.trees import Ring, Tree, sub
from prover.policies.certificates.reading.failures import TooLarge

ROUNDS = 6
"""How often all rules are applied; what an atom is made of may have been met before it."""


@dataclass(frozen=True, slots=True)
class Cleared:
    """A fact times denominators whose polynomial, once reduced by the rules, holds no eliminated quotients."""

    product: Product
    reduced: fmpq_mpoly


@dataclass(frozen=True, slots=True)
class Elimination:
    """A rule as polynomials: `left - right = scale * (t ^ power * factor - value)` for the equation of the rule."""

    rule: Rule
    factor: fmpq_mpoly
    value: fmpq_mpoly
    scale: Fraction = Fraction(1)


class Clearing:
    """Eliminates the atoms that rules define, the first met first: what an atom is made of was met after it.

    Quotients come before the others, so that what they are divided by is still there as they name it.
    """

    def __init__(self, encoder: Encoder, ring: Ring) -> None:
        self.ring = ring
        order = sorted(encoder.rules, key=lambda rule: (rule.factor == ("num", 1), rule.atom))
        self.rules = [_elimination(ring, rule) for rule in order]

    def solve(self, equations: Sequence[Equation]) -> list[Equation]:
        """Eliminate a variable by each equation that is linear in it with a constant factor; return the others."""
        left: list[Equation] = []
        for equation in equations:
            polynomial = self.reduce(self.ring.polynomial(sub(equation.left, equation.right)))
            atom = _linear(self.ring, polynomial, {known.rule.atom for known in self.rules})
            if atom is None or polynomial != self.ring.polynomial(sub(equation.left, equation.right)):
                left.append(equation)
                continue
            parts = _by_power(self.ring, polynomial, atom)
            coefficient = parts[1].leading_coefficient()
            scale = Fraction(int(coefficient.p), int(coefficient.q))
            value = -parts.get(0, self.ring.zero) * self.ring.constant(1 / scale)
            rule = Rule(atom, 1, ("num", 1), ("num", 0), equation)
            self.rules.append(Elimination(rule, self.ring.one, value, scale))
        return left

    def reduce(self, polynomial: fmpq_mpoly) -> fmpq_mpoly:
        """Reduce by every rule whose factor is 1 (roots, absolute values, solved variables). Raises `TooLarge`."""
        for _ in range(ROUNDS):
            before = polynomial
            for rule in self.rules:
                if rule.factor == 1:
                    polynomial, _ = self.apply(polynomial, rule)
            if polynomial == before:
                break
        return polynomial

    def clear(self, fact: Fact) -> Cleared | None:
        """Return a fact multiplied by the denominators it needs, or None where one has no known sign."""
        polynomial = self.ring.polynomial(fact.tree)
        product = Product.of(fact)
        for _ in range(ROUNDS):
            before = polynomial
            for rule in self.rules:
                polynomial, times = self.apply(polynomial, rule)
                for _ in range(times):
                    if rule.rule.positive:
                        product = Product.of(Fact(rule.rule.factor, rule.rule.positive, True)).times(product)
                    elif rule.rule.nonzero:
                        # Only `q ≠ 0` is known: the square of `q` is positive, and one factor more is no harm.
                        square: Tree = ("pow", rule.rule.factor, 2)
                        away = f"(Certificate.square_pos {rule.rule.nonzero})"
                        product = Product.of(Fact(square, away, True)).times(product)
                        polynomial = self.ring.small(polynomial * rule.factor)
                    else:
                        return None
            if polynomial == before:
                break
        return Cleared(product, polynomial)

    def without_quotients(self, equation: Equation) -> tuple[fmpq_mpoly, fmpq_mpoly]:
        """Return what the sides of an equation are multiplied with, and their difference then, reduced by the rules."""
        polynomial = self.ring.polynomial(sub(equation.left, equation.right))
        times = self.ring.one
        for _ in range(ROUNDS):
            before = polynomial
            for rule in self.rules:
                polynomial, power = self.apply(polynomial, rule)
                times = self.ring.small(times * rule.factor**power)
            if polynomial == before:
                break
        return times, polynomial

    def corrections(self, polynomial: fmpq_mpoly) -> list[tuple[fmpq_mpoly, Equation]]:
        """Return polynomials `c` and equations with `polynomial = reduced + sum of c * (left - right)`.

        Applies to a polynomial that is already multiplied by the denominators that it needs.
        """
        found: list[tuple[fmpq_mpoly, Equation]] = []
        for _ in range(ROUNDS * len(self.rules)):
            for rule in self.rules:
                polynomial, quotient = self._divide(polynomial, rule)
                if len(quotient):
                    found.append((quotient * self.ring.constant(1 / rule.scale), rule.rule.equation))
                    break  # what this brought in may be a quotient, whose divisor other rules would replace
            else:
                break
        return found

    def apply(self, polynomial: fmpq_mpoly, elimination: Elimination) -> tuple[fmpq_mpoly, int]:
        """Substitute: return the numerator and the power of the factor that it was multiplied with."""
        rule, factor, value = elimination.rule, elimination.factor, elimination.value
        top = int(polynomial.degrees()[rule.atom]) // rule.power if len(polynomial) else 0
        if top <= 0:
            return polynomial, 0
        if top > 12:
            raise TooLarge("a high power of a quotient")
        parts = _by_power(self.ring, polynomial, rule.atom)
        total = self.ring.zero
        for power, part in parts.items():
            whole, rest = divmod(power, rule.power)
            total += part * self.ring.gens[rule.atom] ** rest * value**whole * factor ** (top - whole)
        return self.ring.small(total), (0 if factor == 1 else top)

    def _divide(self, polynomial: fmpq_mpoly, elimination: Elimination) -> tuple[fmpq_mpoly, fmpq_mpoly]:
        """Divide by `t ^ power * factor - value` as a polynomial in `t`, as far as leading coefficients allow."""
        rule, factor, value = elimination.rule, elimination.factor, elimination.value
        t = self.ring.gens[rule.atom]
        quotient = self.ring.zero
        for _ in range(64):
            parts = _by_power(self.ring, polynomial, rule.atom)
            top = max(parts, default=0)
            if top < rule.power:
                break
            lead = parts[top]
            if factor != 1:
                lead, rest = divmod(lead, factor)
                if len(rest):
                    break
            step = lead * t ** (top - rule.power)
            quotient += step
            polynomial -= step * (t**rule.power * factor - value)
        return polynomial, quotient


def _elimination(ring: Ring, rule: Rule) -> Elimination:
    """Return a rule as polynomials; division by a numeral is none that has to be cleared."""
    factor, value = ring.polynomial(rule.factor), ring.polynomial(rule.value)
    if rule.factor[0] == "num" and rule.factor[1] > 1:
        scale = Fraction(rule.factor[1])
        return Elimination(rule, ring.one, value * ring.constant(1 / scale), scale)
    return Elimination(rule, factor, value)


def _linear(ring: Ring, polynomial: fmpq_mpoly, taken: Collection[int]) -> int | None:
    """Return a variable that occurs in one term only, to the first power and alone; the last such variable."""
    degrees = [0] * len(ring.gens)
    alone: set[int] = set()
    for exponents, _ in polynomial.terms():
        found = [index for index, exponent in enumerate(exponents) if exponent]
        for index in found:
            degrees[index] += int(exponents[index]) if len(found) == 1 else 2
        if len(found) == 1 and exponents[found[0]] == 1:
            alone.add(found[0])
    usable = [index for index in alone if degrees[index] == 1 and index not in taken]
    return max(usable, default=None)


def _by_power(ring: Ring, polynomial: fmpq_mpoly, atom: int) -> dict[int, fmpq_mpoly]:
    """Return the coefficients of the powers of one variable."""
    parts: dict[int, dict[tuple[int, ...], object]] = {}
    for exponents, coefficient in polynomial.terms():
        exponents = tuple(map(int, exponents))
        without = (*exponents[:atom], 0, *exponents[atom + 1 :])
        parts.setdefault(exponents[atom], {})[without] = coefficient
    return {power: ring.context.from_dict(part) for power, part in parts.items()}

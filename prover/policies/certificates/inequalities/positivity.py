"""What it takes that a goal holds: a polynomial that is not negative, made homogeneous by a condition where that is so.

A condition between two forms, such as `a + b + c = 3` or `a * b + b * c + c * a = 3 * a * b * c`, raises the terms of
low degree. Otherwise equations eliminate variables or stay as they are, to be multiplied with polynomials.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from flint import fmpq_mpoly

from prover.policies.certificates.algebra.clearing import Clearing
from prover.policies.certificates.algebra.encoding import Encoder
from prover.policies.certificates.algebra.facts import Equation, Fact
from prover.policies.certificates.algebra.products import ONE, Product
from prover.policies.certificates.algebra.trees import Ring, degree
from prover.policies.certificates.inequalities.differences import homogenized, sign_of
from prover.policies.certificates.programs.krivine import Part, printed_refutation

MAX_TEXT = 20_000
"""Characters of a proof above which Lean takes minutes."""
MAX_DEGREE = 16


@dataclass(frozen=True, slots=True)
class Task:
    """A polynomial that is to be shown not negative (positive, if `strict`), and what it has to do with the goal."""

    encoder: Encoder
    ring: Ring
    clearing: Clearing
    wanted: fmpq_mpoly
    strict: bool
    leads: Sequence[tuple[Fraction, Part]]
    multiples: Sequence[tuple[fmpq_mpoly, Equation]]
    signs: dict[int, Fact]
    others: Sequence[Part]
    equations: Sequence[Equation]
    ideal: Sequence[tuple[fmpq_mpoly, fmpq_mpoly]]

    @property
    def homogeneous(self) -> bool:
        return len({sum(map(int, m)) for m in self.wanted.monoms()}) == 1 and not self.ideal

    @property
    def variables(self) -> tuple[int, ...]:
        return tuple(
            sorted(
                {
                    v
                    for p in (self.wanted, *(p for _, p in self.ideal))
                    for m in p.monoms()
                    for v, e in enumerate(m)
                    if e
                }
            )
        )

    def printed(
        self,
        multipliers: Sequence[tuple[Fraction, Part]],
        squares: Sequence[tuple[Fraction, Part]],
        cofactors: Sequence[tuple[fmpq_mpoly, Equation]],
        negated: tuple[str, str],
    ) -> list[list[str]]:
        """Print the refutation of the goal by what, added to it with its multipliers, is zero."""
        scale = lcm(*(weight.denominator for weight, _ in (*multipliers, *squares)))
        scale *= lcm(*(size.denominator for size, _ in self.leads))
        chosen = [
            (int(weight * size * scale), Part(lead.product.times(part.product), self.ring.zero))
            for weight, part in multipliers
            for size, lead in self.leads
        ]
        chosen += [(int(weight * scale), part) for weight, part in squares]
        whole = sum((part.polynomial * self.ring.constant(weight) for weight, part in multipliers), self.ring.zero)
        scaled = [(p * whole * self.ring.constant(scale), e) for p, e in self.multiples]
        scaled += [(p * self.ring.constant(scale), e) for p, e in cofactors]
        proofs = printed_refutation(self.encoder, self.ring, self.clearing, chosen, scaled, negated)
        return [proof for proof in proofs if sum(map(len, proof)) <= MAX_TEXT]


def task_of(encoder: Encoder, facts: Sequence[Fact], equations: Sequence[Equation], constrained: bool) -> Task | None:
    """Return what is to be shown; `constrained` keeps the equations also where the goal is homogeneous without them."""
    ring = Ring(len(encoder.atoms))
    clearing = Clearing(encoder, ring)
    lead = clearing.clear(facts[0])
    if lead is None or degree(lead.reduced) > MAX_DEGREE:
        return None
    known = [*equations, *encoder.equations]
    leads = [(Fraction(1), Part(lead.product, lead.reduced))]
    wanted, multiples = homogenized(clearing, -lead.reduced, known)
    left: list[Equation] = []
    if not multiples and (constrained or len(_sizes(wanted)) > 1):
        if len(_sizes(wanted)) > 1 and (lifted := _lifted(encoder, clearing, wanted, known)) is not None:
            wanted, multiples, factors = lifted
            leads = [(size, Part(lead.product.times(part.product), ring.zero)) for size, part in factors]
        else:
            left = clearing.solve(known)
            lead = clearing.clear(facts[0])
            if lead is None:
                return None
            leads = [(Fraction(1), Part(lead.product, lead.reduced))]
            wanted = -lead.reduced
    ideal = [clearing.without_quotients(equation) for equation in left]
    others = [part for fact in (*facts[1:], *encoder.facts) if (part := clearing.clear(fact)) is not None]
    variables = sorted({v for p in (wanted, *(p for _, p in ideal)) for m in p.monoms() for v, e in enumerate(m) if e})
    signs = {v: sign for v in variables if (sign := sign_of(encoder, v)) is not None}
    rest = [Part(part.product, part.reduced) for part in others]
    strict = not lead.product.strict
    return Task(encoder, ring, clearing, wanted, strict, leads, multiples, signs, rest, left, ideal)


def _sizes(polynomial: fmpq_mpoly) -> set[int]:
    return {sum(map(int, m)) for m in polynomial.monoms()}


def _lifted(
    encoder: Encoder, clearing: Clearing, wanted: fmpq_mpoly, equations: Sequence[Equation]
) -> tuple[fmpq_mpoly, list[tuple[fmpq_mpoly, Equation]], list[tuple[Fraction, Part]]] | None:
    """Make a polynomial homogeneous by an equation of two forms, `low = high`, of which the lower one is positive.

    Returns the result, cofactors as `homogenized` does, and the terms of the power of `low` it was multiplied with.
    """
    ring = clearing.ring
    sizes = _sizes(wanted)
    top, least = max(sizes), min(sizes)
    for equation in equations:
        times, side = clearing.without_quotients(equation)
        degrees = sorted(_sizes(side))
        if len(degrees) != 2 or degrees[0] == 0:
            continue
        step = degrees[1] - degrees[0]
        low, high = (_form(ring, side, size) for size in degrees)
        if low.leading_coefficient() < 0:
            low, times = -low, -times
        else:
            high = -high
        signs = [sign_of(encoder, v) for v in range(len(ring.gens)) if any(m[v] for m in low.monoms())]
        usable = all(sign is not None and sign.strict for sign in signs) and all(c > 0 for c in low.coeffs())
        power = (top - least) // step
        if not usable or power > 2 or any((top - own) % step for own in sizes):
            continue
        # low - high = times * equation, so low ^ j - high ^ j is a multiple of it.
        whole, multiple = ring.zero, ring.zero
        for own in sizes:
            form, count = _form(ring, wanted, own), (top - own) // step
            kept = low ** (power - count)
            whole += form * kept * high**count
            multiple += form * kept * sum((low**i * high ** (count - 1 - i) for i in range(count)), ring.zero)
        factors = []
        for m, c in (low**power).terms():
            part = Part(ONE, ring.one)
            for v, exponent in enumerate(map(int, m)):
                sign = sign_of(encoder, v) if exponent else None
                for _ in range(exponent):
                    part = Part(part.product.times(Product.of(sign)), part.polynomial * ring.gens[v])  # type: ignore[arg-type]
            factors.append((Fraction(int(c.p), int(c.q)), part))
        return ring.small(whole), [(multiple * times, equation)], factors
    return None


def _form(ring: Ring, polynomial: fmpq_mpoly, size: int) -> fmpq_mpoly:
    """Return the terms of one degree."""
    found = {tuple(map(int, m)): c for m, c in polynomial.terms() if sum(map(int, m)) == size}
    return ring.context.from_dict(found)

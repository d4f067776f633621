"""Sums of squares by semidefinite programming: what the linear programs have no squares for.

A polynomial that is to be shown not negative is written as a sum of products of facts (variables that are positive,
other assumptions), each times a sum of squares (Schmüdgen 1991; Parrilo 2003). Monomials that cannot occur are left
out, and at points where the polynomial is tight all squares vanish, which is imposed before the program is solved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, combinations_with_replacement, islice
from math import gcd, lcm

from flint import fmpq_mpoly

from prover.policies.certificates.algebra.encoding import Encoder
from prover.policies.certificates.algebra.facts import Equation, Fact
from prover.policies.certificates.algebra.linear import Column
from prover.policies.certificates.algebra.products import ONE, Product
from prover.policies.certificates.algebra.trees import Ring, degree
from prover.policies.certificates.inequalities.positivity import MAX_DEGREE, task_of
from prover.policies.certificates.programs.faces import full, null_space
from prover.policies.certificates.programs.krivine import Part
from prover.policies.certificates.programs.points import Point, tight_points, value
from prover.policies.certificates.programs.semidefinite import Block, Square, semidefinite_solution

MAX_ENTRIES = 2_600
MAX_ROWS = 260
MAX_COFACTORS = 500
MAX_FRONTS = 20
MAX_PRODUCTS = 80
"""Products that are multiplied with sums of squares, and with numbers only."""
MAX_MULTIPLIERS = 16

Exponents = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Front:
    """A product of facts, the monomials whose squares it is multiplied with, and what spans those that are tried."""

    part: Part
    monomials: tuple[Exponents, ...]
    block: Block


def by_squares(
    encoder: Encoder,
    facts: Sequence[Fact],
    equations: Sequence[Equation],
    negated: tuple[str, str],
    more: int = 0,
) -> list[list[str]]:
    """Return proofs, as lists of tactics, that the negated goal `facts[0]` is false, the one that reads best first.

    The goal's polynomial is multiplied with products of at most `more` positive variables. Raises `TooLarge`.
    """
    task = task_of(encoder, facts, equations, more > 0)
    if task is None:
        return []
    variables = task.variables
    signs = {v: Part(Product.of(sign), task.ring.gens[v]) for v, sign in task.signs.items()}
    multipliers = [Part(ONE, task.ring.one)]
    for _ in range(more):
        lower = [] if task.homogeneous else multipliers
        higher = [
            Part(known.product.times(factor.product), known.polynomial * factor.polynomial)
            for known in multipliers
            for factor in signs.values()
            if factor.product.strict
        ]
        multipliers = list({str(part.polynomial): part for part in (*lower, *higher)}.values())
    if more and not task.homogeneous and degree(task.wanted) <= 3:
        multipliers += [lead for _, lead in task.leads[:1]]  # the square of what is negated
    if not multipliers or len(multipliers) > MAX_MULTIPLIERS:
        return []
    program = _Program(
        task.ring, task.clearing.reduce, task.wanted, multipliers, variables, signs, task.others, task.equations,
        task.ideal,
    )  # fmt: skip
    found = program.solved(task.strict)
    return task.printed(*found, negated) if found is not None else []


class _Program:
    """The semidefinite program of one polynomial."""

    def __init__(
        self,
        ring: Ring,
        reduce: Callable[[fmpq_mpoly], fmpq_mpoly],
        wanted: fmpq_mpoly,
        multipliers: Sequence[Part],
        variables: Sequence[int],
        signs: dict[int, Part],
        others: Sequence[Part],
        equations: Sequence[Equation],
        ideal: Sequence[tuple[fmpq_mpoly, fmpq_mpoly]],
    ) -> None:
        self.ring, self.reduce = ring, reduce
        self.size = max((abs(Fraction(int(c.p), int(c.q))) for c in wanted.coeffs()), default=Fraction(1))
        self.wanted = wanted / ring.constant(self.size)
        self.multipliers = multipliers
        self.multiples = [reduce(self.wanted * part.polynomial) for part in multipliers]
        self._rows: dict[Exponents, int] = {}
        self.variables, self.signs, self.others = variables, signs, others
        self.equations = equations
        self.times, self.ideal = [times for times, _ in ideal], [polynomial for _, polynomial in ideal]
        self.sizes = {sum(map(int, m)) for p in self.multiples for m in p.monoms()}
        self.homogeneous = len(self.sizes) == 1 and not ideal
        self.top, self.low = max(self.sizes, default=0), min(self.sizes, default=0)
        self.top = max(self.top, *(d for p in self.ideal if (d := degree(p)) <= MAX_DEGREE), 0)

    def solved(
        self, strict: bool
    ) -> tuple[list[tuple[Fraction, Part]], list[tuple[Fraction, Part]], list[tuple[fmpq_mpoly, Equation]]] | None:
        """Return multipliers, parts and cofactors of equations; the latter's sum is the polynomial times the first."""
        if not len(self.wanted) or not self.variables:
            return None
        points = self._points()
        fronts = self._fronts(points)
        cofactors = list(islice(self._cofactors(), MAX_COFACTORS + 1))
        multiples = [self._column(column) for _, column, _ in cofactors]
        extra = self._positive() if strict else []
        blocks = [front.block for front in fronts]
        # The weights of what is strictly positive have the sum 1.
        norm = self._rows.setdefault((), len(self._rows))
        unit, none = {norm: Fraction(1)}, dict[int, Fraction]()
        blocks += [Block(1, {(0, 0): {**unit, **self._column(part.polynomial)}}, full(1)) for part in extra]
        blocks += [
            Block(1, {(0, 0): {**(none if strict else unit), **self._column(-p)}}, full(1)) for p in self.multiples
        ]
        entries = sum(len(block.basis) * (len(block.basis) + 1) // 2 for block in blocks)
        if not entries or entries > MAX_ENTRIES or len(self._rows) > MAX_ROWS or len(cofactors) > MAX_COFACTORS:
            return None
        solution = semidefinite_solution(blocks, multiples, {norm: Fraction(1)})
        if solution is None:
            return None
        squares, weights = solution
        multipliers = [
            (square.weight * square.form[0] ** 2 / self.size, self.multipliers[at])
            for square in squares
            if (at := square.block - len(fronts) - len(extra)) >= 0
        ]
        found = [self._part(square, fronts, extra) for square in squares if square.block < len(fronts) + len(extra)]
        if strict and not any(part.product.strict for _, part in found):
            return None
        return (
            multipliers,
            found,
            [(cofactors[at][0] * self.ring.constant(weight), cofactors[at][2]) for at, weight in weights.items()],
        )

    def _column(self, polynomial: fmpq_mpoly) -> Column:
        return {
            self._rows.setdefault(tuple(map(int, m)), len(self._rows)): Fraction(int(c.p), int(c.q))
            for m, c in polynomial.terms()
        }

    def _part(self, square: Square, fronts: Sequence[_Front], extra: Sequence[Part]) -> tuple[Fraction, Part]:
        if square.block >= len(fronts):
            return square.weight, extra[square.block - len(fronts)]
        front = fronts[square.block]
        scale = lcm(*(x.denominator for x in square.form))
        whole = [int(x * scale) for x in square.form]
        content = gcd(*whole)
        root = sum(
            (self.ring.monomial(m, x // content) for m, x in zip(front.monomials, whole, strict=True) if x),
            self.ring.zero,
        )
        weight = square.weight * Fraction(content, scale) ** 2
        tree, _ = self.ring.tree(root)
        if degree(root) == 0:
            return weight, front.part
        product = front.part.product.times(Product.square(tree))
        return weight, Part(product, self.ring.zero)

    # -- what may occur ------------------------------------------------------------------------------------------------

    def _points(self) -> list[Point]:
        strict = [self.ring.gens[v] for v, part in self.signs.items() if part.product.strict]
        weak = [self.ring.gens[v] for v, part in self.signs.items() if not part.product.strict]
        strict += [part.polynomial for part in self.others if part.product.strict and degree(part.polynomial) > 1]
        weak += [part.polynomial for part in self.others if not part.product.strict and degree(part.polynomial) > 0]
        roots = [self.ring.gens[v] ** 2 - square for v, square in self._roots().items()]
        return tight_points(-self.wanted, strict, weak, [*self.ideal, *roots], self.variables, self.homogeneous)

    def _roots(self) -> dict[int, fmpq_mpoly]:
        """Return the variables whose squares reduce to something else, which they do as roots and absolute values."""
        squares = {v: self.ring.gens[v] ** 2 for v in self.variables}
        return {v: reduced for v, square in squares.items() if (reduced := self.reduce(square)) != square}

    def _products(self) -> Iterator[Part]:
        yield Part(ONE, self.ring.one)
        base = list(self.signs.values())
        known = {str(part.polynomial) for part in base}
        for part in self.others:
            text = str(part.polynomial)
            inside = all(v in self.variables for m in part.polynomial.monoms() for v, e in enumerate(m) if e)
            if degree(part.polynomial) > 0 and text not in known and inside:
                known.add(text)
                base.append(part)
        found: list[Part] = []
        for size in (1, 2, 3):
            for chosen in combinations(base, size):
                whole = chosen[0]
                for factor in chosen[1:]:
                    whole = Part(whole.product.times(factor.product), whole.polynomial * factor.polynomial)
                whole = Part(whole.product, self.reduce(whole.polynomial))
                if degree(whole.polynomial) <= self.top:
                    found.append(whole)
        found.sort(key=lambda part: degree(part.polynomial))
        yield from found

    def _fronts(self, points: Sequence[Point]) -> list[_Front]:
        candidates: list[tuple[Part, list[Exponents]]] = []
        for part in self._products():
            size = degree(part.polynomial)
            sizes = {sum(map(int, m)) for m in part.polynomial.monoms()}
            if self.homogeneous and (len(sizes) > 1 or (self.top - size) % 2):
                continue
            half = (self.top + (0 if self.homogeneous else self.top % 2) - size) // 2
            low = half if self.homogeneous else max((self.low - size) // 2, 0) if not self.others else 0
            monomials = [m for total in range(low, half + 1) for m in self._monomials(total)]
            if monomials:
                candidates.append((part, monomials))
        candidates = self._pruned(candidates)
        several = [entry for entry in candidates if len(entry[1]) > 1][:MAX_FRONTS]
        candidates = [*several, *[entry for entry in candidates if len(entry[1]) == 1][:MAX_PRODUCTS]]
        fronts = []
        for part, monomials in candidates:
            rows = []
            for point in points:
                if value(part.polynomial, point):
                    rows.append(tuple(value(self.ring.monomial(m), point) for m in monomials))
            basis = null_space(rows, len(monomials))
            columns: dict[tuple[int, int], Column] = {}
            polynomials = [self.ring.monomial(m) for m in monomials]
            if len(basis) * (len(basis) + 1) // 2 > MAX_ENTRIES:
                continue
            for i, j in combinations_with_replacement(range(len(monomials)), 2):
                columns[i, j] = self._column(self.reduce(part.polynomial * polynomials[i] * polynomials[j]))
            fronts.append(_Front(part, tuple(monomials), Block(len(monomials), columns, basis)))
        return fronts

    def _monomials(self, total: int) -> Iterator[Exponents]:
        for chosen in combinations_with_replacement(self.variables, total):
            exponents = [0] * len(self.ring.gens)
            for variable in chosen:
                exponents[variable] += 1
            m = self.ring.monomial(exponents)
            if self.reduce(m) == m:
                yield tuple(exponents)

    def _pruned(self, candidates: list[tuple[Part, list[Exponents]]]) -> list[tuple[Part, list[Exponents]]]:
        """Leave out monomials whose squares nothing can cancel; only where all products are monomials."""
        if self.ideal or any(len(part.polynomial) > 1 for part, _ in candidates):
            return candidates
        if self._roots():
            return candidates
        present: dict[Exponents, int] = {}
        for polynomial in self.multiples:
            for m, c in polynomial.terms():
                if c > 0 or len(self.multiples) > 1:
                    present[tuple(map(int, m))] = 1
        fronts = [tuple(map(int, part.polynomial.monoms()[0])) for part, _ in candidates]
        lists = [list(monomials) for _, monomials in candidates]
        while True:
            crossed: set[Exponents] = set()
            for front, monomials in zip(fronts, lists, strict=True):
                for a, b in combinations(monomials, 2):
                    crossed.add(tuple(x + y + z for x, y, z in zip(front, a, b, strict=True)))
            smaller = []
            for front, monomials in zip(fronts, lists, strict=True):
                kept = []
                for m in monomials:
                    place = tuple(x + 2 * y for x, y in zip(front, m, strict=True))
                    if place in crossed or present.get(place, 0) > 0:
                        kept.append(m)
                smaller.append(kept)
            if smaller == lists:
                break
            lists = smaller
        return [(part, kept) for (part, _), kept in zip(candidates, lists, strict=True) if kept]

    def _cofactors(self) -> Iterator[tuple[fmpq_mpoly, fmpq_mpoly, Equation]]:
        top = self.top + self.top % 2
        for equation, times, polynomial in zip(self.equations, self.times, self.ideal, strict=True):
            for total in range(max(top - degree(polynomial), 0) + 1):
                for m in self._monomials(total):
                    factor = self.ring.monomial(m)
                    reduced = self.reduce(factor * polynomial)
                    if len(reduced):
                        yield factor * times, reduced, equation

    def _positive(self) -> list[Part]:
        """Return products that are positive, one of which a strict goal needs."""
        found = [] if self.homogeneous else [Part(ONE, self.ring.one)]
        for part in self.others:
            size = degree(part.polynomial)
            if part.product.strict and 0 < size <= self.top and (size == self.top or not self.homogeneous):
                found.append(part)
        base = [part for part in self.signs.values() if part.product.strict]
        for size in range(1, self.top + 1):
            if self.homogeneous and size != self.top:
                continue
            for chosen in combinations_with_replacement(base, size):
                whole = chosen[0]
                for factor in chosen[1:]:
                    whole = Part(whole.product.times(factor.product), whole.polynomial * factor.polynomial)
                found.append(Part(whole.product, self.reduce(whole.polynomial)))
                if len(found) > 60:
                    return found
        return found

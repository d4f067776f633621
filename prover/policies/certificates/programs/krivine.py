"""Positivity by linear programming: a Positivstellensatz refutation with products of facts and squares.

The negated goal is one more fact. Looked for are natural numbers `k` with

    sum of k * (product of at most three facts) * (square) + sum of (equation) * (any polynomial) = 0

and a strictly positive product with `k > 0` (Krivine 1964; Handelman 1988; as linear programs Lasserre 2005). The
squares are those of polynomials with at most three terms, and those that complete the square of a quadratic goal. At a
point where the facts hold and the goal is tight, every part of a certificate vanishes: such points are looked for
first, and only squares and products that vanish there are tried. That is what keeps the programs small, and it gives
squares their coefficients (facial reduction).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, combinations_with_replacement, islice
from math import lcm

from flint import fmpq_mpoly

from prover.policies.certificates.algebra.clearing import Cleared, Clearing
from prover.policies.certificates.algebra.encoding import Encoder
from prover.policies.certificates.algebra.facts import Equation, Fact
from prover.policies.certificates.algebra.forms import completed_squares
from prover.policies.certificates.algebra.linear import Column, nonnegative_solution
from prover.policies.certificates.algebra.products import ONE, Product, refuting
from prover.policies.certificates.algebra.telling import hinted
from prover.policies.certificates.algebra.trees import Ring, Tree, add, degree, mul, sub
from prover.policies.certificates.programs.points import Point, tight_points, value
from prover.policies.certificates.reading.failures import TooLarge

MAX_COLUMNS = 4_000
MOST_ALONE = 4
"""The degree up to which equations are multiplied where nothing is to be shown but that they contradict facts."""
FEW_COLUMNS = 500
"""For a sign on the way to something else."""
MAX_ROWS = 700


@dataclass(frozen=True, slots=True)
class Part:
    """A product of facts, perhaps times a square: what a certificate may contain, and its reduced polynomial."""

    product: Product
    polynomial: fmpq_mpoly


def refutation(
    encoder: Encoder,
    facts: Sequence[Fact],
    equations: Sequence[Equation],
    effort: int,
    goal: int | None = None,
    negated: tuple[str, str] | None = None,
) -> list[list[str]]:
    """Return proofs, as lists of tactics, of `False` from facts and equations, the one that reads best first.

    `negated` is the name of the negated goal and the tactic that gives it the name; the proofs begin with it, where
    they need it.

    `effort` from 0 on says how rich the dictionary is; -1 is for signs on the way, which have to be cheap.
    `facts[goal]` is the negated goal, whose degree bounds the others. Raises `TooLarge`.
    """
    ring = Ring(len(encoder.atoms))
    clearing = Clearing(encoder, ring)
    left = clearing.solve([*equations, *encoder.equations])
    cleared = [part for fact in facts if (part := clearing.clear(fact)) is not None]
    if goal is not None and (not cleared or cleared[0].product.facts()[-1] != facts[goal]):
        lead = clearing.clear(facts[goal])
        if lead is None:
            return []
        cleared.insert(0, lead)
    more = [part for fact in encoder.facts if (part := clearing.clear(fact)) is not None]
    cleared += more if goal is None else _about(cleared, more)
    ideal = [clearing.without_quotients(equation) for equation in left]
    program = _Program(ring, clearing, cleared, left, ideal, goal is not None)
    for bound in program.bounds(effort):
        found = program.attempt(bound, effort)
        if found is not None:
            return printed_refutation(encoder, ring, clearing, *found, negated)
    return []


def _about(known: Sequence[Cleared], more: Sequence[Cleared]) -> list[Cleared]:
    """Return what is known of atoms without those facts that speak of others than the goal and the assumptions do."""
    used = {v for part in known for m in part.reduced.monoms() for v, e in enumerate(m) if e}
    return [part for part in more if all(v in used for m in part.reduced.monoms() for v, e in enumerate(m) if e)]


class _Program:
    """The linear program of one goal."""

    def __init__(
        self,
        ring: Ring,
        clearing: Clearing,
        cleared: list[Cleared],
        equations: list[Equation],
        ideal: list[tuple[fmpq_mpoly, fmpq_mpoly]],
        goal: bool,
    ) -> None:
        self.ring, self.clearing = ring, clearing
        self.goal = cleared[0] if goal else None
        self.base = [entry for entry in cleared[1 if goal else 0 :] if len(entry.reduced)]
        self.equations = equations
        self.times, self.ideal = [times for times, _ in ideal], [polynomial for _, polynomial in ideal]
        polynomials = [part.reduced for part in cleared] + self.ideal
        self.variables = sorted({v for p in polynomials for m in p.monoms() for v, e in enumerate(m) if e})
        self.homogeneous = all(_homogeneous(p) for p in polynomials)
        self.points = self._tight_points() if goal else []

    def bounds(self, effort: int) -> list[int]:
        if self.goal is None:
            top = max((degree(part.reduced) for part in self.base), default=1)
            if effort <= 0:
                return [max(top, 1)]
            # An equation is of use only where a bound lets it in.
            return sorted({max(top, 1), top + 1, *(d for p in self.ideal if 1 < (d := degree(p)) <= MOST_ALONE)})
        whole = degree(self.goal.reduced)
        return [[whole], [whole + whole % 2, whole + 1], [whole + 1, whole + 2]][max(0, min(effort, 2))]

    def attempt(
        self, bound: int, effort: int
    ) -> tuple[list[tuple[int, Part]], list[tuple[fmpq_mpoly, Equation]]] | None:
        most = MAX_COLUMNS if effort >= 0 else FEW_COLUMNS
        parts = list(islice(self._parts(bound, max(effort, 0)), most))
        if not any(part.product.strict for part in parts):
            return None
        free = list(islice(self._multiples(bound), most // 2))
        rows: dict[tuple[int, ...], int] = {}
        columns: list[Column] = []
        for polynomial in (*(part.polynomial for part in parts), *(pair[0] for pair in free)):
            column: dict[int, Fraction] = {}
            for exponents, coefficient in polynomial.terms():
                row = rows.setdefault(tuple(map(int, exponents)), len(rows) + 1)
                column[row] = Fraction(int(coefficient.p), int(coefficient.q))
            columns.append(column)
        if len(rows) > MAX_ROWS:
            raise TooLarge("a linear program of too many rows")
        # Row 0 says that strictly positive parts have the sum 1.
        wanted = [
            {0: Fraction(1), **column} if at < len(parts) and self._leads(parts[at]) else column
            for at, column in enumerate(columns)
        ]
        found = nonnegative_solution(wanted, [False] * len(parts) + [True] * len(free), {0: Fraction(1)}, len(rows) + 1)
        if found is None:
            return None
        scale = lcm(*(weight.denominator for weight in found.values()))
        chosen = [(int(weight * scale), parts[j]) for j, weight in found.items() if j < len(parts)]
        multiples = [
            (self.ring.constant(weight * scale) * free[j - len(parts)][1], free[j - len(parts)][2])
            for j, weight in found.items()
            if j >= len(parts)
        ]
        return chosen, multiples

    def _leads(self, part: Part) -> bool:
        return part.product.strict

    # -- the dictionary ------------------------------------------------------------------------------------------------

    def _parts(self, bound: int, effort: int) -> Iterator[Part]:
        seen: set[str] = set()
        for part in self._all_parts(bound, effort):
            if not len(part.polynomial):
                if part.product.strict:
                    yield part  # 0 < 0 is a contradiction by itself
                continue
            if degree(part.polynomial) > bound:
                continue
            if self.homogeneous and self.goal is not None and degree(part.polynomial) != bound:
                continue
            key = str(part.polynomial / part.polynomial.leading_coefficient()) + str(
                part.polynomial.leading_coefficient() > 0
            )
            if key in seen and not part.product.strict:
                continue
            if self.points and not all(value(part.polynomial, point) == 0 for point in self.points):
                continue
            seen.add(key)
            yield part

    def _all_parts(self, bound: int, effort: int) -> Iterator[Part]:
        trivial = Part(ONE, self.ring.one)
        products = [trivial, *self._products(bound)]
        if self.goal is not None:
            lead = Part(self.goal.product, self.goal.reduced)
            yield lead
            for factor in products[1:]:
                if factor.product.strict or effort:
                    yield from self._times(lead, factor, bound)
            if effort:
                yield from self._times(lead, lead, bound)
        yield from products
        squares = list(self._squares(bound // 2, effort))
        for square in squares:
            yield square
        ordered = sorted(products[1:], key=lambda part: degree(part.polynomial))
        for factor in ordered:
            room = bound - degree(factor.polynomial)
            for square in squares:
                if degree(square.polynomial) <= room:
                    yield from self._times(factor, square, bound)
        # Where a factor vanishes, a square beside it need not.
        for factor in ordered if effort and self.points else ():
            if any(not value(factor.polynomial, point) for point in self.points):
                for square in self._plain_squares((bound - degree(factor.polynomial)) // 2):
                    yield from self._times(factor, square, bound)

    def _products(self, bound: int) -> Iterator[Part]:
        base = [Part(part.product, part.reduced) for part in self.base]
        yield from base
        for size in (2, 3):
            for chosen in combinations_with_replacement(base, size):
                if sum(max(degree(part.polynomial), 0) for part in chosen) <= bound:
                    combined = [chosen[0]]
                    for factor in chosen[1:]:
                        combined = [whole for part in combined for whole in self._times(part, factor, bound)]
                    yield from combined

    def _times(self, a: Part, b: Part, bound: int) -> Iterator[Part]:
        polynomial = self.clearing.reduce(a.polynomial * b.polynomial)
        if degree(polynomial) > bound:
            return
        yield Part(a.product.times(b.product), polynomial)

    def _squares(self, half: int, effort: int) -> Iterator[Part]:
        for polynomial in self._roots(half, effort):
            tree, _ = self.ring.tree(polynomial)
            expanded = self.ring.polynomial(tree)
            yield Part(Product.square(tree), self.clearing.reduce(expanded**2))

    def _plain_squares(self, half: int) -> Iterator[Part]:
        """Yield the squares of monomials that do not vanish at every tight point."""
        for m in islice(self._monomials(half), 12):
            if degree(m) > 0 and any(value(m, point) for point in self.points):
                tree, _ = self.ring.tree(m)
                yield Part(Product.square(tree), self.clearing.reduce(self.ring.polynomial(tree) ** 2))

    def _roots(self, half: int, effort: int) -> Iterator[fmpq_mpoly]:
        """Yield the polynomials whose squares are tried: of at most three terms, and all that complete a square."""
        if self.goal is not None:
            yield from completed_squares(self.ring, -self.goal.reduced, self.variables)
        monomials = list(islice(self._monomials(half), 40 if effort else 28))
        values = [[value(m, point) for point in self.points] for m in monomials]
        for at, m in enumerate(monomials):
            if not any(values[at]):
                yield m
        for (at, a), (by, b) in combinations(enumerate(monomials), 2):
            if self.homogeneous and degree(a) != degree(b):
                continue
            if not self.points:
                yield a - b
                yield a + b
                if effort:
                    yield a - 2 * b
                    yield 2 * a - b
                continue
            if any(values[at]) and any(values[by]):
                p = next(i for i, known in enumerate(values[at]) if known)
                if values[by][p]:
                    x, y = values[at][p], values[by][p]
                    yield a * self.ring.constant(y) - b * self.ring.constant(x)
            elif not any(values[at]) and not any(values[by]):
                yield a - b
                yield a + b
        small = monomials[: 12 if effort else 8]
        for triple in combinations(range(len(small)), 3):
            chosen = [small[at] for at in triple]
            if self.homogeneous and len({degree(m) for m in chosen}) > 1:
                continue
            for signs in ((1, 1, -2), (1, -2, 1), (-2, 1, 1), (1, 1, -1), (1, -1, 1), (-1, 1, 1), (1, 1, 1)):
                weights = [Fraction(sign) for sign in signs]
                if self.points:
                    point = [values[at][0] for at in triple]
                    if not all(point):
                        if any(point):
                            continue
                    elif sum(signs):
                        continue
                    else:
                        weights = [sign / there for sign, there in zip(weights, point, strict=True)]
                yield sum((m * self.ring.constant(w) for m, w in zip(chosen, weights, strict=True)), self.ring.zero)

    def _monomials(self, half: int) -> Iterator[fmpq_mpoly]:
        low = half if self.homogeneous and self.goal is not None else 0
        tops = {v: max((m[v] for p in self._polynomials() for m in p.monoms()), default=0) for v in self.variables}
        for total in range(half + 1):
            for chosen in combinations_with_replacement(self.variables, total):
                exponents = [0] * len(self.ring.gens)
                for variable in chosen:
                    exponents[variable] += 1
                if (
                    total < low
                    and not any(degree(part.reduced) % 2 for part in self.base)
                    and low > 0
                    and self.homogeneous
                ):
                    continue
                if all(2 * exponents[v] <= tops[v] + 1 for v in self.variables):
                    yield self.ring.monomial(exponents)

    def _polynomials(self) -> list[fmpq_mpoly]:
        return [
            *([self.goal.reduced] if self.goal is not None else []),
            *(part.reduced for part in self.base),
            *self.ideal,
        ]

    def _multiples(self, bound: int) -> Iterator[tuple[fmpq_mpoly, fmpq_mpoly, Equation]]:
        """Yield equations times monomials: reduced polynomial, what it is multiplied with, equation."""
        for equation, times, polynomial in zip(self.equations, self.times, self.ideal, strict=True):
            for total in range(max(bound - degree(polynomial), 0) + 1):
                for chosen in combinations_with_replacement(self.variables, total):
                    exponents = [0] * len(self.ring.gens)
                    for variable in chosen:
                        exponents[variable] += 1
                    m = self.ring.monomial(exponents)
                    reduced = self.clearing.reduce(m * polynomial)
                    if len(reduced):
                        yield reduced, m * times, equation

    def _tight_points(self) -> list[Point]:
        if self.goal is None:
            return []
        strict = [part.reduced for part in self.base if part.product.strict]
        weak = [part.reduced for part in self.base if not part.product.strict]
        roots = [
            self.ring.gens[known.rule.atom] ** known.rule.power - known.value
            for known in self.clearing.rules
            if known.factor == 1 and known.rule.power > 1 and known.rule.atom in self.variables
        ]
        return tight_points(self.goal.reduced, strict, weak, [*self.ideal, *roots], self.variables, self.homogeneous)


def _homogeneous(polynomial: fmpq_mpoly) -> bool:
    return len({sum(map(int, m)) for m in polynomial.monoms()}) <= 1


def printed_refutation(
    encoder: Encoder,
    ring: Ring,
    clearing: Clearing,
    chosen: list[tuple[int, Part]],
    multiples: list[tuple[fmpq_mpoly, Equation]],
    negated: tuple[str, str] | None,
) -> list[list[str]]:
    """Print a certificate in each form that it has, once its identity is known to hold exactly; the last is exact."""
    residues: dict[int, tuple[fmpq_mpoly, Equation]] = {}

    def correct(polynomial: fmpq_mpoly, equation: Equation) -> None:
        known = residues.get(id(equation), (ring.zero, equation))[0]
        residues[id(equation)] = (known + polynomial, equation)

    whole = ring.zero
    for k, part in chosen:
        whole += k * ring.polynomial(part.product.tree)
    for polynomial, equation in multiples:
        correct(polynomial, equation)
        whole += polynomial * ring.polynomial(sub(equation.left, equation.right))
    for quotient, equation in clearing.corrections(whole):
        correct(-quotient, equation)
    scale = lcm(1, *(ring.tree(polynomial)[1] for polynomial, _ in residues.values()))
    parts = [(k * scale, part.product) for k, part in chosen]
    factors = [(ring.factored(p * scale), equation) for p, equation in residues.values() if len(p)]
    total: Tree = ("num", 0)
    for k, product in parts:
        total = add(total, mul(("num", k), product.tree))
    for factor, equation in factors:
        total = add(total, mul(factor, sub(equation.left, equation.right)))
    if len(ring.polynomial(total)):
        return []
    opening = [negated[1]] if negated is not None else []
    told = hinted(parts, factors, encoder.atoms, negated)
    return [*([told] if told is not None else []), [*opening, refuting(encoder.atoms, parts, factors)]]

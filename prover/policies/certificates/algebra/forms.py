"""Quadratic polynomials as sums of squares: completing the square, one variable after the other.

A quadratic polynomial is not negative anywhere exactly if its symmetric matrix is positive semidefinite, and then the
rational LDLᵀ decomposition of that matrix writes it as a sum of squares of polynomials of degree 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from flint import fmpq_mpoly

from prover.policies.certificates.algebra.trees import Ring, degree


def completed_squares(ring: Ring, polynomial: fmpq_mpoly, variables: Sequence[int]) -> list[fmpq_mpoly]:
    """Return polynomials of degree 1 of whose squares a quadratic polynomial is a positive sum.

    Nothing is returned for other polynomials. Where the matrix is not semidefinite, the list ends at the first pivot
    that shows it: with hypotheses, the squares before it may still be of use.
    """
    return [form for _, form in _decomposed(ring, polynomial, variables)[0]]


def sum_of_squares(ring: Ring, polynomial: fmpq_mpoly, variables: Sequence[int]) -> list[fmpq_mpoly] | None:
    """Return the polynomials if their squares are all of it, and none of them is a number; or None."""
    found, whole = _decomposed(ring, polynomial, variables)
    return [form for _, form in found] if whole and all(at for at, _ in found) else None


def _decomposed(
    ring: Ring, polynomial: fmpq_mpoly, variables: Sequence[int]
) -> tuple[list[tuple[int, fmpq_mpoly]], bool]:
    """Return the squares with the places of their pivots, 0 for the number, and whether nothing is left."""
    if degree(polynomial) != 2:
        return [], False
    generators = [ring.one, *(ring.gens[v] for v in variables)]
    places = {variable: at + 1 for at, variable in enumerate(variables)}
    size = len(generators)
    matrix = [[Fraction(0)] * size for _ in range(size)]
    for exponents, coefficient in polynomial.terms():
        ends = [places[v] for v, e in enumerate(exponents) for _ in range(int(e))]
        i, j = (*ends, 0, 0)[:2]
        value = Fraction(int(coefficient.p), int(coefficient.q))
        matrix[i][j] += value / 2
        matrix[j][i] += value / 2
    found: list[tuple[int, fmpq_mpoly]] = []
    for at in (*range(1, size), 0):
        pivot = matrix[at][at]
        if pivot < 0 or (pivot == 0 and any(matrix[at])):
            return found, False
        if pivot == 0:
            continue
        row = [value / pivot for value in matrix[at]]
        form = sum((g * ring.constant(value) for g, value in zip(generators, row, strict=True)), ring.zero)
        found.append((at, form))
        for i in range(size):
            for j in range(size):
                matrix[i][j] -= pivot * row[i] * row[j]
    return found, True


def by_power(ring: Ring, polynomial: fmpq_mpoly, place: int) -> dict[int, fmpq_mpoly]:
    """Return the coefficients of the powers of one variable."""
    parts: dict[int, fmpq_mpoly] = {}
    for exponents, coefficient in polynomial.terms():
        rest = [0 if at == place else int(e) for at, e in enumerate(exponents)]
        term = ring.monomial(rest) * ring.context.constant(coefficient)
        parts[int(exponents[place])] = parts.get(int(exponents[place]), ring.zero) + term
    return parts

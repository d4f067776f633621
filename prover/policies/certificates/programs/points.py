"""Points at which facts hold and a goal is tight: every part of a certificate vanishes there.

A small grid first, then local maxima of the negated goal (`maxima.py`), rounded to rationals. Only points that are
exact are used, so floats cannot do harm.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import product

from flint import fmpq, fmpq_mpoly

GRID = (Fraction(1), Fraction(0), Fraction(2), Fraction(1, 2), Fraction(3), Fraction(-1), Fraction(1, 3), Fraction(4))
MAX_GRID = 2_500
MAX_POINTS = 6
DENOMINATORS = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20)
TOLERANCE = 2e-4
ZERO = fmpq(0)

Point = dict[int, Fraction]


def value(polynomial: fmpq_mpoly, point: Point) -> Fraction:
    """Return the value of a polynomial; variables that the point does not name are 0."""
    found = polynomial(
        *(
            fmpq(at.numerator, at.denominator) if (at := point.get(v)) else ZERO
            for v in range(polynomial.context().nvars())
        )
    )
    return Fraction(int(found.p), int(found.q))


def tight_points(
    goal: fmpq_mpoly,
    strict: Sequence[fmpq_mpoly],
    weak: Sequence[fmpq_mpoly],
    zero: Sequence[fmpq_mpoly],
    variables: Sequence[int],
    homogeneous: bool,
) -> list[Point]:
    """Return at most `MAX_POINTS` points with `goal` and `zero` equal to 0, `strict` above it and `weak` not below."""
    if not variables:
        return []

    def fits(point: Point) -> bool:
        return (
            any(point.values())
            and value(goal, point) == 0
            and all(value(polynomial, point) == 0 for polynomial in zero)
            and all(value(polynomial, point) > 0 for polynomial in strict)
            and all(value(polynomial, point) >= 0 for polynomial in weak)
        )

    count = len(variables)
    size = next((size for size in range(len(GRID), 1, -1) if size**count <= MAX_GRID), 1)
    found: list[Point] = []
    for values in product(GRID[:size], repeat=count):
        point = dict(zip(variables, values, strict=True))
        if fits(point):
            found.append(point)
            if len(found) >= MAX_POINTS:
                return found
    return found or _numeric(goal, [*strict, *weak], zero, variables, homogeneous, fits)


def _numeric(
    goal: fmpq_mpoly,
    facts: Sequence[fmpq_mpoly],
    zero: Sequence[fmpq_mpoly],
    variables: Sequence[int],
    homogeneous: bool,
    fits: Callable[[Point], bool],
) -> list[Point]:
    from prover.policies.certificates.programs.maxima import local_maxima  # imports scipy

    found: list[Point] = []
    for near in local_maxima(goal, facts, zero, variables, homogeneous):
        for denominator in DENOMINATORS:
            rounded = [Fraction(round(x * denominator), denominator) for x in near]
            if any(abs(float(r) - x) > TOLERANCE * 10 for r, x in zip(rounded, near, strict=True)):
                continue
            point = dict(zip(variables, rounded, strict=True))
            if fits(point) and point not in found:
                found.append(point)
                break
    return found[:MAX_POINTS]

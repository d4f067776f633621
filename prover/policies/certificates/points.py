"""Points at which facts hold and a goal is tight: every part of a certificate vanishes there.

A small grid first, then local maxima of the negated goal by sequential quadratic programming (SLSQP, Kraft 1988) from
fixed starts, rounded to rationals. Only points that are exact are used, so floats cannot do harm.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import product

from flint import fmpq_mpoly

GRID = (Fraction(1), Fraction(0), Fraction(2), Fraction(1, 2), Fraction(3), Fraction(-1), Fraction(1, 3), Fraction(4))
MAX_GRID = 2_500
MAX_POINTS = 6
MAX_STEPS = 80
STARTS = ((1.0,), (0.3,), (0.2, 0.7), (1.5, 0.5, 1.0), (3.0, 1.0), (-1.0, 1.0))
DENOMINATORS = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20)
TOLERANCE = 2e-4

Point = dict[int, Fraction]


def value(polynomial: fmpq_mpoly, point: Point) -> Fraction:
    """Return the value of a polynomial; variables that the point does not name are 0."""
    total = Fraction(0)
    for exponents, coefficient in polynomial.terms():
        term = Fraction(int(coefficient.p), int(coefficient.q))
        for variable, exponent in enumerate(exponents):
            if exponent:
                term *= point.get(variable, Fraction(0)) ** int(exponent)
        total += term
    return total


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
    import numpy
    from scipy.optimize import minimize

    def compiled(polynomial: fmpq_mpoly):  # type: ignore[no-untyped-def]
        exponents = numpy.array([[int(m[v]) for v in variables] for m in polynomial.monoms()] or [[0] * len(variables)])
        factors = numpy.array([float(int(c.p)) / float(int(c.q)) for c in polynomial.coeffs()] or [0.0])
        return lambda x: float(factors @ numpy.prod(numpy.power(x, exponents), axis=1))

    objective = compiled(goal)
    constraints = [{"type": "ineq", "fun": compiled(fact)} for fact in facts]
    constraints += [{"type": "eq", "fun": compiled(polynomial)} for polynomial in zero]
    if homogeneous:
        constraints.append({"type": "eq", "fun": lambda x: float(numpy.sum(x)) - len(variables)})
    found: list[Point] = []
    for start in STARTS:
        begin = numpy.array([start[index % len(start)] for index in range(len(variables))])
        try:
            with numpy.errstate(all="ignore"):
                result = minimize(
                    lambda x: -objective(x), begin, method="SLSQP", constraints=constraints,
                    options={"maxiter": MAX_STEPS},
                )  # fmt: skip
        except (ValueError, OverflowError, FloatingPointError):
            continue
        if not numpy.all(numpy.isfinite(result.x)) or abs(result.fun) > 1e-3:
            continue
        for denominator in DENOMINATORS:
            rounded = [Fraction(round(float(x) * denominator), denominator) for x in result.x]
            if any(abs(float(r) - float(x)) > TOLERANCE * 10 for r, x in zip(rounded, result.x, strict=True)):
                continue
            point = dict(zip(variables, rounded, strict=True))
            if fits(point) and point not in found:
                found.append(point)
                break
    return found[:MAX_POINTS]

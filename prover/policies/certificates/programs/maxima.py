"""Local maxima of a polynomial where others are not negative: sequential quadratic programming (SLSQP, Kraft 1988)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy
from flint import fmpq_mpoly
from scipy.optimize import minimize

MAX_STEPS = 80
STARTS = ((1.0,), (0.3,), (0.2, 0.7), (1.5, 0.5, 1.0), (3.0, 1.0), (-1.0, 1.0))
NEAR = 1e-3
Floats = numpy.ndarray[Any, numpy.dtype[numpy.float64]]


class Polynomial:
    """A polynomial as arrays: its value and its gradient at a point of floats."""

    def __init__(self, polynomial: fmpq_mpoly, variables: Sequence[int]) -> None:
        count = len(variables)
        self._exponents = numpy.array([[int(m[v]) for v in variables] for m in polynomial.monoms()] or [[0] * count])
        self._factors = numpy.array([float(int(c.p)) / float(int(c.q)) for c in polynomial.coeffs()] or [0.0])
        # One row for each derivative; a factor of 0 stands where a variable does not occur.
        self._lowered = numpy.maximum(self._exponents - numpy.eye(count, dtype=int)[:, None], 0)
        self._derived = self._factors * self._exponents.T

    def value(self, x: Floats) -> float:
        return float(self._factors @ numpy.prod(numpy.power(x, self._exponents), axis=1))

    def gradient(self, x: Floats) -> Floats:
        found: Floats = numpy.sum(self._derived * numpy.prod(numpy.power(x, self._lowered), axis=2), axis=1)
        return found


def _constraint(kind: str, compiled: Polynomial) -> dict[str, object]:
    return {"type": kind, "fun": compiled.value, "jac": compiled.gradient}


def local_maxima(
    goal: fmpq_mpoly,
    facts: Sequence[fmpq_mpoly],
    zero: Sequence[fmpq_mpoly],
    variables: Sequence[int],
    homogeneous: bool,
) -> Iterator[list[float]]:
    """Yield where `goal` is nearly 0 and greatest among points near, from fixed starts: a float for each variable."""
    objective = Polynomial(goal, variables)
    constraints = [_constraint("ineq", Polynomial(fact, variables)) for fact in facts]
    constraints += [_constraint("eq", Polynomial(polynomial, variables)) for polynomial in zero]
    if homogeneous:
        ones = numpy.ones(len(variables))
        constraints.append({"type": "eq", "fun": lambda x: float(numpy.sum(x)) - len(x), "jac": lambda x: ones})
    for start in STARTS:
        begin = numpy.array([start[index % len(start)] for index in range(len(variables))])
        try:
            with numpy.errstate(all="ignore"):
                result = minimize(
                    lambda x: -objective.value(x), begin, jac=lambda x: -objective.gradient(x), method="SLSQP",
                    constraints=constraints, options={"maxiter": MAX_STEPS},
                )  # fmt: skip
        except (ValueError, OverflowError, FloatingPointError):
            continue
        if numpy.all(numpy.isfinite(result.x)) and abs(result.fun) <= NEAR:
            yield [float(x) for x in result.x]

"""Floats that lead to points: a polynomial as arrays has the value and the gradient of the exact one."""

from __future__ import annotations

import pytest

pytest.importorskip("flint", reason="needs python-flint: pip install -e '.[certificates]'")
pytest.importorskip("scipy", reason="needs scipy: pip install -e '.[certificates]'")

import numpy
from flint import Ordering, fmpq, fmpq_mpoly, fmpq_mpoly_ctx

from prover.policies.certificates.programs.maxima import Polynomial, local_maxima

RING = fmpq_mpoly_ctx.get(("x", "y", "z"), Ordering.lex)
X, Y, Z = RING.gens()


@pytest.mark.parametrize("polynomial", [X**3 * Y - 2 * Y * Z**2 / 3 + 5, X - Y, X * 0 + 7, X * 0], ids=str)
@pytest.mark.parametrize("point", [(2, 3, 5), (0, 1, 0), (-1, 0, 4)])
def test_values_and_gradients_are_those_of_the_polynomial(polynomial: fmpq_mpoly, point: tuple[int, ...]) -> None:
    compiled = Polynomial(polynomial, [0, 1, 2])
    at = numpy.array(point, dtype=float)
    exact = [fmpq(coordinate) for coordinate in point]
    assert compiled.value(at) == pytest.approx(_float(polynomial(*exact)))
    assert list(compiled.gradient(at)) == pytest.approx(
        [_float(polynomial.derivative(variable)(*exact)) for variable in range(3)]
    )


def test_a_maximum_on_a_line_is_found() -> None:
    """`-(x - 1/3)²` where `x + y + z = 3` and nothing is negative."""
    found = list(local_maxima(-((X - fmpq(1, 3)) ** 2), [X, Y, Z], [X + Y + Z - 3], [0, 1, 2], homogeneous=False))
    assert found and all(point[0] == pytest.approx(1 / 3, abs=0.05) for point in found)


def _float(number: fmpq) -> float:
    return int(number.p) / int(number.q)

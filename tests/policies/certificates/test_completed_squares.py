"""Squares that are completed, for quadratic polynomials that hold everywhere and for one that does not."""

from __future__ import annotations

from itertools import combinations_with_replacement

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("flint", reason="needs python-flint: pip install -e '.[certificates]'")

from prover.policies.certificates.algebra.forms import completed_squares
from prover.policies.certificates.algebra.linear import Column, solve
from prover.policies.certificates.algebra.trees import Ring

RING = Ring(3)
FORM = st.lists(st.integers(-4, 4), min_size=4, max_size=4)
MONOMIALS = [
    tuple(chosen.count(v) for v in range(3)) for n in range(3) for chosen in combinations_with_replacement(range(3), n)
]


def form(coefficients: list[int]):  # type: ignore[no-untyped-def]
    generators = [RING.one, *RING.gens]
    return sum((g * RING.constant(c) for g, c in zip(generators, coefficients, strict=True)), RING.zero)


def column(polynomial) -> Column:  # type: ignore[no-untyped-def]
    from fractions import Fraction

    return {MONOMIALS.index(tuple(map(int, m))): Fraction(int(c.p), int(c.q)) for m, c in polynomial.terms()}


@given(st.lists(FORM, min_size=1, max_size=4))
@settings(deadline=None)
def test_a_sum_of_squares_is_a_positive_sum_of_the_squares_that_are_found(forms: list[list[int]]) -> None:
    whole = sum((form(coefficients) ** 2 for coefficients in forms), RING.zero)
    found = completed_squares(RING, whole, range(3))
    if whole.total_degree() != 2:
        assert found == []
        return
    weights = solve([column(root**2) for root in found], column(whole), len(MONOMIALS))
    assert weights is not None and all(weight > 0 for weight in weights)


def test_what_is_negative_somewhere_is_no_sum_of_the_squares_that_are_found() -> None:
    x, y, _ = RING.gens
    whole = x**2 - 3 * x * y + y**2
    found = completed_squares(RING, whole, range(3))
    weights = solve([column(root**2) for root in found], column(whole), len(MONOMIALS))
    assert weights is None or min(weights) < 0

"""Sums of squares by semidefinite programming: exact, with and without a solution in the interior."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations_with_replacement

import pytest

pytest.importorskip("flint", reason="needs python-flint: pip install -e '.[certificates]'")
pytest.importorskip("clarabel", reason="needs clarabel: pip install -e '.[certificates]'")

from flint import fmpq_mpoly

from prover.policies.certificates.algebra.linear import Column
from prover.policies.certificates.algebra.trees import Ring
from prover.policies.certificates.programs.faces import full
from prover.policies.certificates.programs.semidefinite import Block, Square, decomposed, semidefinite_solution

RING = Ring(2)
X, Y = RING.gens


def solved(polynomial: fmpq_mpoly, roots: list[fmpq_mpoly]) -> list[Square] | None:
    """Return squares of combinations of `roots` whose sum is a polynomial, or None."""
    rows: dict[tuple[int, ...], int] = {}

    def column(p: fmpq_mpoly) -> Column:
        return {rows.setdefault(tuple(map(int, m)), len(rows)): Fraction(int(c.p), int(c.q)) for m, c in p.terms()}

    columns = {(i, j): column(roots[i] * roots[j]) for i, j in combinations_with_replacement(range(len(roots)), 2)}
    found = semidefinite_solution([Block(len(roots), columns, full(len(roots)))], [], column(polynomial))
    return None if found is None else found[0]


def total(squares: list[Square], roots: list[fmpq_mpoly]) -> fmpq_mpoly:
    forms = [sum((RING.constant(x) * r for x, r in zip(s.form, roots, strict=True)), RING.zero) for s in squares]
    return sum((RING.constant(s.weight) * form**2 for s, form in zip(squares, forms, strict=True)), RING.zero)


@pytest.mark.parametrize(
    "polynomial",
    [
        X**4 + X**2 * Y**2 + Y**4 - X**3 * Y,
        (X - 2 * Y) ** 4,  # one solution only, of rank 1
        (X**2 - 3 * X * Y) ** 2 + (X * Y - Y**2) ** 2,
        X**4 - 2 * X**2 * Y**2 + Y**4,
    ],
)
def test_squares_add_up_to_the_polynomial_exactly(polynomial: fmpq_mpoly) -> None:
    roots = [X**2, X * Y, Y**2]
    squares = solved(polynomial, roots)
    assert squares and all(square.weight > 0 for square in squares)
    assert total(squares, roots) == polynomial


def test_what_is_negative_somewhere_is_no_sum_of_squares() -> None:
    assert solved(X**4 - 3 * X**2 * Y**2 + Y**4, [X**2, X * Y, Y**2]) is None


def test_a_form_is_decomposed_exactly_if_it_is_semidefinite() -> None:
    third = Fraction(1, 3)
    matrix = [
        [Fraction(2), third, Fraction(0)],
        [third, Fraction(1), Fraction(-1)],
        [Fraction(0), Fraction(-1), Fraction(1)],
    ]
    assert decomposed(matrix) is None
    matrix[2][2] = Fraction(2)
    squares = decomposed(matrix)
    assert squares is not None and all(square.weight > 0 for square in squares)
    for i in range(3):
        for j in range(3):
            assert sum(s.weight * s.form[i] * s.form[j] for s in squares) == matrix[i][j]

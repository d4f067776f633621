"""Exact non-negative solutions of linear systems over ℚ: a float vertex by HiGHS, its support solved exactly by FLINT.

The vertex that a simplex method ends at has linearly independent columns, so the equations restricted to its support
have one solution, and that is rational. What floats say is only a guess about the support.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from flint import fmpq, fmpq_mat

MAX_ITERATIONS = 20_000
GUARD_SECONDS = 8.0
"""Clocks only guard: iterations are what counts."""

Column = Mapping[int, Fraction]
"""A column of a sparse matrix: value by row."""


def nonnegative_solution(
    columns: Sequence[Column], free: Sequence[bool], right: Column, rows: int
) -> dict[int, Fraction] | None:
    """Return `x` with `sum x[j] * columns[j] = right` and `x[j] ≥ 0` where `free[j]` is False, or None.

    Only non-zero entries are in the answer. Deterministic.
    """
    support = _vertex(columns, free, right, rows)
    for chosen in support:
        exact = solve([columns[j] for j in chosen], right, rows)
        if exact is None:
            continue
        found = {j: value for j, value in zip(chosen, exact, strict=True) if value}
        if all(free[j] or value > 0 for j, value in found.items()):
            return found
    return None


def _vertex(columns: Sequence[Column], free: Sequence[bool], right: Column, rows: int) -> list[list[int]]:
    import numpy
    from scipy.optimize import linprog
    from scipy.sparse import csc_matrix

    data, indices, pointers = [], [], [0]
    costs = []
    for j, column in enumerate(columns):
        # Scaled columns keep the floats of very different certificates comparable; the support does not change.
        scale = max((abs(value) for value in column.values()), default=Fraction(1))
        for row, value in column.items():
            data.append(float(value / scale))
            indices.append(row)
        pointers.append(len(data))
        costs.append(0.0 if free[j] else 1.0 + 0.01 * len(column))
    matrix = csc_matrix((data, indices, pointers), shape=(rows, len(columns)))
    b = numpy.zeros(rows)
    for row, value in right.items():
        b[row] = float(value)
    bounds = [(None, None) if unbounded else (0.0, None) for unbounded in free]
    result = linprog(
        costs, A_eq=matrix, b_eq=b, bounds=bounds, method="highs-ds",
        options={"maxiter": MAX_ITERATIONS, "time_limit": GUARD_SECONDS, "presolve": True},
    )  # fmt: skip
    if result.status != 0 or result.x is None:
        return []
    size = max(1.0, float(numpy.max(numpy.abs(result.x))))
    found: list[list[int]] = []
    for tolerance in (1e-9, 1e-7, 1e-5):
        chosen = [j for j in range(len(columns)) if abs(result.x[j]) > tolerance * size]
        if chosen and (not found or chosen != found[-1]):
            found.append(chosen)
    return found


def solve(columns: Sequence[Column], right: Column, rows: int) -> list[Fraction] | None:
    """Return some exact solution of `sum x[j] * columns[j] = right` (0 for free unknowns), or None if there is none."""
    used = sorted({row for column in columns for row in column} | set(right))
    place = {row: at for at, row in enumerate(used)}
    width = len(columns)
    matrix = fmpq_mat(max(len(used), 1), width + 1)
    for j, column in enumerate(columns):
        for row, value in column.items():
            matrix[place[row], j] = fmpq(value.numerator, value.denominator)
    for row, value in right.items():
        matrix[place[row], width] = fmpq(value.numerator, value.denominator)
    reduced, rank = matrix.rref()
    answer = [Fraction(0)] * width
    for row in range(rank):
        pivot = next(j for j in range(width + 1) if reduced[row, j] != 0)
        if pivot == width:
            return None
        value = reduced[row, width]
        answer[pivot] = Fraction(int(value.p), int(value.q))
    return answer

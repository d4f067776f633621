"""Kernels of numerical matrices as rational subspaces: the faces of the cone on which solutions lie."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from flint import fmpq, fmpq_mat

KERNEL = 2e-4
"""The relative size of an eigenvalue below which its vector is taken to be in the kernel."""
DENOMINATORS = (*range(1, 13), 16, 24, 36, 60)
Vector = tuple[Fraction, ...]


def full(size: int) -> tuple[Vector, ...]:
    """Return the standard basis."""
    return tuple(tuple(Fraction(int(i == j)) for j in range(size)) for i in range(size))


def complement(matrix: Any, most: float) -> tuple[Vector, ...]:
    """Return a rational basis of what is orthogonal to the numerical kernel of a matrix, all where it has none.

    `most` is the largest entry of all matrices.
    """
    import numpy

    size = len(matrix)
    if not size:
        return ()
    values, vectors = numpy.linalg.eigh(matrix)
    small = [at for at in range(size) if values[at] < KERNEL * max(float(values[-1]), most * KERNEL)]
    for count in range(len(small), 0, -1):
        if len(small) > count and values[count - 1] * 30 > values[count]:
            continue  # no gap
        kernel = _rational_rows(vectors[:, :count].T)
        if kernel is not None:
            return null_space(kernel, size)
    return full(size)


def _rational_rows(rows: Any) -> list[Vector] | None:
    """Return short rational vectors that span what float vectors span, or None where none are near."""
    import numpy

    matrix = numpy.array(rows, dtype=float)
    count, size = matrix.shape
    pivots: list[int] = []
    for at in range(count):
        rest = numpy.abs(matrix[at:])
        rest[:, pivots] = 0.0
        place = int(numpy.argmax(rest))
        row, pivot = at + place // size, place % size
        matrix[[at, row]] = matrix[[row, at]]
        if abs(matrix[at, pivot]) < 1e-6:
            return None
        matrix[at] /= matrix[at, pivot]
        for other in range(count):
            if other != at:
                matrix[other] -= matrix[other, pivot] * matrix[at]
        pivots.append(pivot)
    found = []
    for at in range(count):
        vector = []
        for value in matrix[at]:
            near = next(
                (Fraction(round(value * d), d) for d in DENOMINATORS if abs(round(value * d) / d - value) < 3e-3 / d),
                None,
            )
            if near is None:
                return None
            vector.append(near)
        found.append(tuple(vector))
    return found


def null_space(rows: Sequence[Vector], size: int) -> tuple[Vector, ...]:
    """Return a basis of the vectors that are orthogonal to some."""
    matrix = fmpq_mat(max(len(rows), 1), size)
    for at, row in enumerate(rows):
        for j, value in enumerate(row):
            matrix[at, j] = fmpq(value.numerator, value.denominator)
    reduced, rank = matrix.rref()
    pivots = [next(j for j in range(size) if reduced[row, j] != 0) for row in range(rank)]
    found = []
    for j in range(size):
        if j in pivots:
            continue
        vector = [Fraction(0)] * size
        vector[j] = Fraction(1)
        for at, pivot in enumerate(pivots):
            value = reduced[at, j]
            vector[pivot] = -Fraction(int(value.p), int(value.q))
        found.append(tuple(vector))
    return tuple(found)

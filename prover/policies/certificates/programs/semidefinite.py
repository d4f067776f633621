"""Exact positive semidefinite solutions of linear systems: floats by Clarabel, rounded so that the system holds over ℚ.

The unknowns are symmetric matrices. Where every solution is singular, rounding would leave the cone: then the kernel of
a numerical solution is guessed as a rational one, and the matrices are restricted to its complement (facial reduction;
Permenter and Parrilo 2018), until a solution in the interior is found. The entries that the equations determine are
computed exactly from the others, which are rounded (Peyrl and Parrilo 2008).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, combinations_with_replacement
from math import gcd
from typing import Any

from flint import fmpq, fmpq_mat, nmod_mat

from prover.policies.certificates.algebra.linear import Column, nonnegative_solution
from prover.policies.certificates.programs.faces import Vector, complement

MAX_ITERATIONS = 80
GUARD_SECONDS = 20.0
"""Clocks only guard: iterations are what counts."""
PRIME = 2**61 - 1
MAX_ROUNDS = 4
INTERIOR = 1e-6
"""The smallest eigenvalue above which a matrix counts as one in the interior."""
FORMS = (2, 4, 10, 30, 100, 400, 2_000)
"""The largest coefficients of forms that are tried."""
ROUNDINGS = (1, 2, 4, 12, 60, 2**10, 2**16, 2**24, 2**32)


@dataclass(frozen=True, slots=True)
class Block:
    """A symmetric matrix of unknowns: `columns[i, j]` with `i ≤ j` is what its entry contributes, twice if `i < j`.

    `basis` are vectors that span the subspace to which the matrix is restricted.
    """

    size: int
    columns: dict[tuple[int, int], Column]
    basis: tuple[Vector, ...]


@dataclass(frozen=True, slots=True)
class Square:
    """A number times the square of a linear form in the rows of a block."""

    block: int
    weight: Fraction
    form: Vector


def semidefinite_solution(
    blocks: Sequence[Block], free: Sequence[Column], right: Column
) -> tuple[list[Square], dict[int, Fraction]] | None:
    """Return squares and values of the free unknowns with which the system holds exactly; None where none are found."""
    current = [_restricted(block) for block in blocks]
    bases = [block.basis for block in blocks]
    for _ in range(MAX_ROUNDS):
        system = _System(current, free, right)
        solved = system.numeric()
        if solved is None:
            return None
        matrices, rest, interior = solved
        if interior > INTERIOR:
            exact = system.thinned(matrices, interior) or system.rounded(matrices, rest)
            if exact is not None:
                squares, values = exact
                return [_lifted(square, bases[square.block]) for square in squares], values
        top = max((float(abs(matrix).max()) for matrix in matrices if len(matrix)), default=0.0)
        smaller = [complement(matrix, top) for matrix in matrices]
        if all(len(basis) == len(matrix) for basis, matrix in zip(smaller, matrices, strict=True)):
            return None
        bases = [_combined(inner, outer) for inner, outer in zip(smaller, bases, strict=True)]
        current = [
            _restricted(Block(block.size, block.columns, basis)) for block, basis in zip(blocks, bases, strict=True)
        ]
    return None


def _combined(inner: Sequence[Vector], outer: Sequence[Vector]) -> tuple[Vector, ...]:
    """Return vectors that are given in terms of others."""
    return tuple(_sum(vector, outer) for vector in inner)


def _sum(weights: Vector, vectors: Sequence[Vector]) -> Vector:
    used = [(w, vector) for w, vector in zip(weights, vectors, strict=True) if w]
    if not used:
        return (Fraction(0),) * len(vectors[0])
    return tuple(sum((w * vector[at] for w, vector in used), Fraction(0)) for at in range(len(vectors[0])))


def _lifted(square: Square, basis: Sequence[Vector]) -> Square:
    return Square(square.block, square.weight, _sum(square.form, basis))


def _restricted(block: Block) -> dict[tuple[int, int], dict[int, Fraction]]:
    """Return what the entries of a matrix contribute that is written in a basis."""
    supports = [[(at, value) for at, value in enumerate(vector) if value] for vector in block.basis]
    found: dict[tuple[int, int], dict[int, Fraction]] = {}
    for i, j in combinations_with_replacement(range(len(supports)), 2):
        column: dict[int, Fraction] = {}
        for p, x in supports[i]:
            for q, y in supports[j]:
                weight = x * y * (1 if i == j else 2)
                for row, value in block.columns[min(p, q), max(p, q)].items():
                    column[row] = column.get(row, Fraction(0)) + weight * value
        found[i, j] = {row: value for row, value in column.items() if value}
    return found


class _System:
    """One system of equations, with its unknowns in a fixed order: diagonals, free ones, the other entries."""

    def __init__(
        self, blocks: Sequence[dict[tuple[int, int], dict[int, Fraction]]], free: Sequence[Column], right: Column
    ) -> None:
        self.sizes = [max((j for _, j in block), default=-1) + 1 for block in blocks]
        entries = [(b, i, j) for b, block in enumerate(blocks) for i, j in block]
        self.places = [*(place for place in entries if place[1] == place[2])]
        self.free = len(free)
        self.start = len(self.places)
        self.places += [place for place in entries if place[1] != place[2]]
        diagonal = [blocks[b][i, j] for b, i, j in self.places[: self.start]]
        others = [blocks[b][i, j] for b, i, j in self.places[self.start :]]
        self.columns: list[Column] = [*diagonal, *free, *others]
        self.rows = _independent(self.columns, sorted({row for column in self.columns for row in column}))
        self.every = sorted({row for column in self.columns for row in column} | set(right))
        self.right = right
        self.index = {entry: self._at(at) for at, entry in enumerate(self.places)}

    def _at(self, index: int) -> int:
        """Return the column of an entry."""
        return index if index < self.start else index + self.free

    def numeric(self) -> tuple[list[Any], list[float], float] | None:
        """Return float matrices, free values and a lower bound of all eigenvalues; None where there is no solution."""
        best = self._solve(True)
        if best is None:
            return None
        if best[2] > INTERIOR:
            return best
        return self._solve(False) or best

    def _solve(self, push: bool) -> tuple[list[Any], list[float], float] | None:
        import clarabel
        import numpy
        from scipy import sparse

        place = {row: at for at, row in enumerate(self.rows)}
        width = len(self.columns) + 1  # the last unknown is the smallest eigenvalue
        data, rows, cols = [], [], []
        for at, column in enumerate(self.columns):
            for row, value in column.items():
                if row in place:
                    rows.append(place[row])
                    cols.append(at)
                    data.append(float(value))
        equations = sparse.csc_matrix((data, (rows, cols)), shape=(len(self.rows), width))
        b = numpy.zeros(len(self.rows))
        for row, value in self.right.items():
            if row in place:
                b[place[row]] = float(value)
        scale = max(1.0, float(numpy.max(numpy.abs(b), initial=0.0)))
        b = b / scale
        parts, targets, cones = [equations], [b], [clarabel.ZeroConeT(len(self.rows))]
        index = self.index
        for block, size in enumerate(self.sizes):
            if not size:
                continue
            triangle = size * (size + 1) // 2
            data, rows, cols = [], [], []
            at = 0
            for j in range(size):
                for i in range(j + 1):
                    rows.append(at)
                    cols.append(index[block, i, j])
                    data.append(-1.0 if i == j else -(2.0**0.5))
                    if i == j:
                        rows.append(at)
                        cols.append(width - 1)
                        data.append(1.0)
                    at += 1
            parts.append(sparse.csc_matrix((data, (rows, cols)), shape=(triangle, width)))
            targets.append(numpy.zeros(triangle))
            cones.append(clarabel.PSDTriangleConeT(size))
        last = sparse.csc_matrix(([1.0, -1.0], ([0, 1], [width - 1, width - 1])), shape=(2, width))
        parts.append(last)
        targets.append(numpy.array([1.0, 0.0 if not push else 1.0]))
        cones.append(clarabel.NonnegativeConeT(2))
        if not push:
            parts.append(sparse.csc_matrix(([1.0], ([0], [width - 1])), shape=(1, width)))
            targets.append(numpy.zeros(1))
            cones.append(clarabel.NonnegativeConeT(1))
        costs = numpy.zeros(width)
        costs[-1] = -1.0 if push else 0.0
        settings = clarabel.DefaultSettings()
        settings.verbose = False
        settings.max_iter = MAX_ITERATIONS
        settings.time_limit = GUARD_SECONDS
        settings.max_threads = 1
        solver = clarabel.DefaultSolver(
            sparse.csc_matrix((width, width)), costs, sparse.vstack(parts).tocsc(), numpy.concatenate(targets), cones,
            settings,
        )  # fmt: skip
        result = solver.solve()
        x = numpy.array(result.x)
        if str(result.status) not in ("Solved", "AlmostSolved", "InsufficientProgress", "MaxIterations"):
            return None
        if not len(x) or not numpy.all(numpy.isfinite(x)):
            return None
        residual = float(numpy.max(numpy.abs(equations @ x - b), initial=0.0))
        if residual > 1e-4 or (push and x[-1] < -1e-5):
            return None
        x = x * scale
        matrices = []
        for block, size in enumerate(self.sizes):
            matrix = numpy.zeros((size, size))
            for i, j in combinations_with_replacement(range(size), 2):
                matrix[i, j] = matrix[j, i] = x[index[block, i, j]]
            matrices.append(matrix)
        smallest = min((float(numpy.linalg.eigvalsh(matrix)[0]) for matrix in matrices if len(matrix)), default=1.0)
        return matrices, [float(value) for value in x[self.start : self.start + self.free]], smallest / scale

    def rounded(
        self, matrices: Sequence[Any], rest: Sequence[float]
    ) -> tuple[list[Square], dict[int, Fraction]] | None:
        """Round what the equations leave free, shortest numbers first, until all matrices are semidefinite."""
        pivots, fixed, others = self._reduced()
        if pivots is None:
            return None
        values = [0.0] * len(self.columns)
        for at, (b, i, j) in enumerate(self.places):
            values[self._at(at)] = float(matrices[b][i, j])
        values[self.start : self.start + self.free] = rest
        for denominator in ROUNDINGS:
            exact = [Fraction(0)] * len(self.columns)
            for at in range(len(exact)):
                if at not in fixed:
                    exact[at] = Fraction(round(values[at] * denominator), denominator)
            for pivot, (constant, row) in zip(pivots, others, strict=True):
                exact[pivot] = constant - sum((weight * exact[at] for at, weight in row), Fraction(0))
            squares: list[Square] | None = []
            for block, size in enumerate(self.sizes):
                matrix = [[Fraction(0)] * size for _ in range(size)]
                for at, (b, i, j) in enumerate(self.places):
                    if b == block:
                        matrix[i][j] = matrix[j][i] = exact[self._at(at)]
                more = decomposed(matrix, block)
                if more is None:
                    squares = None
                    break
                squares = [*(squares or ()), *more]
            if squares is not None:
                return squares, {at: v for at in range(self.free) if (v := exact[self.start + at])}
        return None

    def thinned(self, matrices: Sequence[Any], interior: float) -> tuple[list[Square], dict[int, Fraction]] | None:
        """Choose short linear forms near those of the matrices, and weights by a linear program: few and short squares.

        A matrix in the interior is a positive sum of the squares of forms that are near its own, and of squares of
        sums and differences of two rows, which make up for the rounding.
        """
        import numpy

        for denominator in FORMS:
            forms: list[tuple[int, tuple[int, ...]]] = []
            for block, matrix in enumerate(matrices):
                size = len(matrix)
                if not size:
                    continue
                less = matrix - numpy.eye(size) * (interior / 2)
                try:
                    rows = numpy.linalg.cholesky(less).T
                except numpy.linalg.LinAlgError:
                    continue
                for row in rows:
                    whole = [round(float(x)) for x in row / numpy.max(numpy.abs(row)) * denominator]
                    content = gcd(*whole)
                    forms.append((block, tuple(x // content for x in whole)))
                for i in range(size):
                    forms.append((block, tuple(int(k == i) for k in range(size))))
                for i, j in combinations(range(size), 2):
                    for sign in (1, -1):
                        forms.append((block, tuple(1 if k == i else sign if k == j else 0 for k in range(size))))
            forms = list(dict.fromkeys(forms))
            columns = [*(self._square(block, form) for block, form in forms), *self._free_columns()]
            found = nonnegative_solution(
                columns, [False] * len(forms) + [True] * self.free, self.right, max(self.every, default=0) + 1
            )
            if found is not None:
                squares = [
                    Square(forms[at][0], weight, tuple(map(Fraction, forms[at][1])))
                    for at, weight in found.items()
                    if at < len(forms)
                ]
                return squares, {at - len(forms): weight for at, weight in found.items() if at >= len(forms)}
        return None

    def _free_columns(self) -> list[Column]:
        return self.columns[self.start : self.start + self.free]

    def _square(self, block: int, form: Sequence[int]) -> Column:
        """Return what the square of a form contributes."""
        column: dict[int, Fraction] = {}
        used = [at for at, x in enumerate(form) if x]
        for i, j in combinations_with_replacement(used, 2):
            for row, value in self.columns[self.index[block, i, j]].items():
                column[row] = column.get(row, Fraction(0)) + value * form[i] * form[j]
        return {row: value for row, value in column.items() if value}

    def _reduced(self) -> tuple[list[int] | None, set[int], list[tuple[Fraction, list[tuple[int, Fraction]]]]]:
        """Return the unknowns that the equations determine, and each as a number less a combination of the others."""
        place = {row: at for at, row in enumerate(self.every)}
        width = len(self.columns)
        matrix = fmpq_mat(max(len(self.every), 1), width + 1)
        for at, column in enumerate(self.columns):
            for row, value in column.items():
                matrix[place[row], at] = fmpq(value.numerator, value.denominator)
        for row, value in self.right.items():
            matrix[place[row], width] = fmpq(value.numerator, value.denominator)
        reduced, rank = matrix.rref()
        pivots: list[int] = []
        combinations: list[tuple[Fraction, list[tuple[int, Fraction]]]] = []
        for row in range(rank):
            entries = [(at, reduced[row, at]) for at in range(width + 1) if reduced[row, at] != 0]
            pivot = entries[0][0]
            if pivot == width:
                return None, set(), []
            pivots.append(pivot)
            exact = [(at, Fraction(int(v.p), int(v.q))) for at, v in entries[1:]]
            constant = next((v for at, v in exact if at == width), Fraction(0))
            combinations.append((constant, [(at, v) for at, v in exact if at < width]))
        return pivots, set(pivots), combinations


def _independent(columns: Sequence[Column], rows: Sequence[int]) -> list[int]:
    """Return rows of which the others are combinations, found modulo a prime; solvers fail on the others."""
    place = {row: at for at, row in enumerate(rows)}
    matrix = nmod_mat(max(len(columns), 1), max(len(rows), 1), PRIME)
    for at, column in enumerate(columns):
        for row, value in column.items():
            matrix[at, place[row]] = int(value.numerator * pow(value.denominator, -1, PRIME)) % PRIME
    reduced, rank = matrix.rref()
    found, at = [], 0
    for row in range(rank):
        while int(reduced[row, at]) == 0:
            at += 1
        found.append(rows[at])
    return found


def decomposed(matrix: list[list[Fraction]], block: int = 0) -> list[Square] | None:
    """Return squares whose sum is a quadratic form (LDLᵀ, largest pivot first); None where it is not semidefinite."""
    size = len(matrix)
    matrix = [list(row) for row in matrix]
    left = set(range(size))
    found: list[Square] = []
    while left:
        at = max(sorted(left), key=lambda i: matrix[i][i])
        pivot = matrix[at][at]
        if pivot < 0 or (pivot == 0 and any(matrix[i][j] for i in left for j in left)):
            return None
        if pivot == 0:
            break
        row = [matrix[at][j] / pivot if j in left else Fraction(0) for j in range(size)]
        found.append(Square(block, pivot, tuple(row)))
        left.discard(at)
        for i in left:
            if row[i]:
                for j in left:
                    matrix[i][j] -= pivot * row[i] * row[j]
    return found

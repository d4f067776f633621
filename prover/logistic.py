"""Logistic regression with a ridge over a handful of features, by Newton's method."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

_ROUNDS = 40
_REACH = 4.0  # how far a coefficient may move in a round
_LARGEST = 30.0  # a score beyond this is as good as certain


@dataclass(frozen=True, slots=True)
class Observed:
    """A row: its features, how it ended, and how often it counts."""

    features: tuple[float, ...]
    success: bool
    count: float = 1.0


def chance(score: float) -> float:
    """Return the probability that a score stands for, strictly between 0 and 1."""
    return 1.0 / (1.0 + math.exp(-max(-_LARGEST, min(_LARGEST, score))))


def fit(rows: Sequence[Observed], ridge: float) -> list[float]:
    """Return the coefficients that maximise the likelihood less the ridge: of the constant, without a ridge, then of
    each feature. `rows` may not be empty; of rows that all ended alike the constant has no finite optimum, and stays
    where the rounds end.
    """
    data = [((1.0, *row.features), float(row.success), row.count) for row in rows]
    size = len(data[0][0])
    found = [0.0] * size
    for _ in range(_ROUNDS):
        slope = [0.0, *(-ridge * value for value in found[1:])]
        curve = [[(ridge if at else 1e-9) if at == other else 0.0 for other in range(size)] for at in range(size)]
        for features, label, count in data:
            expected = chance(sum(weight * value for weight, value in zip(found, features, strict=True)))
            spread = count * max(expected * (1.0 - expected), 1e-6)
            for at, value in enumerate(features):
                slope[at] += count * (label - expected) * value
                for other in range(at + 1):
                    curve[at][other] += spread * value * features[other]
        for at in range(size):
            for other in range(at):
                curve[other][at] = curve[at][other]
        step = _solved(curve, slope)
        longest = max(abs(part) for part in step)
        reach = min(1.0, _REACH / longest) if longest else 1.0
        found = [value + reach * part for value, part in zip(found, step, strict=True)]
        if longest < 1e-6:
            break
    return found


def _solved(matrix: Sequence[Sequence[float]], right: Sequence[float]) -> list[float]:
    """Solve a small positive definite system by Gaussian elimination with pivots."""
    size = len(right)
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for at in range(size):
        pivot = max(range(at, size), key=lambda row: abs(rows[row][at]))
        rows[at], rows[pivot] = rows[pivot], rows[at]
        for below in range(at + 1, size):
            share = rows[below][at] / rows[at][at]
            rows[below] = [value - share * above for value, above in zip(rows[below], rows[at], strict=True)]
    found = [0.0] * size
    for at in reversed(range(size)):
        rest = sum(rows[at][other] * found[other] for other in range(at + 1, size))
        found[at] = (rows[at][size] - rest) / rows[at][at]
    return found

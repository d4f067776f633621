"""How likely the next slice of Lean calls is to prove a problem: logistic regression over what its search has shown.

After 2606.04883, which predicts success and cost of a further attempt by a language model from the failures so far:
here at the level of slices of one search. Fitted by Newton's method with a ridge, which needs no
library and is over in a second for thousands of rows.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from prover.allocate.trace import FEATURES, Trace
from prover.errors import DataError
from prover.types import Frozen

SLICE = 4
"""Lean calls between two decisions."""
RIDGE = 3.0
"""Weight of the squared coefficients of standardised features."""
STEPS = 25


class AllocationModel(Frozen):
    """A fitted model. `mean` and `scale` standardise features; `bias` and `weights` are of the standardised ones.

    `seconds` is the mean of a call's seconds where a problem has none of its own yet. `rows` and `proofs` say on how
    much it was fitted, and `fitted_on` on which run.
    """

    format: str = "proofsmith-allocation/1"
    features: tuple[str, ...] = FEATURES
    slice: int = SLICE
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    bias: float
    weights: tuple[float, ...]
    seconds: float
    rows: int
    proofs: int
    fitted_on: str = ""

    def chance(self, features: Sequence[float]) -> float:
        """Return the probability that the next slice proves the problem."""
        score = self.bias + sum(
            weight * (value - mean) / scale
            for weight, value, mean, scale in zip(self.weights, features, self.mean, self.scale, strict=True)
        )
        return _logistic(score)


def fit(traces: Sequence[Trace], slice: int = SLICE, fitted_on: str = "") -> AllocationModel:
    """Fit on every slice boundary that the traces reach. Raises `DataError` if there are no proofs, or only proofs."""
    rows: list[tuple[float, ...]] = []
    right: list[bool] = []
    for trace in traces:
        # What was cut off by the budget of its run is no failure of the slice after the end: it is no row.
        for start in range(0, trace.total, slice):
            rows.append(trace.features(start))
            right.append(trace.proved and trace.total <= start + slice)
    proofs = sum(right)
    if not proofs or proofs == len(rows):
        raise DataError(
            f"{fitted_on or 'the run'} holds {len(rows)} slices of which {proofs} end in a proof: a model needs both "
            "kinds; fit it on a run with more problems"
        )
    columns = list(zip(*rows, strict=True))
    mean = tuple(sum(column) / len(column) for column in columns)
    scale = tuple(
        math.sqrt(sum((value - middle) ** 2 for value in column) / len(column)) or 1.0
        for column, middle in zip(columns, mean, strict=True)
    )
    data = [
        [1.0, *((value - middle) / width for value, middle, width in zip(row, mean, scale, strict=True))]
        for row in rows
    ]
    found = _newton(data, right)
    calls = sum(trace.total for trace in traces)
    return AllocationModel(
        slice=slice,
        mean=mean,
        scale=scale,
        bias=found[0],
        weights=tuple(found[1:]),
        seconds=sum(trace.seconds for trace in traces) / max(1, calls),
        rows=len(rows),
        proofs=proofs,
        fitted_on=fitted_on,
    )


def read_model(path: Path) -> AllocationModel:
    """Return the model in a file. Raises `DataError`."""
    try:
        model = AllocationModel.model_validate_json(path.read_bytes())
    except FileNotFoundError as error:
        raise DataError(f"there is no file {path}: `prover allocate RUN --out {path}` writes one") from error
    except (OSError, ValidationError) as error:
        raise DataError(f"{path} is no allocation model: write one with `prover allocate RUN --out {path}`") from error
    sizes = {len(model.mean), len(model.scale), len(model.weights), len(FEATURES)}
    if model.features != FEATURES or len(sizes) != 1 or model.slice < 1 or 0.0 in model.scale:
        raise DataError(f"{path} is of another version: write it again with `prover allocate RUN --out {path}`")
    return model


def _logistic(score: float) -> float:
    return 1 / (1 + math.exp(-score)) if score > -700 else 0.0


def _newton(data: Sequence[Sequence[float]], right: Sequence[bool]) -> list[float]:
    """Return the coefficients that maximise the likelihood less the ridge; the first is the bias, without a ridge."""
    size = len(data[0])
    found = [0.0] * size
    for _ in range(STEPS):
        slope = [0.0 if place == 0 else -RIDGE * value for place, value in enumerate(found)]
        curve = [[RIDGE * (row == column and row > 0) for column in range(size)] for row in range(size)]
        for row, good in zip(data, right, strict=True):
            chance = _logistic(sum(weight * value for weight, value in zip(found, row, strict=True)))
            weight = max(1e-9, chance * (1 - chance))
            for one in range(size):
                slope[one] += (good - chance) * row[one]
                scaled = weight * row[one]
                for two in range(one + 1):
                    curve[one][two] += scaled * row[two]
        for one in range(size):
            for two in range(one):
                curve[two][one] = curve[one][two]
        step = _solved(curve, slope)
        longest = max(map(abs, step))
        found = [value + change * min(1.0, 2.0 / longest) for value, change in zip(found, step, strict=True)]
        if longest < 1e-6:
            break
    return found


def _solved(matrix: list[list[float]], right: list[float]) -> list[float]:
    """Solve a positive definite system by elimination."""
    size = len(right)
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for place in range(size):
        pivot = max(range(place, size), key=lambda row: abs(rows[row][place]))
        rows[place], rows[pivot] = rows[pivot], rows[place]
        head = rows[place][place] or 1e-12
        for below in range(place + 1, size):
            factor = rows[below][place] / head
            for column in range(place, size + 1):
                rows[below][column] -= factor * rows[place][column]
    found = [0.0] * size
    for place in reversed(range(size)):
        rest = sum(rows[place][column] * found[column] for column in range(place + 1, size))
        found[place] = (rows[place][size] - rest) / (rows[place][place] or 1e-12)
    return found

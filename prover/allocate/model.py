"""How likely the next slice of Lean calls is to prove a problem: logistic regression over what its search has shown.

After 2606.04883, which predicts success and cost of a further attempt by a language model from the failures so far:
here at the level of slices of one search.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from prover import logistic
from prover.allocate.trace import FEATURES, Trace
from prover.errors import DataError
from prover.logistic import Observed
from prover.types import Frozen

SLICE = 4
"""Lean calls between two decisions."""
RIDGE = 3.0
"""Weight of the squared coefficients of standardised features."""


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
        return logistic.chance(score)


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
        Observed(tuple((value - middle) / width for value, middle, width in zip(row, mean, scale, strict=True)), good)
        for row, good in zip(rows, right, strict=True)
    ]
    found = logistic.fit(data, RIDGE)
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

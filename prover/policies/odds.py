"""How likely a proposal is to prove its goal: one scale for sources whose log-probabilities mean different things.

A source's log-probability is its own: of templates it is normalised over what they propose, of a language model it is a
sum over the tokens of one string. For each source a logistic regression says how likely Lean is to accept a proposal as
a whole proof of its goal, from the log-probability and from the rank of the proposal (Platt 1999). It is fitted on
problems that nothing was trained on (`prover.learners.calibrate`) and kept on a model's card.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from prover.types import Frozen

RIDGE = 1.0
"""Weight of the squares of the coefficients other than the first: with few labels they stay small."""


class Labelled(Frozen):
    """A proposal of a source at a goal, and whether it proved it."""

    source: str
    log_prob: float
    rank: int
    proves: bool


class Fit(Frozen):
    """The coefficients of one source: of 1, of the log-probability, and of log(1 + rank)."""

    constant: float
    log_prob: float
    rank: float

    def __call__(self, log_prob: float, rank: int) -> float:
        """Return the chance that a proposal proves its goal, strictly between 0 and 1."""
        score = self.constant + self.log_prob * log_prob + self.rank * math.log1p(rank)
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, score))))


class Odds(Frozen):
    """Chances of success by source, and that of a source's most probable proposal, on average over goals.

    `labels` are how many proposals they were fitted on.
    """

    fits: Mapping[str, Fit]
    first: Mapping[str, float]
    labels: Mapping[str, int] = {}

    def covers(self, sources: Sequence[str]) -> bool:
        """Tell whether every one of these sources was fitted."""
        return all(source in self.fits for source in sources)


def fit_odds(labelled: Sequence[Labelled]) -> Odds:
    """Return the odds of every source that has labels."""
    by_source: dict[str, list[Labelled]] = {}
    for entry in labelled:
        by_source.setdefault(entry.source, []).append(entry)
    first = {}
    for source, entries in by_source.items():
        top = [entry.proves for entry in entries if entry.rank == 0]
        first[source] = (sum(top) + 0.5) / (len(top) + 1.0)
    return Odds(
        fits={source: _regression(entries) for source, entries in by_source.items()},
        first=first,
        labels={source: len(entries) for source, entries in by_source.items()},
    )


def _regression(entries: Sequence[Labelled], rounds: int = 40) -> Fit:
    """Fit by Newton's method, half a success and half a failure added to the data so that no chance is 0 or 1."""
    rows = [((1.0, entry.log_prob, math.log1p(entry.rank)), float(entry.proves), 1.0) for entry in entries]
    mean = [sum(row[0][place] for row in rows) / len(rows) for place in range(3)]
    rows += [((mean[0], mean[1], mean[2]), label, 0.5) for label in (0.0, 1.0)]
    weights = [0.0, 0.0, 0.0]
    for _ in range(rounds):
        slope = [0.0, -RIDGE * weights[1], -RIDGE * weights[2]]
        curve = [[1e-9, 0.0, 0.0], [0.0, RIDGE, 0.0], [0.0, 0.0, RIDGE]]
        for features, label, count in rows:
            score = sum(weight * feature for weight, feature in zip(weights, features, strict=True))
            chance = 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, score))))
            for at in range(3):
                slope[at] += count * (label - chance) * features[at]
                for other in range(3):
                    curve[at][other] += count * max(chance * (1.0 - chance), 1e-6) * features[at] * features[other]
        step = _solved(curve, slope)
        size = max(abs(part) for part in step)
        reach = min(1.0, 4.0 / size) if size else 1.0
        weights = [weight + reach * part for weight, part in zip(weights, step, strict=True)]
        if size < 1e-6:
            break
    return Fit(constant=weights[0], log_prob=weights[1], rank=weights[2])


def _solved(matrix: Sequence[Sequence[float]], right: Sequence[float]) -> list[float]:
    """Solve a small positive definite system by Gaussian elimination with pivots."""
    size = len(right)
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for at in range(size):
        pivot = max(range(at, size), key=lambda row: abs(rows[row][at]))
        rows[at], rows[pivot] = rows[pivot], rows[at]
        for row in range(at + 1, size):
            share = rows[row][at] / rows[at][at]
            rows[row] = [value - share * above for value, above in zip(rows[row], rows[at], strict=True)]
    found = [0.0] * size
    for at in reversed(range(size)):
        rest = sum(rows[at][other] * found[other] for other in range(at + 1, size))
        found[at] = (rows[at][size] - rest) / rows[at][at]
    return found

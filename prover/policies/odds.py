"""How likely a proposal is to prove its goal: one scale for sources whose log-probabilities mean different things.

A source's log-probability is its own: of templates it is normalised over what they propose, of a language model it is a
sum over the tokens of one string. For each source a logistic regression says how likely Lean is to accept a proposal as
a whole proof of its goal, from the log-probability and from the rank of the proposal (Platt 1999). It is fitted on
problems that nothing was trained on (`prover.learners.calibrate`) and kept on a model's card.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from prover.logistic import Observed, chance, fit
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
        return chance(self.constant + self.log_prob * log_prob + self.rank * math.log1p(rank))


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


def _regression(entries: Sequence[Labelled]) -> Fit:
    """Fit, half a success and half a failure added to the data so that no chance is 0 or 1."""
    rows = [Observed((entry.log_prob, math.log1p(entry.rank)), entry.proves) for entry in entries]
    middle = tuple(sum(row.features[place] for row in rows) / len(rows) for place in range(2))
    rows += [Observed(middle, success, 0.5) for success in (False, True)]
    constant, log_prob, rank = fit(rows, RIDGE)
    return Fit(constant=constant, log_prob=log_prob, rank=rank)

"""Solved problems against what they cost, in every unit, from the positions of the first success.

One run gives the whole curve, because a strategy that does not read its budget finds within a budget exactly what a
longer run found by that position (`search.accounting`). A strategy that reads its budget has no such curve.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from prover.runs.intervals import wilson
from prover.types import Frozen


class Trial(Frozen):
    """What a curve needs of one attempt: where the verified proof was found, or how much was spent in vain.

    `ended` says that more budget would have changed nothing: everything was tried, or the attempt failed otherwise.
    `stopped_by` is the unit whose limit ended the search.
    """

    proved: bool
    position: Mapping[str, float] = {}
    spent: Mapping[str, float] = {}
    ended: bool = False
    stopped_by: str | None = None


class Point(Frozen):
    """So many problems are proved within `cost`; the bounds are Wilson's, of the share, at this point alone."""

    cost: float
    solved: int
    low: float
    high: float


class Curve(Frozen):
    """Solved problems against one unit of cost.

    Up to `exact_until` the curve is what a run with that budget would give. Beyond it some search had stopped for
    another limit, and the curve is a lower bound. None means that it is exact throughout.
    """

    unit: str
    problems: int
    points: tuple[Point, ...]
    exact_until: float | None
    last: float


def curve(trials: Sequence[Trial], unit: str, limit: float | None = None) -> Curve | None:
    """Return the curve in a unit, or None if nothing was ever spent in it. `limit` is the budget of the run."""
    costs = sorted(trial.position[unit] for trial in trials if trial.proved and unit in trial.position)
    spent = [trial.spent.get(unit, 0.0) for trial in trials]
    last = max([limit or 0.0, *costs, *spent], default=0.0)
    if last <= 0 or not any(costs + spent):
        return None
    points = [_point(0.0, 0, len(trials))]
    for number, cost in enumerate(costs, 1):
        if points[-1].cost == cost:
            points.pop()
        points.append(_point(cost, number, len(trials)))
    if points[-1].cost < last:
        points.append(_point(last, len(costs), len(trials)))
    # A search that this unit's own limit stopped is known up to the limit, though it may have spent less.
    known = [
        limit if trial.stopped_by == unit and limit is not None else trial.spent.get(unit, 0.0)
        for trial in trials
        if not trial.proved and not trial.ended
    ]
    exact = min(known, default=last)
    return Curve(
        unit=unit,
        problems=len(trials),
        points=tuple(points),
        exact_until=exact if exact < last else None,
        last=last,
    )


def _point(cost: float, solved: int, problems: int) -> Point:
    band = wilson(solved, problems)
    return Point(cost=cost, solved=solved, low=band.low, high=band.high)

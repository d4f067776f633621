"""Two runs compared problem by problem. What one problem is like cancels out, so far smaller differences show."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from prover.runs.intervals import LEVEL, Interval, binomial_at_most, bootstrap, newcombe
from prover.types import Frozen


class Pair(Frozen):
    """What two runs made of one problem, and what it cost each, by unit."""

    name: str
    first: bool
    second: bool
    first_cost: Mapping[str, float] = {}
    second_cost: Mapping[str, float] = {}


class Ratio(Frozen):
    """What the second run spent for each unit that the first spent, with its interval over problems."""

    unit: str
    over: str
    problems: int
    ratio: Interval


class Comparison(Frozen):
    """`wins` are the problems that only the second run proved, `losses` those that only the first did.

    `difference` is second minus first, in proved problems as a share of all. `p_value` is McNemar's, exact, two-sided.
    """

    problems: int
    both: int
    wins: tuple[str, ...]
    losses: tuple[str, ...]
    neither: int
    difference: Interval
    p_value: float
    ratios: tuple[Ratio, ...] = ()


def compare(pairs: Sequence[Pair], units: Sequence[str]) -> Comparison:
    """Return the paired comparison of two runs."""
    wins = tuple(pair.name for pair in pairs if pair.second and not pair.first)
    losses = tuple(pair.name for pair in pairs if pair.first and not pair.second)
    both = [pair for pair in pairs if pair.first and pair.second]
    ratios = [_ratio(pairs, unit, "all") for unit in units] + [_ratio(both, unit, "both proved") for unit in units]
    return Comparison(
        problems=len(pairs),
        both=len(both),
        wins=wins,
        losses=losses,
        neither=len(pairs) - len(both) - len(wins) - len(losses),
        difference=newcombe(len(both), len(wins), len(losses), len(pairs) - len(both) - len(wins) - len(losses)),
        p_value=mcnemar(len(wins), len(losses)),
        ratios=tuple(ratio for ratio in ratios if ratio is not None),
    )


def mcnemar(wins: int, losses: int) -> float:
    """Return the exact two-sided p-value of McNemar's test: wins and losses are equally likely (McNemar 1947)."""
    trials = wins + losses
    return min(1.0, 2.0 * binomial_at_most(min(wins, losses), trials, 0.5)) if trials else 1.0


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p-values adjusted for their number, in their order (Holm 1979)."""
    adjusted = [0.0] * len(p_values)
    largest = 0.0
    for rank, place in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[place]))
        adjusted[place] = largest
    return adjusted


def sentence(comparison: Comparison, first: str, second: str, level: float = LEVEL) -> str:
    """Say whether the difference is real, in plain words."""
    wins, losses, points = len(comparison.wins), len(comparison.losses), comparison.difference
    figures = (
        f"{100 * points.value:+.1f} points, {level:.0%} interval {100 * points.low:+.1f} to {100 * points.high:+.1f}; "
        f"{wins} only by {second}, {losses} only by {first}; McNemar p = {comparison.p_value:.2g}"
    )
    if wins == losses == 0:
        low, high = 100 * points.low, 100 * points.high
        return (
            f"{first} and {second} proved exactly the same problems, and {comparison.problems} are too few problems to "
            f"tell a difference inside {low:+.1f} to {high:+.1f} points ({level:.0%} interval)."
        )
    if wins == losses:
        return f"{first} and {second} proved equally many problems ({figures})."
    better, worse = (second, first) if wins > losses else (first, second)
    if comparison.p_value < 1 - level:
        return f"{better} proves more than {worse}, and the difference is real at the {level:.0%} level ({figures})."
    return f"{better} proved more than {worse}, but the difference may well be chance ({figures})."


def _ratio(pairs: Sequence[Pair], unit: str, over: str) -> Ratio | None:
    costs = [(pair.first_cost.get(unit, 0.0), pair.second_cost.get(unit, 0.0)) for pair in pairs]
    if not costs or not sum(first for first, _ in costs):
        return None
    return Ratio(unit=unit, over=over, problems=len(pairs), ratio=bootstrap(costs, _total_ratio))


def _total_ratio(costs: Sequence[tuple[float, float]]) -> float:
    first = sum([first for first, _ in costs])
    return sum([second for _, second in costs]) / first if first else math.inf

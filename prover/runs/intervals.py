"""Intervals for a proportion, and the bootstrap: the same input always gives the same numbers."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from statistics import NormalDist
from typing import TypeVar

from prover.types import Frozen

LEVEL = 0.95
RESAMPLES = 10_000
FEWEST_RESAMPLES, MOST_DRAWS = 1_000, 5_000_000
"""Of many problems fewer resamples are drawn: a report must not take minutes, and theirs differ little."""
SEED = 20210707
"""Seeds every bootstrap, so that the same run always gives the same report."""

T = TypeVar("T")


class Interval(Frozen):
    """A point estimate between its bounds."""

    value: float
    low: float
    high: float


def wilson(successes: int, trials: int, level: float = LEVEL) -> Interval:
    """Return Wilson's score interval for a proportion (Wilson 1927; Brown, Cai and DasGupta 2001, section 3.1.1)."""
    if trials == 0:
        return Interval(value=0.0, low=0.0, high=1.0)
    z = NormalDist().inv_cdf((1 + level) / 2)
    share = successes / trials
    centre = (share + z * z / (2 * trials)) / (1 + z * z / trials)
    half = z / (1 + z * z / trials) * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    # Rounding must not push a bound across the estimate at 0 and at `trials` successes.
    return Interval(value=share, low=max(0.0, min(share, centre - half)), high=min(1.0, max(share, centre + half)))


def newcombe(both: int, wins: int, losses: int, neither: int, level: float = LEVEL) -> Interval:
    """Return the interval for a difference of paired proportions, second minus first (Newcombe 1998, method 10).

    `wins` are the pairs in which only the second succeeded, `losses` those in which only the first did. Without any of
    both the interval still has a width: few pairs cannot tell that there is no difference.
    """
    trials = both + wins + losses + neither
    if trials == 0:
        return Interval(value=0.0, low=-1.0, high=1.0)
    first, second = wilson(both + losses, trials, level), wilson(both + wins, trials, level)
    margins = (both + wins) * (losses + neither) * (both + losses) * (wins + neither)
    product: float = both * neither - wins * losses
    if product > 0:
        product = max(0.0, product - trials / 2)  # continuity, for a positive correlation only
    phi = product / math.sqrt(margins) if margins else 0.0
    difference = (wins - losses) / trials

    def half(one: float, other: float) -> float:
        return math.sqrt(max(0.0, one * one - 2 * phi * one * other + other * other))

    low = difference - half(second.value - second.low, first.high - first.value)
    high = difference + half(second.high - second.value, first.value - first.low)
    return Interval(value=difference, low=max(-1.0, low), high=min(1.0, high))


def clopper_pearson(successes: int, trials: int, level: float = LEVEL) -> Interval:
    """Return the exact interval for a proportion, which covers at least `level` (Clopper and Pearson 1934)."""
    tail = (1 - level) / 2
    low, high = 0.0, 1.0
    if successes > 0:
        low = _bisect(lambda share: 1 - binomial_at_most(successes - 1, trials, share) - tail)
    if successes < trials:
        high = _bisect(lambda share: tail - binomial_at_most(successes, trials, share))
    return Interval(value=successes / trials if trials else 0.0, low=low, high=high)


def binomial_at_most(successes: int, trials: int, share: float) -> float:
    """Return the probability of at most so many successes."""
    if successes >= trials or share <= 0.0:
        return 1.0
    if share >= 1.0 or successes < 0:
        return 0.0
    log_odds = math.log(share) - math.log1p(-share)
    term = trials * math.log1p(-share)
    terms = [term]
    for count in range(1, successes + 1):
        term += math.log((trials - count + 1) / count) + log_odds
        terms.append(term)
    largest = max(terms)
    return min(1.0, math.exp(largest) * math.fsum(math.exp(each - largest) for each in terms))


def bootstrap(
    items: Sequence[T],
    statistic: Callable[[Sequence[T]], float],
    *,
    level: float = LEVEL,
    seed: int = SEED,
) -> Interval:
    """Return the percentile bootstrap of a statistic, drawing items (problems) with replacement (Efron 1979).

    Resamples for which the statistic is not finite (a ratio over nothing) are left out.
    """
    if not items:
        raise ValueError("nothing to draw from")
    rng = random.Random(seed)
    resamples = max(FEWEST_RESAMPLES, min(RESAMPLES, MOST_DRAWS // len(items)))
    draws = (statistic(rng.choices(items, k=len(items))) for _ in range(resamples))
    found = sorted(draw for draw in draws if math.isfinite(draw))
    value = statistic(items)
    if not found:
        return Interval(value=value, low=value, high=value)
    return Interval(value=value, low=quantile(found, (1 - level) / 2), high=quantile(found, (1 + level) / 2))


def mean(values: Sequence[float]) -> float:
    """Return the mean; of nothing, nan."""
    return math.fsum(values) / len(values) if values else math.nan


def quantile(ascending: Sequence[float], share: float) -> float:
    """Return a quantile by linear interpolation (Hyndman and Fan 1996, definition 7)."""
    place = share * (len(ascending) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ascending) - 1)
    return ascending[below] + (ascending[above] - ascending[below]) * (place - below)


def _bisect(rises: Callable[[float], float]) -> float:
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if rises(middle) > 0 else (middle, high)
    return (low + high) / 2

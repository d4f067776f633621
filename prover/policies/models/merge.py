"""Merges samples that decode to the same action, summing their probabilities."""

from __future__ import annotations

import math
from collections.abc import Iterable

from prover.policies.models.generation import Completion
from search.types import Suggestion


def merged(read: Iterable[tuple[str, Completion]], k: int) -> tuple[Suggestion, ...]:
    """Return at most `k` distinct actions, most probable first; ties keep the order of the samples.

    The probability of an action is the sum over the distinct sequences that were read as it. The same sequence drawn
    twice is one event, and counts once.
    """
    events: dict[str, dict[object, float]] = {}
    for action, completion in read:
        event = completion.ids or completion.text
        events.setdefault(action, {})[event] = completion.log_prob
    found = [Suggestion(action, log_sum(logs.values())) for action, logs in events.items()]
    return tuple(sorted(found, key=lambda suggestion: -suggestion.log_prob)[:k])


def log_sum(logs: Iterable[float]) -> float:
    """Return the logarithm of a sum of probabilities, at most 0 in spite of rounding."""
    values = list(logs)
    most = max(values)
    if most == -math.inf:
        return most
    return min(0.0, most + math.log(sum(math.exp(value - most) for value in values)))

"""Rewards of a group of answers to one question, as reinforcement learning is given them."""

from __future__ import annotations

import math
from collections.abc import Sequence


def unlikely(rewards: Sequence[float], log_probs: Sequence[float], weight: float) -> list[float]:
    """Return rewards in which a right answer counts the more, the less probable the model thought it.

    2506.02355, its unlikeliness reward: r (1 - weight (G - rank) / G), where rank 0 is the most probable of the G
    answers. What is wrong keeps its reward.
    """
    size = len(rewards)
    order = sorted(range(size), key=lambda place: -log_probs[place])
    rank = {place: number for number, place in enumerate(order)}
    return [
        reward * (1.0 - weight * (size - rank[place]) / size) if reward > 0 else reward
        for place, reward in enumerate(rewards)
    ]


def pass_at_k(rewards: Sequence[float], k: int) -> list[float]:
    """Return what each answer adds to pass@k of its group; what is not 1 counts as wrong (2505.15201, section 3).

    With n answers, c of them right, and rho(n, c, k) = 1 - C(n - c, k) / C(n, k): a right one gets k / n, a wrong one
    k / n * rho(n - 1, c, k - 1).
    """
    n = len(rewards)
    k = min(k, n)
    right = sum(reward >= 1.0 for reward in rewards)
    if right == n:
        return [k / n] * n
    others = 1.0 - math.comb(n - 1 - right, k - 1) / math.comb(n - 1, k - 1)
    return [k / n if reward >= 1.0 else k / n * others for reward in rewards]

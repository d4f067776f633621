"""Which action to follow: the rules of tree search at one node.

An arm is an action that was tried or may be tried at a node. An arm whose edge is not open, or leads back to the path
that led to the node, is never chosen. Ties: the arm that comes first, in the policy's order.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from search.tree import Edge, Status
from search.types import Suggestion


@dataclass(slots=True, eq=False)
class Arm:
    """An action at a node, its normalised prior, its edge once it was tried, and its virtual losses just now."""

    suggestion: Suggestion
    prior: float
    edge: Edge | None = None
    virtual: int = 0


@dataclass(slots=True)
class Trials:
    """How often untried actions were tried at a node, discounted, and the discounted sum of their rewards."""

    weight: float = 0.0
    total: float = 0.0


def make_arms(suggestions: Sequence[Suggestion]) -> list[Arm]:
    """Return arms with priors that sum to 1; equal priors if no suggestion has a positive probability."""
    best = max((suggestion.log_prob for suggestion in suggestions), default=0.0)
    if best == -math.inf:
        return [Arm(suggestion, 1.0 / len(suggestions)) for suggestion in suggestions]
    weights = [math.exp(suggestion.log_prob - best) for suggestion in suggestions]
    total = sum(weights)
    return [Arm(suggestion, weight / total) for suggestion, weight in zip(suggestions, weights, strict=True)]


def puct(
    arms: Sequence[Arm], path: set[int], visits: int, first: float, exploration: float, virtual_loss: float, most: float
) -> Arm | None:
    """Return the arm with the largest Q + c P sqrt(N) / (1 + n), or None.

    HTPS (2205.11491) after AlphaZero: P is the prior, N the visits of the node (this one included), n
    those of the arm, Q the arm's mean value, `first` before its first visit. A virtual loss counts as so many visits of
    value 0. Only the first `most` arms that have not failed are considered (progressive widening).
    """
    chosen = None
    highest = -math.inf
    scale = exploration * math.sqrt(visits + 1)
    for arm in arms:
        edge = arm.edge
        if edge is not None and not _leads_on(edge, path):
            continue
        if most <= 0:
            break
        most -= 1
        losses = arm.virtual * virtual_loss
        weight = losses if edge is None else edge.weight + losses
        # An arm that was never visited keeps its first value, shared with the virtual losses.
        mean = first / (1.0 + losses) if edge is None or edge.weight == 0.0 else edge.total / weight
        score = mean + scale * arm.prior / (1.0 + weight)
        if score > highest:
            chosen, highest = arm, score
    return chosen


def discounted_ucb(arms: Sequence[Arm], path: set[int], trials: Trials, virtual_loss: float) -> Arm | None:
    """Return the arm with the largest discounted upper confidence bound, or None.

    RMaxTS (DeepSeek-Prover-V1.5, 2408.08152, after Garivier and Moulines 2011): the bound is W /
    N + sqrt(2 ln(sum of N) / N) with discounted sums W and N. Trying something new is one arm of its own, whatever it
    is that is new: it stands first, and chosen it stands for the first untried arm with the fewest virtual losses.
    """
    known = [(arm, arm.edge) for arm in arms if arm.edge is not None and _leads_on(arm.edge, path)]
    untried = [arm for arm in arms if arm.edge is None]
    counts = [edge.weight + arm.virtual * virtual_loss for arm, edge in known]
    fresh = trials.weight + sum(arm.virtual for arm in untried) * virtual_loss
    spread = 2.0 * math.log(max(1.0, sum(counts) + fresh))
    chosen = None
    highest = -math.inf
    if untried:
        chosen = min(untried, key=lambda arm: arm.virtual)
        highest = _bound(trials.total, fresh, spread)
    for (arm, edge), count in zip(known, counts, strict=True):
        score = _bound(edge.total, count, spread)
        if score > highest:
            chosen, highest = arm, score
    return chosen


def _leads_on(edge: Edge, path: set[int]) -> bool:
    return edge.status is Status.OPEN and path.isdisjoint(edge.children)


def _bound(total: float, count: float, spread: float) -> float:
    return total / count + math.sqrt(spread / count) if count > 0.0 else math.inf

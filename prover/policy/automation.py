"""The policy without weights: core automation and structural tactics fit to the goal, with counted priors.

The probability of an action is the prior of its template for the goal's shape, divided among the actions that the
template proposes, and normalised over all that is proposed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from prover.policy.priors import Priors, load
from prover.policy.reading import domain, shape
from prover.policy.templates import TEMPLATES
from prover.types import ProofState
from search.types import Proposals, Suggestion

DECAY = 0.6
"""Each further action of one template is this much less probable than the one before."""


class AutomationPolicy:
    """Proposes tactics for the first goal of a state. Deterministic: the same goals give the same proposals."""

    def __init__(self, priors: Priors | None = None) -> None:
        self._priors = priors

    @property
    def name(self) -> str:
        return "automation"

    def suggest(self, states: Sequence[ProofState], k: int) -> list[Proposals]:
        """Propose at most `k` distinct tactics for each state, most probable first."""
        return [Proposals(self._propose(state, k)) for state in states]

    def _propose(self, state: ProofState, k: int) -> tuple[Suggestion, ...]:
        if self._priors is None:
            self._priors = load()
        goal = state.goals[0]
        target = shape(goal.target)
        weights: dict[str, float] = {}
        for name, template in TEMPLATES.items():
            prior = self._priors.weight(name, target.head, domain(goal))
            actions = list(dict.fromkeys(template(goal, target)))
            total = sum(DECAY**rank for rank in range(len(actions)))
            for rank, action in enumerate(actions):
                # The same action of two templates is one suggestion with the probability of both.
                weights[action] = weights.get(action, 0.0) + prior * DECAY**rank / total
        whole = sum(weights.values())
        ranked = sorted(weights.items(), key=lambda item: -item[1])[:k]
        return tuple(Suggestion(action, math.log(weight / whole)) for action, weight in ranked)

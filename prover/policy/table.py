"""A table of tactic frequencies as a policy: each template weighted by how often it was right for goals of that shape.

Automation is such a table over its own templates. Over all templates, with counts fitted on a run's proofs, it is what
a trained model is mixed with, and the control that it has to beat.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from prover.policy.arguments import WIDE
from prover.policy.automation import DECAY
from prover.policy.priors import Priors
from prover.policy.reading import domain, shape
from prover.policy.templates import Template
from prover.types import Goal, ProofState
from search.types import Proposals, Suggestion

Counts = dict[str, dict[str, float]]


def weighted(goal: Goal, priors: Priors, templates: Mapping[str, Template] = WIDE) -> list[tuple[str, float]]:
    """Return what the templates propose for a goal with normalised probabilities, most probable first."""
    target = shape(goal.target)
    about = domain(goal)
    weights: dict[str, float] = {}
    for name, template in templates.items():
        actions = list(dict.fromkeys(template(goal, target)))
        if not actions:
            continue
        prior = priors.weight(name, target.head, about)
        total = sum(DECAY**rank for rank in range(len(actions)))
        for rank, action in enumerate(actions):
            weights[action] = weights.get(action, 0.0) + prior * DECAY**rank / total
    whole = sum(weights.values())
    return sorted(((action, weight / whole) for action, weight in weights.items()), key=lambda it: -it[1])


def count(rows: Iterable[tuple[Goal, Sequence[str]]], templates: Mapping[str, Template] = WIDE) -> Counts:
    """Count by the shape of the goal which templates propose the tactics that were right there."""
    counts: Counts = {}
    for goal, tactics in rows:
        target = shape(goal.target)
        keys = ("all", target.head, f"{target.head}/{domain(goal)}")
        found = {name: set(template(goal, target)) for name, template in templates.items()}
        for tactic in tactics:
            names = [name for name, actions in found.items() if tactic in actions]
            for name in names:
                for key in keys:
                    row = counts.setdefault(key, {})
                    row[name] = row.get(name, 0.0) + 1.0 / len(names)
    return counts


class TablePolicy:
    """Proposes what the templates propose for the first goal of a state, by frequency. Deterministic."""

    def __init__(self, priors: Priors, name: str = "table") -> None:
        self._priors = priors
        self._name = name

    @property
    def name(self) -> str:
        return self._name

    def suggest(self, states: Sequence[ProofState], k: int) -> list[Proposals]:
        """Propose at most `k` distinct tactics for each state, most probable first."""
        return [Proposals(self._propose(state, k)) for state in states]

    def _propose(self, state: ProofState, k: int) -> tuple[Suggestion, ...]:
        found = weighted(state.goals[0], self._priors)[:k]
        return tuple(Suggestion(action, math.log(weight)) for action, weight in found)

"""A table of tactic frequencies as a policy: each template weighted by how often it was right for goals of that shape.

Automation is such a table over its own templates. Over all templates, with counts fitted on a run's proofs, it is what
a trained model is mixed with, and the control that it has to beat.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from prover.lean.context import LIBRARY
from prover.policies.goal_context import GoalContext, in_context
from prover.policies.protocol import Prepared
from prover.policies.templates.arguments import ARGUMENTS, WIDE
from prover.policies.templates.automation import proposed, weighted
from prover.policies.templates.goal_features import domain, shape
from prover.policies.templates.lemmas import LEMMAS
from prover.policies.templates.priors import Priors, load
from prover.types import Goal, Problem
from search.types import Proposals, Suggestion

Counts = dict[str, dict[str, float]]


def base() -> dict[str, float]:
    """Return what is believed of every template before anything was counted: automation's table, and `UNKNOWN`."""
    return load().knowing([*ARGUMENTS, *LEMMAS]).base


def count(rows: Iterable[tuple[Goal, GoalContext, Sequence[str]]]) -> Counts:
    """Count by the shape of the goal which templates propose the tactics that were right there."""
    counts: Counts = {}
    for goal, scope, tactics in rows:
        head = shape(goal.target).head
        found = [(name, set(actions)) for name, actions in proposed(goal, WIDE, scope)]
        for tactic in tactics:
            names = [name for name, actions in found if tactic in actions]
            for name in names:
                for key in ("all", head, f"{head}/{domain(goal)}"):
                    row = counts.setdefault(key, {})
                    row[name] = row.get(name, 0.0) + 1.0 / len(names)
    return counts


def premises_in(problem: Problem, premises: int) -> int:
    """Return how many lemmas are looked for: `premises` where a problem is one of Lean's own library, else 0.

    There the library was enumerated, or the problem would not be known; elsewhere nothing has to be installed for it.
    """
    return premises if problem.where.kind == LIBRARY else 0


class TablePolicy:
    """Proposes what the templates propose for the first goal of a state, by frequency. Deterministic."""

    def __init__(self, priors: Priors, name: str = "table", premises: int = 0) -> None:
        self._priors = priors
        self._name = name
        self._premises = premises

    @property
    def name(self) -> str:
        return self._name

    def propose(self, goal: Goal, k: int, scope: GoalContext) -> Proposals:
        """Propose at most `k` distinct tactics, most probable first."""
        found = weighted(goal, WIDE, self._priors, scope)[:k]
        return Proposals(tuple(Suggestion(action, math.log(weight)) for action, weight in found))

    def prepare(self, problem: Problem, seed: int) -> Prepared:
        return in_context(self, problem, premises_in(problem, self._premises))

    def load(self) -> None: ...

    def close(self) -> None: ...

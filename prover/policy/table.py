"""A table of tactic frequencies as a policy: each template weighted by how often it was right for goals of that shape.

Automation is such a table over its own templates. Over all templates, with counts fitted on a run's proofs, it is what
a trained model is mixed with, and the control that it has to beat.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from prover.policy.arguments import ARGUMENTS, WIDE
from prover.policy.automation import DECAY
from prover.policy.priors import Priors, load
from prover.policy.protocol import Prepared
from prover.policy.reading import domain, shape
from prover.policy.sketch import RuleSketcher
from prover.problems.library.source import lacks
from prover.types import Goal, Problem, ProofState
from search.types import Proposals, Suggestion

Counts = dict[str, dict[str, float]]
_WORD = re.compile(r"[a-z_]+")
UNKNOWN = 8.0
"""What a template of which nothing is known weighs beside those of automation's table, which sum up to about 200."""
NEEDED = frozenset(("grind", "omega"))
"""What is of no use at all without its own lemmas; `simp` does without."""


def base() -> dict[str, float]:
    """Return what is believed of every template before anything was counted: automation's table, and `UNKNOWN`."""
    return load().base | dict.fromkeys(ARGUMENTS, UNKNOWN)


def weighted(goal: Goal, priors: Priors, lacks: frozenset[str] = frozenset()) -> list[tuple[str, float]]:
    """Return what the templates propose for a goal with normalised probabilities, most probable first.

    Tactics that use what the context `lacks` are left out: they can only fail.
    """
    target = shape(goal.target)
    about = domain(goal)
    weights: dict[str, float] = {}
    for name, template in WIDE.items():
        actions = [it for it in dict.fromkeys(template(goal, target)) if lacks.isdisjoint(_WORD.findall(it))]
        if not actions:
            continue
        prior = priors.weight(name, target.head, about)
        total = sum(DECAY**rank for rank in range(len(actions)))
        for rank, action in enumerate(actions):
            weights[action] = weights.get(action, 0.0) + prior * DECAY**rank / total
    whole = sum(weights.values())
    return sorted(((action, weight / whole) for action, weight in weights.items()), key=lambda it: -it[1])


def count(rows: Iterable[tuple[Goal, Sequence[str]]]) -> Counts:
    """Count by the shape of the goal which templates propose the tactics that were right there."""
    counts: Counts = {}
    for goal, tactics in rows:
        target = shape(goal.target)
        keys = ("all", target.head, f"{target.head}/{domain(goal)}")
        found = {name: set(template(goal, target)) for name, template in WIDE.items()}
        for tactic in tactics:
            names = [name for name, actions in found.items() if tactic in actions]
            for name in names:
                for key in keys:
                    row = counts.setdefault(key, {})
                    row[name] = row.get(name, 0.0) + 1.0 / len(names)
    return counts


class Proposer(Protocol):
    """What proposes tactics for a goal, given what the context lacks."""

    @property
    def name(self) -> str: ...

    def propose(self, goal: Goal, k: int, lacking: frozenset[str]) -> Proposals:
        """Propose at most `k` distinct tactics, most probable first. Thread-safe."""
        ...


@dataclass(frozen=True, slots=True)
class InContext:
    """A proposer as a policy for one problem: it is told what the context of the problem lacks."""

    inner: Proposer
    lacking: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        return self.inner.name

    def suggest(self, states: Sequence[ProofState], k: int) -> list[Proposals]:
        """Propose at most `k` distinct tactics for the first goal of each state, most probable first."""
        return [self.inner.propose(state.goals[0], k, self.lacking) for state in states]


def prepared(inner: Proposer, problem: Problem) -> Prepared:
    """Return what takes part in an attempt at a problem."""
    return Prepared(InContext(inner, lacks(problem) & NEEDED), RuleSketcher())


class TablePolicy:
    """Proposes what the templates propose for the first goal of a state, by frequency. Deterministic."""

    def __init__(self, priors: Priors, name: str = "table") -> None:
        self._priors = priors
        self._name = name

    @property
    def name(self) -> str:
        return self._name

    def propose(self, goal: Goal, k: int, lacking: frozenset[str]) -> Proposals:
        """Propose at most `k` distinct tactics, most probable first."""
        found = weighted(goal, self._priors, lacking)[:k]
        return Proposals(tuple(Suggestion(action, math.log(weight)) for action, weight in found))

    def prepare(self, problem: Problem, seed: int) -> Prepared:
        return prepared(self, problem)

    def load(self) -> None: ...

    def close(self) -> None: ...

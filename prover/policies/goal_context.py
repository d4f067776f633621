"""Per-goal context for proposers: unusable tactics and retrieved lemmas."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from prover.policies.protocol import Prepared
from prover.policies.sketch import RuleSketcher
from prover.types import Goal, Problem, ProofState
from search.types import Proposals

NEEDED = frozenset(("grind", "omega"))
"""What is of no use at all without its own lemmas; `simp` does without."""

Premises = Callable[[ProofState, int], Sequence[str]]
"""Finds the names of at most k lemmas for a state, most useful first."""


@dataclass(frozen=True, slots=True)
class GoalContext:
    """For one goal: which tactics can do nothing, and the names of lemmas that are like it, best first."""

    lacking: frozenset[str] = frozenset()
    premises: tuple[str, ...] = ()


NOTHING_KNOWN = GoalContext()


class Proposer(Protocol):
    """What proposes tactics for a goal, given what there is for it."""

    @property
    def name(self) -> str: ...

    def propose(self, goal: Goal, k: int, scope: GoalContext) -> Proposals:
        """Propose at most `k` distinct tactics, most probable first. Thread-safe."""
        ...


@dataclass(frozen=True, slots=True)
class InContext:
    """A proposer as a policy for one problem: it is told what the context of the problem has for each goal."""

    inner: Proposer
    lacking: frozenset[str] = frozenset()
    premises: Premises | None = None
    count: int = 0

    @property
    def name(self) -> str:
        return self.inner.name

    def suggest(self, states: Sequence[ProofState], k: int) -> list[Proposals]:
        """Propose at most `k` distinct tactics for the first goal of each state, most probable first."""
        return [self.inner.propose(state.goals[0], k, self._scope(state)) for state in states]

    def _scope(self, state: ProofState) -> GoalContext:
        found = tuple(self.premises(state, self.count)) if self.premises is not None else ()
        return GoalContext(self.lacking, found)


def in_context(inner: Proposer, problem: Problem, premises: int = 0) -> Prepared:
    """Return what takes part in an attempt at a problem; with `premises` so many lemmas are looked for at every goal.

    Raises `PolicyError` where lemmas cannot be had.
    """
    found: Premises | None = None
    if premises:
        from prover.policies.retrieval.open import premises_for

        found = premises_for(problem)
    return Prepared(InContext(inner, NEEDED.intersection(problem.lacks), found, premises), RuleSketcher())

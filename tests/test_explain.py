"""What counts as nearest in a search that found no proof."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from prover.explain import nearest
from prover.lean.goals import parse_goal
from prover.types import ProofState
from search.best_first import best_first
from search.types import Advanced, Budget, Cost, Proposals, Rejected, RejectionKind, Solved, Step, Suggestion

ONE = Cost(lean_calls=1)


def _state(*goals: str) -> ProofState:
    return ProofState("t", tuple(parse_goal(f"h : p\n⊢ {goal}") for goal in goals), ())


@dataclass(frozen=True)
class Told:
    """An environment that knows what a few tactics lead to; each goal of a state is a part of its own."""

    leads: dict[tuple[str, str], tuple[str, ...]]

    def step(self, state: ProofState, action: str) -> Step[ProofState]:
        goals = self.leads.get((state.goals[0].target, action))
        if goals is None:
            return Rejected(RejectionKind.ERROR, "fails", ONE)
        return Advanced(_state(*goals), ONE) if goals else Solved(ONE)

    def step_many(self, requests: Sequence[tuple[ProofState, str]]) -> list[Step[ProofState]]:
        return [self.step(*request) for request in requests]

    def split(self, state: ProofState) -> Sequence[ProofState]:
        return tuple(_state(goal.target) for goal in state.goals)


@dataclass(frozen=True)
class Tries:
    """Proposes the same tactics everywhere."""

    tactics: tuple[str, ...]

    def suggest(self, states: Sequence[ProofState], k: int) -> list[Proposals]:
        return [Proposals(tuple(Suggestion(tactic, -1.0) for tactic in self.tactics)) for _ in states]


@pytest.mark.parametrize(
    ("leads", "first"),
    [
        ({("a ∧ b", "exfalso"): ("False",)}, "sorry"),
        ({("a ∧ b", "constructor"): ("a", "b")}, "sorry"),
        ({("a ∧ b", "constructor"): ("a", "b"), ("a", "assumption"): ()}, "constructor"),
        ({("a ∧ b", "exfalso"): ("False",), ("a ∧ b", "simp"): ("a",)}, "simp"),
    ],
)
def test_what_leaves_least(leads: dict[tuple[str, str], tuple[str, ...]], first: str) -> None:
    tactics = tuple(dict.fromkeys(tactic for _, tactic in leads))
    found = best_first(_state("a ∧ b"), Told(leads), Tries(tactics), Budget(lean_calls=20))
    assert found.proof is None
    assert nearest(found.graph).action == first

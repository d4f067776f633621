"""Sketches by rule: one action that divides a goal into several that are searched apart (for the subgoal strategy)."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence

from prover.policies.templates.goal_features import DISCRETE, fresh, shape, variables
from prover.policies.templates.hypotheses import case_split, destruct
from prover.policies.templates.numbers import induction
from prover.policies.templates.structure import constructor
from prover.types import Goal, ProofState
from search.types import Proposals, Suggestion


class RuleSketcher:
    """Proposes divisions of the first goal: both directions, both bounds, cases, base and step. Deterministic."""

    def sketch(self, states: Sequence[ProofState], k: int) -> list[Proposals]:
        """Propose at most `k` sketches for each state; earlier ones count as more probable."""
        return [self._propose(state, k) for state in states]

    def _propose(self, state: ProofState, k: int) -> Proposals:
        actions = list(dict.fromkeys(_sketches(state.goals[0])))[:k]
        weights = [2.0 ** -(rank + 1) for rank in range(len(actions))]
        total = sum(weights)
        ranked = zip(actions, weights, strict=True)
        return Proposals(tuple(Suggestion(action, math.log(weight / total)) for action, weight in ranked))


def _sketches(goal: Goal) -> Iterator[str]:
    target = shape(goal.target)
    yield from constructor(goal, target)
    if target.head == "eq":
        for kind, lemma in (("ℕ", "Nat.le_antisymm"), ("ℤ", "Int.le_antisymm")):
            if any(hypothesis.type == kind for hypothesis in goal.hypotheses):
                yield f"apply {lemma}"
    yield from case_split(goal, target)
    yield from destruct(goal, target)
    yield from (action for action in induction(goal, target) if "?_" in action)
    for name in variables(goal, *DISCRETE)[:2]:
        if re.search(rf"\b{re.escape(name)}\b", goal.target):
            case = fresh(goal, "hm")
            yield f"have {case} : {name} % 2 = 0 ∨ {name} % 2 = 1 := by omega\nrcases {case} with {case} | {case}"
    if target.head in ("le", "lt", "eq", "ne", "dvd") and len(goal.target) < 120:
        case = fresh(goal, "hn")
        yield f"by_cases {case} : {goal.target}\n· assumption\n· exfalso"

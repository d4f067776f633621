"""Builds a `PromptRequest` from a proof state."""

from __future__ import annotations

import re
from collections.abc import Sequence

from prover.policies.recipes import Example, Premise, PromptRequest, Recipe, Tried
from prover.types import Goal, Problem, ProofState, Tactic

_NAME = re.compile(r"^\s*(?:theorem|lemma)\s+(\S+)", re.MULTILINE)
_IMPORTS = "import Mathlib\nimport Aesop\n\nset_option maxHeartbeats 400000\n\n"


def build_prompt_request(
    problem: Problem,
    state: ProofState,
    recipe: Recipe,
    *,
    premises: Sequence[Premise] = (),
    examples: Sequence[Example] = (),
    attempts: Sequence[Tried] = (),
) -> PromptRequest:
    """Return what to ask for a state of a problem.

    A recipe of steps sees the goals, and where it has the slot the tactics that led there. A recipe of whole proofs
    continues from those tactics where it can; where it cannot, or where the state is one part of what was left, it is
    given the goal as a theorem of its own. Such a statement is only ever shown to a model, never to the verifier.
    """
    prefix = "\n".join(move.text for move in state.trail if isinstance(move, Tactic))
    straight = all(isinstance(move, Tactic) for move in state.trail)
    if not straight:
        prefix = ""
    # A step recipe is shown the goals anyhow; a whole proof has to start from a statement that says what is left.
    afresh = recipe.kind == "whole-proof" and bool(state.trail) and not (straight and "prefix" in recipe.slots)
    return PromptRequest(
        statement=statement_of(state.goals[0], problem) if afresh else problem.statement,
        header=_header(problem.header),
        informal=problem.informal,
        goals=tuple(goal.text for goal in state.goals),
        prefix="" if afresh else prefix,
        premises=tuple(premises),
        examples=tuple(examples),
        attempts=tuple(attempts),
    )


def statement_of(goal: Goal, problem: Problem) -> str:
    """Write a goal as a theorem, as far as what Lean prints can be read again."""
    found = _NAME.search(problem.statement)
    binders = "".join(
        f" ({' '.join(hypothesis.names)} : {_one_line(hypothesis.type)})"
        for hypothesis in goal.hypotheses
        if hypothesis.value is None
    )
    return f"theorem {found[1] if found else 'goal'}{binders} : {_one_line(goal.target)} := by"


def _header(header: str) -> str:
    """A header with a context of its own is given the imports it needs; none is left to the recipe."""
    if not header.strip() or re.search(r"^\s*import\b", header, re.MULTILINE):
        return header.strip()
    return _IMPORTS + header.strip()


def _one_line(text: str) -> str:
    return " ".join(text.split())

"""States and steps of Lean as the wire carries them."""

from __future__ import annotations

from typing import Literal

from prover.serve.worker.answers import GoalView, HypothesisView, Reached, Stepped
from prover.types import Focus, Move, ProofState, Tactic
from search.types import Advanced, Rejected, RejectionKind, Solved, Step


def moved(move: str | tuple[int, ...]) -> Move:
    """Return a move of a trail as searches know it."""
    return Tactic(move) if isinstance(move, str) else Focus(move)


def reached(state: ProofState) -> Reached:
    """Return a state: its goals, and what rebuilds it."""
    goals = tuple(
        GoalView(
            text=goal.text,
            case=goal.case,
            hypotheses=tuple(HypothesisView(names=h.names, type=h.type, value=h.value) for h in goal.hypotheses),
            target=goal.target,
        )
        for goal in state.goals
    )
    trail = tuple(move.text if isinstance(move, Tactic) else move.goals for move in state.trail)
    return Reached(goals=goals, trail=trail)


def said(tactic: str, step: Step[ProofState]) -> Stepped:
    """Return what became of a tactic."""
    heartbeats = step.cost.heartbeats
    if isinstance(step, Solved):
        return Stepped(tactic=tactic, outcome="solved", heartbeats=heartbeats)
    if isinstance(step, Advanced):
        return Stepped(tactic=tactic, outcome="advanced", reached=reached(step.state), heartbeats=heartbeats)
    assert isinstance(step, Rejected)
    outcome: Literal["rejected", "limit"] = "rejected" if step.kind is RejectionKind.ERROR else "limit"
    return Stepped(tactic=tactic, outcome=outcome, reason=step.reason, heartbeats=heartbeats)

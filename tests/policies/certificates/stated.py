"""Printed goals for the tests of finders."""

from __future__ import annotations

from prover.lean.goals import parse_goal
from prover.types import Goal


def goal(target: str, *hypotheses: str) -> Goal:
    """Return the goal that Lean prints with these hypotheses, a `name : type` each."""
    return parse_goal("\n".join([*hypotheses, f"⊢ {target}"]))

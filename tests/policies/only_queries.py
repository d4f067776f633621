"""Policies that know nothing but queries."""

from __future__ import annotations


def suggest(goal: str) -> list[str]:
    """Return the tactics for a goal: one."""
    return ["exact?"]


def every(goal: str) -> list[str]:
    """Return the tactics for a goal: queries of every kind, alone and within others."""
    alone = ["simp?", "exact?", "grind?", "simp_all?", "apply?", "rw?", "show_term omega", "decide?", "omega?"]
    return [*alone, "constructor <;> exact?", "intros\nexact?", "first | omega? | simp?", "all_goals grind?"]

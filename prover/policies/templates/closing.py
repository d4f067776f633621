"""Templates that call automation to close a goal, or to leave a simpler one."""

from __future__ import annotations

from collections.abc import Iterator

from prover.policies.templates.goal_features import NUMERAL, Shape, domain, propositions
from prover.types import Goal


def omega(goal: Goal, target: Shape) -> Iterator[str]:
    discrete = domain(goal) in ("nat", "int") or any(mark in goal.text for mark in ("ℕ", "ℤ"))
    if discrete and target.head not in ("forall", "let", "unique", "mem", "modeq", "other"):
        yield "omega"


def grind(goal: Goal, target: Shape) -> Iterator[str]:
    yield "grind"


def grind_more(goal: Goal, target: Shape) -> Iterator[str]:
    yield "grind (splits := 20) (ematch := 10) (gen := 12)"


def simp_all(goal: Goal, target: Shape) -> Iterator[str]:
    if any(True for _ in propositions(goal)):
        yield "simp_all"
        yield "simp_all <;> omega"
        yield "simp_all <;> grind"


def simp(goal: Goal, target: Shape) -> Iterator[str]:
    yield "simp"


def decide(goal: Goal, target: Shape) -> Iterator[str]:
    if target.head not in ("other", "exists") and domain(goal) not in ("real", "complex"):
        yield "decide"
        yield "decide +revert"
        if "^" in goal.target:
            yield "set_option exponentiation.threshold 3000 in decide"


def rfl(goal: Goal, target: Shape) -> Iterator[str]:
    if target.head in ("eq", "iff"):
        yield "rfl"


def norm_num(goal: Goal, target: Shape) -> Iterator[str]:
    if NUMERAL.search(goal.text):
        yield "norm_num"
        if goal.hypotheses:
            yield "norm_num at *"
            yield "norm_num at * <;> grind"


def assumption(goal: Goal, target: Shape) -> Iterator[str]:
    if any(hypothesis.type == goal.target for hypothesis in goal.hypotheses):
        yield "assumption"


def search_library(goal: Goal, target: Shape) -> Iterator[str]:
    yield "exact?"

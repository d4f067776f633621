"""Templates against goals of the kind that each is for, on real Lean: one of its actions closes the goal."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from prover.lean.context import context
from prover.lean.embedded.install import Installation
from prover.lean.embedded.session import EmbeddedSession
from prover.lean.session import Limits
from prover.policies.templates.goal_features import shape
from prover.policies.templates.templates import TEMPLATES
from prover.types import Problem
from search.types import Advanced, Solved

POINT = "structure Point where\n  x : ℕ\n  y : ℕ"


@pytest.fixture(scope="module")
def session(lean: Installation) -> Iterator[EmbeddedSession]:
    opened = EmbeddedSession(lean, context("core"), Limits(heartbeats=6_000, wall_seconds=60))
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("template", "statement", "header"),
    [
        ("structures", "theorem t (p : ℕ × ℕ) (h : p.1 = p.2) : p = (p.2, p.1) := by", ""),
        ("structures", "theorem t (p : Point) (h : p.x = 1) : p = ⟨1, p.y⟩ := by", POINT),
        ("structures", "theorem t (s : {n : ℕ // n < 3}) : s.val < 4 := by", ""),
        ("at_terms", "theorem t (f : ℕ → ℕ) (h : ∀ n : ℕ, f n = n + 1) : f 3 = 4 := by", ""),
        (
            "at_terms",
            "theorem t (foo : ℕ → ℕ) (bar : ∀ n, foo n ≤ foo (n + 1)) (m : ℕ) : foo m ≤ foo (m + 1) := by",
            "",
        ),
        ("at_terms", "theorem t (α : Type) (P : α → Prop) (h : ∀ x, P x) (a : α) : P a := by", ""),
        ("witness", "theorem t : ∃ x : ℚ, 2 * x + 1 = 4 := by", ""),
        ("witness", "theorem t (c : ℚ) : ∃ x : ℚ, (x - c) / 3 = 5 := by", ""),
        ("witness", "theorem t (c : ℝ) : ∃ x : ℝ, c - 2 * x = 7 := by", ""),
        ("bounds", "theorem t (a b : ℝ) (h₁ : 3 ≤ a) (h₂ : 4 ≤ b) : 12 ≤ a * b := by", ""),
        ("bounds", "theorem t (a b : ℕ) (h₁ : 3 ≤ a) (h₂ : 4 ≤ b) : 12 ≤ a * b := by", ""),
        ("bounds", "theorem t (x y : ℤ) (h₁ : 2 ≤ x) (h₂ : x ≤ 5) (h₃ : 7 ≤ y) : 14 ≤ x * y := by", ""),
        ("bounds", "theorem t (x y : ℚ) (h₁ : x > 2) (h₂ : y > 5) : x * y > 10 := by", ""),
        ("even_powers", "theorem t (x y : ℝ) : 0 ≤ x ^ 4 + (x + y) ^ 6 := by", ""),
        ("even_powers", "theorem t (n : ℤ) : 0 < n ^ 8 + 1 := by", ""),
        ("hinted", "theorem t (a b c : ℝ) : a * b + b * c + c * a ≤ a ^ 2 + b ^ 2 + c ^ 2 := by", ""),
        ("hinted", "theorem t (a b : ℝ) (h : 0 < a) (k : 0 < b) : a * b * (a + b) ≤ a ^ 3 + b ^ 3 := by", ""),
    ],
)
def test_a_template_does_what_it_is_for(session: EmbeddedSession, template: str, statement: str, header: str) -> None:
    root = session.start(Problem(name="t", statement=statement, header=header))
    (goal,) = root.goals
    actions = list(TEMPLATES[template](goal, shape(goal.target)))
    assert actions
    for action in actions:
        step = session.step(root, action)
        if isinstance(step, Advanced) and template == "witness":
            step = session.step(step.state, "grind")
        if isinstance(step, Solved):
            return
    pytest.fail(f"none of {actions} proves {statement}")


@pytest.mark.parametrize(
    ("template", "statement"),
    [
        ("structures", "theorem t (n : ℕ) (f : ℕ → ℕ) (p : Prop) (hp : p) : f n = f n := by"),
        ("bounds", "theorem t (a b : ℕ) (h₁ : 3 ≤ a) (h₂ : 4 ≤ b) : 7 ≤ a + b := by"),
        ("even_powers", "theorem t (x : ℝ) : 0 ≤ x ^ 3 := by"),
        ("hinted", "theorem t (m n : ℕ) : m * n = n * m := by"),
        ("at_terms", "theorem t (f : ℕ → ℕ) : f 3 = f 3 := by"),
    ],
)
def test_a_template_is_silent_where_it_cannot_help(session: EmbeddedSession, template: str, statement: str) -> None:
    (goal,) = session.start(Problem(name="t", statement=statement)).goals
    assert list(TEMPLATES[template](goal, shape(goal.target))) == []

"""The automation policy: distinct, ordered, normalised proposals that fit the goal."""

from __future__ import annotations

import math

import pytest

from prover.lean.goals import parse_goal
from prover.policy.automation import AutomationPolicy
from prover.policy.reading import shape
from prover.types import ProofState

GOALS = {
    "conjunction": "p q : Prop\nhp : p\nhq : q\n⊢ p ∧ q",
    "universal": "⊢ ∀ (n : ℕ), n + 0 = n",
    "inequality": "a b : ℝ\nh : 0 < a\nh₁ : 0 < b\n⊢ 2 * a * b ≤ a ^ 2 + b ^ 2",
    "existential": "n : ℕ\n⊢ ∃ m, m = n + 2",
    "disjunction": "h : a = 1 ∨ a = 2\na : ℕ\n⊢ a < 3",
    "function": "f : ℕ → ℕ\nh : ∀ (x : ℕ), f x = 2 * x\n⊢ f 3 = 6",
    "bounded": "n : ℕ\nh : n < 4\n⊢ n ^ 2 < 16",
}


def proposals(text: str, k: int = 64) -> list[str]:
    state = ProofState("p", (parse_goal(text),), ())
    return [suggestion.action for suggestion in AutomationPolicy().suggest([state], k)[0].suggestions]


@pytest.mark.parametrize("text", GOALS.values(), ids=GOALS.keys())
def test_proposals_are_distinct_ordered_and_normalised(text: str) -> None:
    state = ProofState("p", (parse_goal(text),), ())
    suggestions = AutomationPolicy().suggest([state], 1000)[0].suggestions
    assert len({suggestion.action for suggestion in suggestions}) == len(suggestions) > 3
    chances = [suggestion.log_prob for suggestion in suggestions]
    assert chances == sorted(chances, reverse=True)
    assert math.isclose(sum(math.exp(chance) for chance in chances), 1.0)
    assert AutomationPolicy().suggest([state], 5)[0].suggestions == suggestions[:5]


@pytest.mark.parametrize(
    ("goal", "wanted"),
    [
        ("conjunction", "constructor"),
        ("universal", "intro n"),
        ("existential", "refine ⟨n, ?_⟩"),
        ("disjunction", "rcases h with h | h"),
        ("function", "simp [h]"),
    ],
)
def test_the_fitting_tactic_is_proposed(goal: str, wanted: str) -> None:
    assert wanted in proposals(GOALS[goal])


@pytest.mark.parametrize(
    ("goal", "unwanted"), [("conjunction", "left"), ("function", "constructor"), ("inequality", "decide")]
)
def test_what_cannot_apply_is_not_proposed(goal: str, unwanted: str) -> None:
    assert unwanted not in proposals(GOALS[goal])


@pytest.mark.parametrize(
    ("target", "head"),
    [
        ("p ∧ q → r", "implies"), ("(a = b) ↔ c", "iff"), ("∀ x, p x ∧ q", "forall"), ("a + b ≤ c", "le"),
        ("¬p ∧ q", "and"), ("¬(p ∧ q)", "not"), ("∃ x, x = 1", "exists"), ("((a ∣ b))", "dvd"), ("f (a = b)", "other"),
        ("a = b ∨ ∃ c, c = d ∧ e", "or"), ("False", "false"),
    ],
)  # fmt: skip
def test_the_outermost_connective(target: str, head: str) -> None:
    assert shape(target).head == head

"""The automation policy: distinct, ordered, normalised proposals that fit the goal."""

from __future__ import annotations

import math

import pytest

from prover.lean.goals import parse_goal
from prover.policies.goal_context import GoalContext
from prover.policies.templates.automation import AutomationPolicy
from prover.policies.templates.goal_features import shape, unexplained
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


@pytest.mark.parametrize(
    ("equation", "wanted"),
    [
        ("a + b = 2", ["have he : a = 2 - b := by grind\nsubst he", "have he : b = 2 - a := by grind\nsubst he"]),
        ("2 * a - b = 4 * (b + 1) - a", []),
        ("2 = a - 3 * b", ["have he : a = 2 + 3 * b := by grind\nsubst he"]),
        ("a * a + b = a", ["have he : b = a - a * a := by grind\nsubst he"]),
    ],
)
def test_a_variable_that_an_equation_determines_is_eliminated(equation: str, wanted: list[str]) -> None:
    found = [
        proposal
        for proposal in proposals(f"a b : ℝ\nh : {equation}\n⊢ a * b ≤ 1", 200)
        if proposal.startswith("have he")
    ]
    assert found == wanted


@pytest.mark.parametrize(
    ("target", "names"),
    [
        ("double n = 2 * n", ["double"]),
        ("∀ (value : ℕ), twice value = half.succ + value", ["twice"]),
        ("if n = 0 then n ≤ Nat.succ n else |n| = abs n", []),
    ],
)
def test_definitions_of_a_file_are_unfolded(target: str, names: list[str]) -> None:
    assert unexplained(parse_goal(f"n : ℕ\n⊢ {target}")) == names
    assert all(f"unfold {name}\nomega" in proposals(f"n : ℕ\n⊢ {target}", 200) for name in names)


class TestWithLemmas:
    GOAL = parse_goal("α : Type\nxs : Array α\np : α → Bool\n⊢ Array.countP p xs ≤ xs.size")
    NAMES = ("List.countP_le_length", "Array.size_filter_le")

    def proposed(self, scope: GoalContext) -> list[str]:
        return [
            suggestion.action for suggestion in AutomationPolicy(premises=2).propose(self.GOAL, 300, scope).suggestions
        ]

    def test_are_arguments(self) -> None:
        found = self.proposed(GoalContext(premises=self.NAMES))
        assert len(found) == len(set(found))
        assert {
            "simp [List.countP_le_length, Array.size_filter_le]",
            "rw [← List.countP_le_length]",
            "rcases xs with ⟨xs⟩\nsimp [List.countP_le_length, Array.size_filter_le]",
        } <= set(found)

    def test_are_not_needed(self) -> None:
        assert not [entry for entry in self.proposed(GoalContext()) if "countP_le_length" in entry]

    def test_without_what_the_context_lacks(self) -> None:
        scope = GoalContext(frozenset({"grind", "omega"}), self.NAMES)
        found = self.proposed(scope)
        assert found and not [tactic for tactic in found if "grind" in tactic or "omega" in tactic]
        assert len(found) < len(self.proposed(GoalContext(premises=self.NAMES)))

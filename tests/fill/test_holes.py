"""Where holes are in a text, what they stand on, and how a proof is written in their place."""

from __future__ import annotations

import pytest

from prover.errors import StatementError
from prover.fill.goal import apart
from prover.fill.holes import incomplete
from prover.fill.place import Form, likely, placed

FILE = """import Mathlib
open Nat
/-- not this sorry -/
def twice (n : ℕ) : ℕ := n + n -- nor this sorry

@[simp] lemma le_twice (n : ℕ) : n ≤ twice n := by
  unfold twice; omega

theorem gap : twice 1 = 2 := by sorry

open Int in
theorem pair (p q : Prop) (hp : p) (hq : q) : p ∧ q := by
  constructor
  · sorry
  · exact (sorry)

example : 1 + 1 = 2 := rfl
example : "sorry" = "sorry" ∧ 1 + 1 = 2 := sorry
"""


def test_holes_and_what_they_stand_on() -> None:
    gap, pair, example = incomplete(FILE)
    assert (gap.name, gap.whole(FILE), len(gap.holes)) == ("gap", True, 1)
    assert gap.header.split("\n")[:3] == ["import Mathlib", "open Nat", "def twice (n : ℕ) : ℕ := n + n"]
    assert "@[simp] theorem le_twice (n : ℕ) : n ≤ twice n := by\n  unfold twice; omega" in gap.header
    assert pair.statement == "theorem pair (p q : Prop) (hp : p) (hq : q) : p ∧ q := by"
    assert pair.header == f"{gap.header}\nopen Int", "nothing is built upon a theorem that has no proof"
    assert (pair.whole(FILE), [likely(FILE, hole) for hole in pair.holes]) == (False, [Form.tactic, Form.term])
    assert example.statement == 'theorem example_2 : "sorry" = "sorry" ∧ 1 + 1 = 2 := by'
    assert (example.whole(FILE), example.by, example.header) == (True, False, gap.header)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("theorem t : sorry = 1 := by simp", "in the statement"),
        ("def f : ℕ := sorry", "theorems, lemmas and examples"),
        ("theorem t : ∀ n : ℕ, n = n\n| 0 => sorry\n| _ => rfl", "theorems, lemmas and examples"),
    ],
)
def test_what_cannot_be_filled_says_why(text: str, says: str) -> None:
    (stated,) = incomplete(text)
    assert says in stated.trouble


@pytest.mark.parametrize(
    ("text", "one", "several"),
    [
        ("t := by sorry", "t := by a", "t := by \n  a\n  · b"),
        ("t := sorry", "t := by a", "t := by\n  a\n  · b"),
        ("  skip\n  sorry\n", "  skip\n  a\n", "  skip\n  a\n  · b\n"),
        ("  · sorry", "  · a", "  · a\n    · b"),
        ("  · have h : p := by sorry", "  · have h : p := by a", "  · have h : p := by \n      a\n      · b"),
        ("  x <;> sorry", "  x <;> (a)", "  x <;> (\n    a\n    · b)"),
        ("  exact ⟨sorry, h⟩", "  exact ⟨by a, h⟩", "  exact ⟨by\n    a\n    · b, h⟩"),
        ("  exact f sorry h", "  exact f (by a) h", "  exact f (by\n    a\n    · b) h"),
    ],
)
def test_a_proof_is_laid_out_like_its_surroundings(text: str, one: str, several: str) -> None:
    (hole,) = incomplete(f"theorem x : y := by\n{text}")[0].holes
    shifted = type(hole)(hole.start - 20, hole.end - 20)
    form = likely(text, shifted)
    assert placed(text, shifted, form, "a", alone=True) == one
    assert placed(text, shifted, form, "a\n· b", alone=True) == several


def test_a_goal_among_others_is_taken_alone() -> None:
    text = "  skip\n  sorry"
    (hole,) = incomplete(f"theorem x : y := by\n{text}")[0].holes
    shifted = type(hole)(hole.start - 20, hole.end - 20)
    assert placed(text, shifted, Form.tactic, "a\nb", alone=False) == "  skip\n  · a\n    b"


def test_a_goal_is_stated_as_a_theorem() -> None:
    own = apart("case inl\ninst✝ : Reals\nx y : ℝ\nh✝ : x < y\nh : x ≤ y → x✝ = y\n⊢ x ≠ y", "hole")
    assert own.statement == "theorem hole (x y : ℝ) (h_1 : x < y) (h : x ≤ y → x_1 = y) : x ≠ y := by"
    assert own.naming("exact h_1.ne") == ["rename_i inst_1 h_1"]
    assert own.naming("exact h_12") == []


@pytest.mark.parametrize(("goal", "says"), [("x : ℕ := 3\n⊢ x = 3", "local definition"), ("⊢ ?w = 3", "still open")])
def test_goals_that_are_no_theorem_by_themselves(goal: str, says: str) -> None:
    with pytest.raises(StatementError, match=says):
        apart(goal, "hole")

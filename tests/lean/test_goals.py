"""Goals taken apart, from text as Lean prints it."""

from __future__ import annotations

from prover.lean.goals import parse_goal


def test_case_hypotheses_and_target() -> None:
    goal = parse_goal("case left\np q : Prop\nhp : p\n⊢ p ∧\n    q")
    assert goal.case == "left"
    assert [(h.names, h.type) for h in goal.hypotheses] == [(("p", "q"), "Prop"), (("hp",), "p")]
    assert goal.target == "p ∧ q"


def test_a_turnstile_inside_a_hypothesis_is_no_target() -> None:
    goal = parse_goal("h : ∀ x,\n  ⊢ x\ny : ℕ\n⊢ True")
    assert goal.target == "True"
    assert goal.hypotheses[0].type == "∀ x, ⊢ x"


def test_values_of_lets_and_terms_that_bind() -> None:
    goal = parse_goal("x : ℕ := 3\nh : let y := 2; y = 2\n⊢ x = 3")
    assert (goal.hypotheses[0].type, goal.hypotheses[0].value) == ("ℕ", "3")
    assert goal.hypotheses[1].value is None


def test_names_between_quotation_marks_and_inaccessible_ones() -> None:
    goal = parse_goal("«a b» c✝ : ℕ\ninst✝ : Reals\n⊢ True")
    assert goal.hypotheses[0].names == ("«a b»", "c✝")
    assert goal.hypotheses[1].names == ("inst✝",)


def test_equality_is_text_and_digest() -> None:
    assert parse_goal("⊢ True", 1) == parse_goal("⊢ True", 1)
    assert parse_goal("⊢ True", 1) != parse_goal("⊢ True", 2)

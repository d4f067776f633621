"""Finders for floors, casts, values of functions and squares that are zero: what each proposes, and what it leaves."""

from __future__ import annotations

import pytest

pytest.importorskip("flint", reason="needs python-flint: pip install -e '.[certificates]'")
pytest.importorskip("scipy", reason="needs scipy: pip install -e '.[certificates]'")

from prover.policies.certificates.finders import certificates
from prover.types import Goal
from tests.policies.certificates.stated import goal

REALS = ("inst : Reals",)


def found(stated: Goal, finder: str) -> list[str]:
    """Return what one finder proposes at the lowest effort at which it proposes anything."""
    proposed = (certificates(stated, effort, (finder,)) for effort in range(2))
    return next(([certificate.tactic for certificate in some] for some in proposed if some), [])


def test_what_is_assumed_of_whole_numbers_is_known_of_their_casts() -> None:
    stated = goal("1 / ↑m < 1 / ↑n", *REALS, "m n : ℕ", "h : n < m", "hn : n ≠ 0")
    text = found(stated, "inequality")[0]
    assert "1 ≤ (n : ℝ) := by exact_mod_cast (by omega : 1 ≤ n)" in text
    assert "(n : ℝ) + 1 ≤ (m : ℝ) := by exact_mod_cast (by omega : n + 1 ≤ m)" in text


def test_casts_of_integers_are_told_where_there_are_integers() -> None:
    assert "2 ≤ (k : ℝ)" in found(goal("1 / ↑k ≤ 1 / 2", *REALS, "k : ℤ", "h : 1 < k"), "inequality")[0]


def test_nothing_is_said_of_casts_that_the_goal_does_not_have() -> None:
    assert "exact_mod_cast" not in found(goal("x + 1 > x", *REALS, "x : ℝ", "n : ℕ", "h : 2 ≤ n"), "inequality")[0]


def test_an_equation_between_casts_is_one_of_whole_numbers() -> None:
    stated = goal("n = 2 ∨ n = 3", *REALS, "n : ℕ", "h : ↑n ^ 2 - 5 * ↑n + 6 = 0")
    assert found(stated, "cast_up")[0].endswith("exact_mod_cast hr")


@pytest.mark.parametrize(
    ("target", "known"),
    [
        ("⌊x⌋ + ⌊y⌋ ≤ ⌊x + y⌋", ("x y : ℝ",)),
        ("⌈x⌉ ≤ ⌊x⌋ + 1", ("x : ℝ",)),
        ("⌊-x⌋ = -⌈x⌉", ("x : ℝ",)),
        ("x = 9 / 4", ("x : ℝ", "h : x + ↑⌊x⌋ = 17 / 4")),
        ("x < 3", ("x : ℝ", "h : ⌊x⌋ < 3")),
        ("x + 2022 ≠ ↑⌊x⌋ * (x - ↑⌊x⌋)", ("x : ℝ", "h : 0 < x")),
    ],
)
def test_floors_become_whole_numbers(target: str, known: tuple[str, ...]) -> None:
    assert "generalize ⌊" in found(goal(target, *REALS, *known), "floors")[0].replace("⌈", "⌊")


@pytest.mark.parametrize(
    ("target", "known"),
    [
        ("⌊x⌋ + ⌊y⌋ = ⌊x + y⌋", ("x y : ℝ",)),
        ("x = 9 / 4", ("x : ℝ", "h : x + ↑⌊x⌋ = 19 / 4")),
        ("x ≤ 2", ("x : ℝ", "h : ⌊x⌋ < 3")),
    ],
)
def test_floors_that_say_less(target: str, known: tuple[str, ...]) -> None:
    assert not found(goal(target, *REALS, *known), "floors")


def test_squares_that_add_up_to_nothing_are_nothing() -> None:
    stated = goal("b = 2", *REALS, "a b : ℝ", "h : a ^ 2 + b ^ 2 - 2 * a - 4 * b + 5 = 0")
    assert "b - 2) * (b - 2) = 0" in found(stated, "definite")[0]


@pytest.mark.parametrize(
    "equation", ["a ^ 2 + b ^ 2 - 2 * a - 4 * b + 4 = 0", "a ^ 2 - b ^ 2 = 0", "a ^ 4 + b ^ 2 = 0"]
)
def test_other_equations_are_no_sums_of_squares(equation: str) -> None:
    assert not found(goal("b = 2", *REALS, "a b : ℝ", f"h : {equation}"), "definite")


def test_a_fraction_as_exponent_may_be_a_natural_number() -> None:
    stated = goal("a + 3 ≥ 3 * (55 + a) ^ (1 / 3)", *REALS, "a : ℝ", "h : 0 < a")
    assert "((55 + a) : ℝ) ^ (1 / 3) = 1 := by norm_num" in found(stated, "natural_exponents")[0]


def test_a_quadratic_equation_has_a_solution() -> None:
    stated = goal("∃ x, a * x ^ 2 + b * x + c = 0", *REALS, "a b c : ℝ", "ha : a ≠ 0", "h : 0 ≤ b ^ 2 - 4 * a * c")
    assert "Real.sq_sqrt" in found(stated, "quadratic_witness")[0]
    unknown = goal("∃ x, a * x ^ 2 + b * x + c = 0", *REALS, "a b c : ℝ", "ha : a ≠ 0")
    assert not found(unknown, "quadratic_witness")


def test_numbers_with_a_sum_and_a_product() -> None:
    stated = goal("∃ x y, x + y = s ∧ x * y = p", *REALS, "s p : ℝ", "h : 4 * p ≤ s ^ 2")
    assert "refine ⟨" in found(stated, "quadratic_witness")[0]


def test_values_lie_where_all_values_lie() -> None:
    stated = goal("f x = 5", *REALS, "f : ℝ → ℝ", "h : Set.range f = {5}", "x : ℝ")
    assert "have hm : f x ∈ (Set.range f) := ⟨x, rfl⟩" in found(stated, "image_values")[0]
    elsewhere = goal("f x = 5", *REALS, "f : ℝ → ℝ", "A : Set ℝ", "h : f '' A = {5}", "x : ℝ")
    assert not found(elsewhere, "image_values")


@pytest.mark.parametrize(
    "target",
    [
        "(Set.range fun x => x ^ 2 + 3) = Set.Ici 3",
        "(Set.range fun x : ℝ => 2 * x + 1) = Set.univ",
        "(fun x : ℝ => x ^ 2) '' Set.Icc (-1) 2 = Set.Icc 0 4",
    ],
)
def test_ranges_and_images_by_membership(target: str) -> None:
    assert found(goal(target, *REALS), "memberships")


def test_an_image_that_is_smaller() -> None:
    assert not found(goal("(fun x : ℝ => x ^ 2) '' Set.Icc (-1) 2 = Set.Icc 0 5", *REALS), "memberships")


def test_sums_of_fractions_are_computed() -> None:
    text = found(goal("∑ i ∈ Finset.Icc 1 10, 1 / ↑i < 2.93", *REALS), "closed_values")[0]
    assert text.startswith(
        "have h : (∑ i ∈ (Finset.Icc 1 10 : Finset ℕ), 1 / (i : ℚ) : ℚ) < ((293 / 100) : ℚ) := by decide"
    )
    assert not found(goal("∑ i ∈ Finset.Icc 1 10, 1 / ↑i < 2.92", *REALS), "closed_values")


def test_numbers_in_a_cycle_are_equal() -> None:
    known = ("a b c : ℝ", "h : a ≥ b ∧ b ≥ c ∧ c ≥ a")
    text = found(goal("c * (c - a) - a * b * (a - b) ^ 2 / (a + b) ≥ 0", *REALS, *known), "cycle")[0]
    assert text.count("subst") == 2
    assert not found(goal("a = b", *REALS, "a b c : ℝ", "h : a ≥ b ∧ b ≥ c"), "cycle")


def test_norms_of_real_numbers_are_absolute_values() -> None:
    assert found(goal("Norm.norm (x + y) ≤ Norm.norm x + Norm.norm y", *REALS, "x y : ℝ"), "real_norm")
    assert not found(goal("Norm.norm z ≥ 0", *REALS, "z : ℂ"), "real_norm")


def test_a_factor_with_several_terms_of_its_degree() -> None:
    stated = goal("x = y", *REALS, "x y : ℝ", "h₀ : x ^ 3 + 1 = 2 * y", "h₁ : y ^ 3 + 1 = 2 * x")
    assert "x ^ 2) + (x * y)) + (y ^ 2)) + 2" in found(stated, "equation")[0]


def test_an_equation_of_functions_where_a_variable_is_zero() -> None:
    stated = goal("f (-3) + f 6 = 4", *REALS, "f : ℝ → ℝ", "hf : ∀ (m n : ℝ), f (m * n) = f (m - n)", "h : f 4 = 2")
    assert "have hi := hf (-3) 0" in found(stated, "instance")[0]

"""Finders that count something out: sets by their members, sequences by their period, remainders by their residues."""

from __future__ import annotations

import pytest

pytest.importorskip("flint", reason="needs python-flint: pip install -e '.[certificates]'")
pytest.importorskip("scipy", reason="needs scipy: pip install -e '.[certificates]'")

from prover.policies.certificates.finders import certificates
from prover.policies.certificates.reading.evaluation import evaluate
from prover.policies.certificates.reading.grammar import parse
from tests.policies.certificates.stated import goal

FIBONACCI = ("t : ℕ → ℕ", "h0 : t 0 = 0", "h1 : t 1 = 1", "h : ∀ (n : ℕ), t (n + 2) = t n + t (n + 1)")


def found(finder: str, target: str, *hypotheses: str) -> list[str]:
    """Return what one finder proposes at the lowest effort."""
    return [found.tactic for found in certificates(goal(target, *hypotheses), 0) if found.finder == finder]


def test_the_least_number_with_a_property_is_counted_out() -> None:
    known = ("S : Set ℕ", "u : ℕ", "h : ∀ (n : ℕ), n ∈ S ↔ 0 < n ∧ 7 * n % 10 = 3", "hu : IsLeast S u")
    (text,) = found("enumerated", "u = 9", *known)
    assert "have hu1 : u = 9" in text and "∀ n < 9, ¬(0 < n ∧ 7 * n % 10 = 3)" in text and "subst hu1" in text


def test_a_finite_set_is_a_part_of_the_range_that_its_property_allows() -> None:
    (text,) = found("enumerated", "S.card = 3", "S : Finset ℕ", "h : ∀ (n : ℕ), n ∈ S ↔ n < 10 ∧ n % 4 = 1")
    assert "Finset.filter (fun n : ℕ => n < 10 ∧ n % 4 = 1) (Finset.range 10)" in text


@pytest.mark.parametrize("claim", ["0 < n", "n % 4 = 1", "n < m"])
def test_a_set_without_a_bound_is_not_counted(claim: str) -> None:
    assert not found("enumerated", "S.card = 3", "m : ℕ", "S : Finset ℕ", f"h : ∀ (n : ℕ), n ∈ S ↔ {claim}")


def test_values_far_away_follow_from_the_period() -> None:
    (text,) = found("periodic", "t 1000 % 3 = 0", *FIBONACCI)
    assert "t (8 * k) % 3 = 0 ∧ t (8 * k + 1) % 3 = 1" in text and "v0 : t (1000) % 3 = 0" in text


def test_an_index_with_a_known_remainder_is_one_of_the_period() -> None:
    (text,) = found("periodic", "t a % 3 = 2", *FIBONACCI, "a : ℕ", "ha : a % 16 = 3")
    assert "a = 8 * (2 * (a / 16)) + 3" in text


@pytest.mark.parametrize(
    ("rule", "target"),
    [
        ("∀ (n : ℕ), t (n + 2) = t n + t (n + 1)", "t 1000 = 7"),  # grows
        ("∀ (n : ℕ), t (n + 2) = t n + n", "t 1000 % 3 = 1"),  # depends on the index
        ("∀ n ≥ 5, t (n + 2) = t n + t (n + 1)", "t 1000 % 3 = 1"),  # begins where nothing is known
        ("∀ (n : ℕ), t (n + 2) = t (2 * n)", "t 1000 % 3 = 1"),
        ("∀ (n : ℕ), t (n + 2) = 3 * t (n + 1) - t n", "t 1000 % 3 = 0"),  # natural subtraction has no remainders
    ],
)
def test_no_period_where_there_is_none(rule: str, target: str) -> None:
    assert not found("periodic", target, "t : ℕ → ℕ", "h0 : t 0 = 0", "h1 : t 1 = 1", f"h : {rule}")


def test_a_common_divisor_divides_what_is_left_of_both() -> None:
    (text,) = found("common", "(n + 7).gcd (2 * n + 1) ≤ 13", "n : ℕ")
    assert "∣ 13" in text
    assert not found("common", "(n + 7).gcd (2 * n + 1) ≤ 12", "n : ℕ")


def test_remainders_are_computed_with_and_not_guessed() -> None:
    known = ("x : ℤ", "y : ℤ", "h : x % 5 = 2", "k : y % 5 = 3")
    assert found("remainders", "(x * y + 1) % 5 = 2", *known) == [
        "simp [pow_succ, Int.add_emod, Int.sub_emod, Int.mul_emod, h, k]"
    ]
    assert not found("remainders", "(x * y + 1) % 5 = 3", *known)
    assert not found("remainders", "(x * y + 1) % 7 = 2", *known)


def test_exponents_are_bounded_by_what_the_power_divides() -> None:
    (text,) = found("bounded", "x + y = 5", "x y : ℕ", "h : 2 ^ x * 5 ^ y = 200")
    assert "∀ x : ℕ, x < 8 → ∀ y : ℕ, y < 4" in text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("∑ k ∈ Finset.range 11, k", 55), ("∑ k ∈ Finset.Icc 3 5, k ^ 2", 50), ("∏ k ∈ Finset.Ioc 1 4, k", 24),
        ("∑ k ∈ Finset.Ioo 1 4, k", 5), ("∑ k ∈ Finset.range 0, k", 0),
    ],
)  # fmt: skip
def test_sums_have_the_values_that_lean_gives_them(text: str, value: int) -> None:
    assert evaluate(parse(text), {}, "ℕ") == value


def test_the_next_power_does_not_divide() -> None:
    (text,) = found("extremum", "IsGreatest {n | 6 ^ n ∣ 50!} 22")
    assert "show 6 ^ 22 ∣ 50!" in text and "23 ≤ n" in text


FUNCTIONS = ("f : ℤ → ℤ", "g : ℤ → ℤ", "h : ∀ (x : ℤ), f x = x ^ 2 - 3", "k : ∀ (x : ℤ), g x = 2 * x + 1")


def test_functions_that_are_written_out_are_computed() -> None:
    assert found("computed", "f (g (f 2)) = 6", *FUNCTIONS) == [
        "simp only [h, k]\nfirst | decide +kernel | rfl | norm_num"
    ]
    assert not found("computed", "f (g (f 2)) = 7", *FUNCTIONS)
    assert not found("computed", "f (g y) = 6", "y : ℤ", *FUNCTIONS)


def test_a_function_in_terms_of_itself_is_not_unfolded() -> None:
    assert not found("computed", "f 3 = 3", "f : ℕ → ℕ", "h : ∀ (n : ℕ), f n = f (n - 1) + 1")

"""Counterexamples outside Lean: what is read, what is found, and what is never found."""

from __future__ import annotations

import itertools

import pytest

from prover.lean.goals import parse_goal
from prover.refute.kinds import Kind
from prover.refute.meaning import Scope, meaning
from prover.refute.negation import closed, negation
from prover.refute.search import counterexamples
from prover.refute.slots import claim
from prover.refute.syntax import Unread, read_term
from prover.types import Problem


def found(goal: str, evaluations: int = 60_000) -> list[str]:
    asked = claim(parse_goal(goal), Kind("Bool"))
    return [one.text for one in itertools.islice(counterexamples(asked, evaluations), 30)]


@pytest.mark.parametrize(
    ("goal", "expected"),
    [
        ("n : ℕ\n⊢ n ^ 3 ≥ 2 * n ^ 2", "n = 1"),
        ("x : ℚ\nh : 0 < x\n⊢ x ≤ x ^ 2", "x = 1 / 2"),
        ("n : ℤ\nh : 0 < n\n⊢ n ^ 2 < 1000 * n", "n = 1000"),
        ("n : ℕ\n⊢ 2 ^ n ≤ 100 * n + 100", "n = 11"),
        ("x y : ℝ\nh : x + y = 2026\n⊢ x * y ≤ 1000", "x = 1, y = 2025"),
        ("f : ℤ → ℤ\nh : ∀ (x : ℤ), f (x + 2) = f x\n⊢ f 0 = f 1", "f = fun x : ℤ => x % 2"),
        ("⊢ ∀ (a b c : ℤ), a ∣ b * c → a ∣ b ∨ a ∣ c", "a = 4, b = 2, c = 2"),
        ("x : ℝ\nh : x ^ 2 = 2\n⊢ x = 7 / 5", "x = √2"),
        ("p q : Prop\nh : p → q\n⊢ q → p", "p = False, q = True"),
        ("a : ZMod 6\nh : a * a = a\n⊢ a = 0 ∨ a = 1", "a = 3"),
        ("s : Finset ℕ\nh : s.card = 2\nh₂ : 0 ∈ s\n⊢ 1 ∈ s", "s = {0, 2}"),
    ],
)
def test_finds(goal: str, expected: str) -> None:
    assert expected in found(goal)


@pytest.mark.parametrize(
    "goal",
    [
        "n : ℕ\n⊢ n ^ 2 % 8 = 0 ∨ n ^ 2 % 8 = 1 ∨ n ^ 2 % 8 = 4",
        "x : ℝ\nh : 0 ≤ x\n⊢ √(x ^ 2) = x",
        "x : ℝ\nh : 0 < x\n⊢ log x ≤ x - 1",
        "a b : ℕ\n⊢ a - b ≤ a",
        "x : ℚ\n⊢ x / 0 = 0",
        "n : ℤ\n⊢ n / 2 * 2 + n % 2 = n",
    ],
)
def test_finds_nothing_against_what_is_true(goal: str) -> None:
    assert found(goal) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2 - 3 = 0", True),
        ("7 / 2 = 3", True),
        ("-7 / 2 = (-4 : ℤ)", True),
        ("(7 / 2 : ℚ) = 3", False),
        ("|(-3 : ℤ)| = 3", True),
        ("∑ i ∈ Finset.range 4, i = 6", True),
        ("Nat.gcd 12 18 = 6 ∧ ¬ Nat.Prime 91", True),
        ("4 ! = 24 ∧ Nat.choose 5 2 = 10", True),
        ("⌊(7 / 2 : ℝ)⌋ = 3 ∧ ⌈(7 / 2 : ℝ)⌉ = 4", True),
        ("17 ≡ 3 [MOD 7]", True),
        ("√(9 / 4) = 3 / 2", True),
        ("2 ^ 3 ^ 2 = 512", True),
        ("(2 : ℝ) ^ (-1 : ℤ) = 1 / 2", True),
        ("3 ∈ ({1, 2, 3} : Finset ℕ) ∧ ({1, 2} : Finset ℕ) ⊆ {1, 2, 3}", True),
    ],
)
def test_computes_as_lean_does(text: str, value: bool) -> None:
    assert bool(meaning(read_term(text), Scope({}))({})) is value


def test_terms_deeper_than_python_reads_brackets_are_computed() -> None:
    assert meaning(read_term(" + ".join(["x"] * 220)), Scope({"x": Kind("ℕ")}))({"x": 2}) == 440


def test_the_terms_of_a_sum_count_as_work() -> None:
    goal = "n : ℕ\n⊢ ∑ k ∈ Finset.range 2000, k = n + 1999000 + 1"
    assert found(goal, evaluations=1000) == [], "one sum has more terms than that"
    assert found(goal, evaluations=60_000)[0] == "n = 0"


@pytest.mark.parametrize("text", ["a +", "(a", "∑ i", "#check 1", "a ⊗ b", "", "x" * 5000, "(" * 3000])
def test_says_what_it_does_not_read(text: str) -> None:
    with pytest.raises(Unread):
        read_term(text)


def test_negates_the_closed_statement() -> None:
    problem = Problem(
        name="t",
        statement="theorem t {a b : ℕ} (h : a = b)\n    (k : ∀ x, x = a) : a = 1 := by",
        header='open Finset\nvariable (c : ℕ) [DecidableEq ℕ]\nlocal notation "x" => 1',
    )
    negated = negation(problem)
    assert negated.statement == (
        "theorem t_refuted : ¬ (∀ (c : ℕ) [DecidableEq ℕ] {a b : ℕ} (h : a = b) (k : ∀ x, x = a), a = 1) := by"
    )
    assert "variable" not in negated.header and negated.header.startswith("open Finset")
    assert closed(Problem(name="s", statement="theorem s : 1 = 2 := by")).statement == "theorem s_closed : 1 = 2 := by"

"""Statements as people write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from prover.errors import InputError
from prover.problems.forms import completed_source, completed_statement, looks_like_a_proposition
from prover.problems.target import left_out, read_target

READ = [
    ("theorem t (a b : ℕ) : a + b = b + a := by", "theorem t (a b : ℕ) : a + b = b + a := by"),
    ("theorem t (a b : ℕ) : a + b = b + a", "theorem t (a b : ℕ) : a + b = b + a := by"),
    ("theorem t (a b : ℕ) : a + b = b + a :=", "theorem t (a b : ℕ) : a + b = b + a := by"),
    ("theorem t (a b : ℕ) : a + b = b + a := sorry", "theorem t (a b : ℕ) : a + b = b + a := by"),
    ("theorem t (a b : ℕ) : a + b = b + a := by\n  sorry", "theorem t (a b : ℕ) : a + b = b + a := by"),
    ("theorem t : 1 = 1 by", "theorem t : 1 = 1 := by"),
    ("lemma t : 1 = 1", "theorem t : 1 = 1 := by"),
    ("theorem : 1 = 1", "theorem statement : 1 = 1 := by"),
    ("theorem (a : ℕ) : a = a := by", "theorem statement (a : ℕ) : a = a := by"),
    ("example : 2 + 2 = 4", "theorem example_1 : 2 + 2 = 4 := by"),
    ("example (a : ℕ) : a = a := by sorry", "theorem example_1 (a : ℕ) : a = a := by"),
    ("2 + 2 = 4", "theorem statement : 2 + 2 = 4 := by"),
    ("∀ a b : ℕ, a + b = b + a", "theorem statement : ∀ a b : ℕ, a + b = b + a := by"),
    ("(a b : ℕ) (h : a = b) : b = a", "theorem statement (a b : ℕ) (h : a = b) : b = a := by"),
    ("(2 : ℤ) + 2 = 4", "theorem statement : (2 : ℤ) + 2 = 4 := by"),
    ("forall a b : Nat, a <= b -> a < b + 1", "theorem statement : forall a b : Nat, a <= b -> a < b + 1 := by"),
    ("theorem t (p q : Prop) : p /\\ q -> q \\/ p", "theorem t (p q : Prop) : p /\\ q -> q \\/ p := by"),
    ("```lean\ntheorem t : 1 = 1 := by\n  sorry\n```", "theorem t : 1 = 1 := by"),
    ("theorem t (a : nat) : a + 0 = a := begin sorry end", "theorem t (a : ℕ) : a + 0 = a := by"),
    (
        "theorem t (x : real) (h : 0 ≤ x) : real.sqrt x * real.sqrt x = x :=\nbegin\n  sorry\nend",
        "theorem t (x : ℝ) (h : 0 ≤ x) : Real.sqrt x * Real.sqrt x = x := by",
    ),
    (
        "theorem t (f : ℕ → ℕ) (h : f = λ x, x + 1) : f 0 = 1",
        "theorem t (f : ℕ → ℕ) (h : f = fun x => x + 1) : f 0 = 1 := by",
    ),
    ("theorem t : let a := 1; a = 1", "theorem t : let a := 1; a = 1 := by"),
]


@pytest.mark.parametrize(("typed", "expected"), READ, ids=[str(number) for number in range(len(READ))])
def test_reads(typed: str, expected: str) -> None:
    assert [problem.statement for problem in read_target(typed)] == [expected]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("theorem t (a b : ℕ : a = b := by", "`(` is never closed (line 1, column 11)"),
        ("theorem t (a : ℕ)) : a = a := by", "has a `)` too many (line 1, column 18)"),
        ("theorem t (a : ℕ] : a = a", "`]` (line 1, column 17) closes a `(`"),
        ("∀ a : ℕ, (a = a", "`(` is never closed"),
        ("theorem t (a : nat) : nat.frobnicate a = a", "`nat.frobnicate` is Lean 3"),
        ("theorem t", "states nothing"),
        ("", "empty"),
    ],
)
def test_says_what_is_wrong(typed: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        read_target(typed)
    assert said in str(caught.value) and "\n" not in str(caught.value)


def test_a_proof_is_left_alone() -> None:
    text = "theorem t : 1 = 1 := rfl\n\ntheorem s (h : 1 = 2) : 2 = 1 := by\n  omega\n"
    assert completed_source(text, "f").text == text


def test_a_file_goes_on_past_what_it_cannot_read() -> None:
    text = "open Nat\n\ntheorem a : 1 = 1 := by sorry\n\ntheorem b (x : ℕ : x = x := by sorry\n\ntheorem c : 2 = 2\n"
    done = completed_source(text, "f.lean")
    assert "theorem a" in done.text and "theorem c : 2 = 2 := by" in done.text and "theorem b" not in done.text
    assert done.faults == ("f.lean: theorem b: `(` is never closed (line 5, column 11); add its partner",)
    assert done.notes == ("theorem c lacks `:= by`, which was added",)


def test_comments_do_not_count() -> None:
    assert completed_statement("theorem t : 1 = 1 -- (").text == "theorem t : 1 = 1 := by"
    assert completed_statement("-- a lemma (of mine\ntheorem t : 1 = 1").text.endswith("theorem t : 1 = 1 := by")


def test_a_dataset_is_no_proposition() -> None:
    assert not looks_like_a_proposition("minif2f/valid") and not looks_like_a_proposition("file.lean")
    assert looks_like_a_proposition("a = b") and looks_like_a_proposition("Nat.Prime 7")


def test_prove_goes_past_what_it_cannot_read(tmp_path: Path) -> None:
    file = tmp_path / "some.lean"
    file.write_text("theorem a : 1 = 1\n\ntheorem b (x : ℕ : x = x := by sorry\n\ntheorem c : 2 = 2 := by sorry\n")
    assert [problem.name for problem in read_target(str(file))] == ["a", "c"]
    assert len(left_out(str(file))) == 1 and "line 3, column 11" in left_out(str(file))[0]

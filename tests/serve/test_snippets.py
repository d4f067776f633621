"""What a source text states by itself: theorems, examples, what stands above them."""

from __future__ import annotations

import pytest

from prover.serve.worker.snippets import Refusal, check, terms, theorems
from prover.types import Problem, Verdict

TEXT = """import Mathlib

open Nat
def twice (n : ℕ) : ℕ := 2 * n

/-- theorem not_this : False := by -/
lemma small : twice 1 = 2 := rfl

@[simp] theorem big (n : ℕ) : twice n = n + n := by
  unfold twice; omega

example : 1 + 1 = 2 := by rfl
"""


def test_every_theorem_is_a_statement_with_what_stands_above_it() -> None:
    small, big, example = theorems(TEXT, "core")
    assert " ".join(small.problem.statement.split()) == "theorem small : twice 1 = 2 := by"
    assert " ".join(big.problem.statement.split()) == "theorem big (n : ℕ) : twice n = n + n := by"
    assert example.problem.name.startswith("example_")
    for one in (small, big, example):
        assert "def twice" in one.problem.header and "theorem" not in one.problem.header.partition("/--")[0]


def test_what_leads_on_to_a_theorem_is_a_line_above_it() -> None:
    text = "set_option maxHeartbeats 1000000 in\n/-- Doc. -/\ntheorem t : 1 = 1 := by\n  rfl\n"
    (stated,) = theorems(text, "core")
    assert stated.problem.header.strip() == "set_option maxHeartbeats 1000000"
    assert stated.problem.statement == "theorem t : 1 = 1 := by"


@pytest.mark.parametrize(
    ("text", "said"),
    [("def a := 1", "states no theorem"), ("theorem t", "no `:=`"), ("", "states no")],
)
def test_a_text_that_could_not_be_judged_is_refused(text: str, said: str) -> None:
    with pytest.raises(Refusal, match=said):
        theorems(text, "core")


def test_a_theorem_by_equations_states_what_stands_before_them() -> None:
    (stated,) = theorems("theorem t : ∀ n : ℕ, 0 + n = n\n  | 0 => rfl\n  | n + 1 => by omega\n", "core")
    assert (stated.problem.name, stated.problem.statement) == ("t", "theorem t : ∀ n : ℕ, 0 + n = n := by")


def test_types_of_the_text_stand_in_the_statement_and_not_in_its_proof() -> None:
    text = (
        "structure P where\n  x : ℕ\n\ntheorem one (p : P) : p.x = p.x := by\n  rfl\n\ntheorem two : True := trivial\n"
    )
    one, two = theorems(text, "core")
    assert one.problem.header.strip() == "structure P where\n  x : ℕ"
    assert one.bare is not None and one.bare.strip() == "theorem one (p : P) : p.x = p.x := by\n  rfl"
    assert two.bare is not None and text.startswith("structure") and len(two.bare) == len(text)
    assert theorems("def f := 1\ntheorem t : f = 1 := rfl", "core")[0].bare is None


def test_no_theorem_is_private_so_that_each_can_be_judged_by_its_name() -> None:
    text = "private def f := 1\n@[simp] private theorem a : f = 1 := rfl\nprivate example : f = 1 := a\n"
    one, two = theorems(text, "core")
    assert (one.problem.statement, one.problem.header) == ("theorem a : f = 1 := by", "private def f := 1")
    assert (two.problem.name, two.problem.statement) == ("example_3", "theorem example_3 : f = 1 := by")


@pytest.mark.parametrize(
    ("above", "kept"),
    [
        ("universe u", True),
        ("open Nat\nvariable {α : Type} (n : ℕ)", True),
        ("variable {G : Type*} [Inhabited G]\nvariable (f : G → G)", True),
        ("variable [Inhabited Empty]", False),
        ("structure W\nvariable [Inhabited W]", False),
        ("class Cheat (α : Type) : Prop where f : False\nvariable {α : Type} [Cheat α]", False),
        ("variable {α : Type} [Fact (1 = 2)]", False),
        ("variable (h : False)\ninclude h", False),
        ('variable (n : ℕ)\nlocal notation "two" => 1', False),
        ("structure W where n : ℕ\ninstance : Add W := ⟨fun a b => ⟨a.n + b.n⟩⟩", True),
        ("mutual\ninductive A | a : B → A\ninductive B | b : A → B\nend", True),
        ("instance : OfNat ℕ 2 := ⟨1⟩", False),
        ("structure W\ninstance : OfNat ℕ 2 := ⟨1⟩", False),
        ("structure W\ninstance : (fun (_ : Type) => OfNat ℕ 2) W := ⟨1⟩", False),
        ("structure W\nabbrev C (_ : Type) := OfNat ℕ 2\ninstance : C W := ⟨1⟩", False),
        ('structure W\nnotation "Add" => C\ninstance : Add W := ⟨1⟩', False),
        ("structure W\n@[instance] def evil : OfNat ℕ 2 := ⟨1⟩", False),
    ],
)
def test_only_types_and_their_own_instances_leave_the_proof(above: str, kept: bool) -> None:
    (stated,) = theorems(f"{above}\n\ntheorem t : (1 : ℕ) = 2 := by\n  rfl\n", "core")
    assert (stated.bare is not None) is kept


class Never:
    """A verifier that must not be asked."""

    def verify(self, problem: Problem, proof: str, steps: int = 0) -> Verdict:
        raise AssertionError("asked")


def test_an_import_of_mathlib_says_what_it_would_take() -> None:
    found = check("import Init\nimport Mathlib.Data.Nat\ntheorem t : True := trivial", Never(), "core", False)  # type: ignore[arg-type]
    (message,) = found.messages
    assert (message.severity, message.pos.line) == ("error", 2)
    assert "--mathlib-is-core" in message.data


def test_only_checks() -> None:
    assert terms("import Mathlib\n#check Nat\n\n#check 1 + 1") == [(2, "Nat"), (4, "1 + 1")]
    assert terms("#check Nat\ntheorem t : True := trivial") is None
    assert terms("-- nothing") is None

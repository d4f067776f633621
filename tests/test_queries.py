"""Queries are replaced by their answers: what Lean prints is read, and what takes their place does the same."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from prover.cli import run
from prover.lean.embedded.install import Installation
from prover.lean.open import LeanEnv, open_lean
from prover.lean.session import Limits
from prover.queries import Unanswered, _candidates, answered, answers, asks
from prover.style import most_readable
from prover.types import Problem


def test_reads_what_lean_answers() -> None:
    said = (
        "Try this:\n  [apply] rw [h]\n  -- b + 0 = b ∧ b = b",
        "Try these:\n  [apply] simp [*]\n  [apply] grind only\n  [apply] simp [*]",
        "Try this:\n  [apply] grind => sorry",
        "Try this: exact foo",
        "found an applicable rewrite lemma, but the corresponding tactic failed:\n  rw [x]",
    )
    assert answers(said) == ("rw [h]", "simp [*]", "grind only", "exact foo")


@pytest.mark.parametrize(
    "tactic", ["exact?", "simp? [h] at k", "constructor <;> exact?", "intro x\nrw?", "(simp_all?)"]
)
def test_knows_a_query(tactic: str) -> None:
    assert asks(tactic)


@pytest.mark.parametrize(
    "tactic", ["exact l.head?", "refine ⟨?_, ?_⟩", "exact h -- exact?", "simp", "exact x?", "have := f?"]
)
def test_knows_what_is_none(tactic: str) -> None:
    assert not asks(tactic)


def test_a_query_takes_its_arguments_with_it() -> None:
    assert next(_candidates("(simp? [h] at k <;> rfl)", ("simp only [h] at k",))) == "(simp only [h] at k <;> rfl)"
    assert list(_candidates("constructor <;> exact?", ("exact a", "exact b")))[2] == (
        "constructor <;> (first | exact a | exact b)"
    )
    assert next(_candidates("simp?\nexact?", ("simp only", "exact\n    foo"))) == "simp only\nexact\n    foo"


@pytest.fixture(scope="module")
def opened(lean: Installation) -> Iterator[LeanEnv]:
    with open_lean("embedded", "core", Limits(heartbeats=6_000)) as found:
        yield found


BOTH = "theorem both (a b : ℕ) (h : a = b) : a + 0 = b ∧ b = a := by"


@pytest.mark.parametrize("tactic", ["simp? [h]", "constructor <;> exact?", "grind?", "rw [h]\nsimp?"])
def test_the_answer_does_the_same(tactic: str, opened: LeanEnv) -> None:
    problem = Problem(name="both", statement=BOTH)
    root = opened.pool.start(problem)
    found = answered(root, tactic, opened.pool)
    assert not asks(found) and type(opened.pool.step(root, found)) is type(opened.pool.step(root, tactic))


def test_a_query_without_an_answer_is_no_proof(opened: LeanEnv) -> None:
    root = opened.pool.start(Problem(name="any", statement="theorem any (p : Prop) : p := by"))
    with pytest.raises(Unanswered, match=r"exact\?"):
        answered(root, "exact?", opened.pool)


def test_no_stored_proof_holds_a_query(lean: Installation, capsys: pytest.CaptureFixture[str]) -> None:
    policy = "python:tests.policies.only_queries:suggest"
    statement = "theorem bar (x : ℝ) (h : 0 < x) : 0 < x^2 := by"
    code = run(["prove", statement, "--policy", policy, "--json", "--style", "first"])
    row = json.loads(capsys.readouterr().out)
    assert (code, row["status"], row["proof"]) == (0, "proved", "exact pow_pos h 2")


def test_the_most_readable_names_what_it_does() -> None:
    assert most_readable(["grind", "omega"]) == "omega"
    assert most_readable(["have f0 := h\nomega", "omega"]) == "omega"
    assert most_readable(["grind", "nlinarith [sq_nonneg (a - b)]", "exact pow_pos h 2"]) == "exact pow_pos h 2"

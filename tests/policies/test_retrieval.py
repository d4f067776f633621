"""Retrieval: words, ranks, what is in scope, and the prompts that it ends up in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from prover.config import PolicySpec, make_policy
from prover.errors import InputError, PolicyError, UsageError
from prover.lean.goals import parse_goal
from prover.policies.models.model import ModelPolicy
from prover.policies.models.prompt_request import build_prompt_request
from prover.policies.recipes import ChatPrompt, Example, find_recipe
from prover.policies.retrieval.index import Retrieval, read_examples
from prover.policies.retrieval.lemmas import Lemma, imports_of, in_scope, library_lemmas, prelude_lemmas
from prover.policies.retrieval.open import _shared, premises_for
from prover.policies.retrieval.rank import Bm25, Dense, best
from prover.policies.retrieval.words import words
from prover.problems.library.record import FILE, KEY, NAME, ModuleRow, Stated
from prover.types import Problem, ProofState
from tests.policies.conftest import WITHOUT

LEMMAS = [
    Lemma("Nat.add_comm", "(n m : ℕ) : n + m = m + n", "Init.Data.Nat.Basic"),
    Lemma("Nat.pow_le_pow_left", "{m n : ℕ} (h : m ≤ n) (i : ℕ) : m ^ i ≤ n ^ i", "Init.Data.Nat.Lemmas"),
    Lemma("List.length_append", "(as bs : List α) : (as ++ bs).length = as.length + bs.length", "Init.Data.List.Basic"),
    Lemma("Std.TreeMap.size_insert", "(t : TreeMap α β) : (t.insert k v).size ≤ t.size + 1", "Std.Data.TreeMap"),
    Lemma("sq_nonneg", "(a : ℝ) : 0 ≤ a ^ 2", "Core"),
]
PROBLEM = Problem(name="p", statement="theorem p (xs ys : List ℕ) : (xs ++ ys).length = (ys ++ xs).length := by")
ROWS = [
    ModuleRow(
        module="Init.Data.List.Basic", order=1, imports=("Init.Prelude",),
        theorems=(
            Stated(
                name="List.length_append", way=0, digest="1",
                statement="theorem X (as bs : List α) :\n  (as ++ bs).length = 0 := by",
            ),
        ),
    ),
    ModuleRow(module="Init.Prelude", order=0, imports=()),
    ModuleRow(module="Std.Data.TreeMap", order=2, imports=("Init.Data.List.Basic",)),
]  # fmt: skip


def state(*goals: str) -> ProofState:
    return ProofState("key", tuple(parse_goal(goal, 1) for goal in goals), ())


LISTS = state("xs ys : List ℕ\n⊢ (xs ++ ys).length = (ys ++ xs).length")
REALS = state("a : ℝ\n⊢ 0 ≤ a ^ 2")


def retrieval(examples: list[tuple[str, Example]] | None = None) -> Retrieval:
    pytest.importorskip("bm25s", reason="needs bm25s: pip install -e '.[retrieval]'")
    return Retrieval(LEMMAS, imports_of(ROWS), examples or [], Bm25)


def test_words_of_lean() -> None:
    assert words("Nat.pow_le_pow_left (h : m ≤ n)") == ["Nat.pow_le_pow_left", "nat", "pow", "le", "pow", "left", "≤"]
    assert words("x : ℝ\n⊢ 2 * x = x + x") == ["ℝ", "2", "*", "=", "+"]


def test_the_lemma_about_what_is_in_the_goal() -> None:
    found = retrieval()
    assert [premise.name for premise in found.premises(PROBLEM, LISTS, 1)] == ["List.length_append"]
    assert found.premises(PROBLEM, REALS, 1)[0].name == "sq_nonneg"
    assert found.premises(PROBLEM, REALS, 1)[0].signature == "(a : ℝ) : 0 ≤ a ^ 2"
    assert found.premises(PROBLEM, LISTS, 0) == ()
    assert found.premises(PROBLEM, state("⊢ Nothing"), 5) == [], "what nothing speaks for is left out"


def test_only_what_is_in_scope() -> None:
    imports = imports_of(ROWS)
    assert imports["Std.Data.TreeMap"] == {"Init.Data.List.Basic", "Init.Prelude"}
    by_context = {
        context: [lemma.name for lemma in LEMMAS if in_scope(lemma, context, imports)]
        for context in ("core", "library:Std.Data.TreeMap", "library:Init.Prelude")
    }
    assert by_context == {
        "core": ["Nat.add_comm", "Nat.pow_le_pow_left", "List.length_append", "sq_nonneg"],
        "library:Std.Data.TreeMap": ["List.length_append"],
        "library:Init.Prelude": [],
    }


def test_a_problem_is_no_lemma_for_itself() -> None:
    itself = PROBLEM.model_copy(update={"name": "List.length_append"})
    assert "List.length_append" not in [premise.name for premise in retrieval().premises(itself, LISTS, 5)]


def test_the_lemmas_of_the_prelude_and_of_the_library() -> None:
    prelude = {lemma.name: lemma.signature for lemma in prelude_lemmas()}
    assert len(prelude) > 300
    assert prelude["add_comm"] == ": a + b = b + a"
    assert all(name and "Core." not in name and ":=" not in signature for name, signature in prelude.items())
    assert list(library_lemmas(ROWS)) == [
        Lemma("List.length_append", "(as bs : List α) : (as ++ bs).length = 0", "Init.Data.List.Basic")
    ]


def test_similar_steps_as_examples(tmp_path: Path) -> None:
    path = tmp_path / "tactics.jsonl"
    rows = [
        {"problem": "q", "state": "a : ℝ\n⊢ 0 ≤ a ^ 2 + 1", "tactic": "positivity"},
        {"problem": "p", "state": LISTS.text, "tactic": "simp [Nat.add_comm]"},
        {"state": "zs : List ℕ\n⊢ (zs ++ zs).length = 2", "tactic": "simp"},
    ]
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    found = retrieval(read_examples(path)).examples(PROBLEM, LISTS, 2)
    assert [example.tactic for example in found] == ["simp", "positivity"], "its own solution is not shown to a problem"
    path.write_text('{"state": "x"}\n', encoding="utf-8")
    with pytest.raises(InputError, match="each line has to be a JSON table with state and tactic"):
        read_examples(path)


def test_ties_keep_the_order_of_the_documents() -> None:
    assert best([1.0, 3.0, 0.0, 3.0, 1.0], 3) == [1, 3, 0]
    assert best([1.0, 3.0, 2.0], 3, [True, False, True]) == [2, 0]


def test_a_dense_encoder_ranks_a_document_first_for_itself(tiny: Path) -> None:
    pytest.importorskip("torch", reason=WITHOUT)
    ranker = Dense(str(tiny), [lemma.text for lemma in LEMMAS], batch=2)
    for place, lemma in enumerate(LEMMAS):
        scores = ranker.scores(lemma.text)
        assert best(scores, 1) == [place] and scores[place] == pytest.approx(1.0, abs=1e-4)


def test_what_is_found_stands_in_the_prompt() -> None:
    recipe = find_recipe("chat-step")
    found = retrieval([("q", Example("⊢ 1 = 1", "rfl"))])
    prompt = recipe.prompt(
        build_prompt_request(
            PROBLEM, LISTS, recipe,
            premises=found.premises(PROBLEM, LISTS, 2), examples=found.examples(PROBLEM, state("⊢ 1 = 1"), 1),
        )
    )  # fmt: skip
    assert isinstance(prompt, ChatPrompt)
    text = prompt.messages[-1].content
    assert "List.length_append (as bs : List α)" in text and "⊢ 1 = 1\n---\nrfl" in text


def test_a_policy_with_premises_from_the_library_of_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("bm25s", reason="needs bm25s: pip install -e '.[retrieval]'")
    spec = PolicySpec.model_validate("openai:http://localhost:1/v1#m?premises=4")
    monkeypatch.setenv("PROOFSMITH_DATA", str(tmp_path))
    monkeypatch.setenv("PROOFSMITH_CACHE", str(tmp_path / "cache"))
    with pytest.raises(PolicyError, match="run `prover data get library` first"):
        make_policy(spec)
    folder = tmp_path / NAME / KEY
    folder.mkdir(parents=True)
    (folder / FILE).write_text("".join(f"{row.model_dump_json()}\n" for row in ROWS), encoding="utf-8")
    policy = make_policy(spec)
    assert isinstance(policy, ModelPolicy)
    assert [premise.name for premise in policy.retriever.premises(PROBLEM, LISTS, 1)] == ["List.length_append"]
    _shared.cache_clear()
    assert premises_for(PROBLEM)(LISTS, 1) == ["List.length_append"]
    _shared.cache_clear()


def test_examples_need_a_file() -> None:
    with pytest.raises(UsageError, match="examples= needs examples_from=FILE"):
        make_policy(PolicySpec.model_validate("openai:http://localhost:1/v1#m?examples=2"))

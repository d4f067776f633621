"""Solved steps in prompts: what a model is shown while it searches is what it was shown in training."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import pytest

from prover.config import PolicySpec, make_policy
from prover.errors import UsageError
from prover.iterate.settings import iterate_settings
from prover.iterate.sft import fine_tune
from prover.lean.goals import parse_goal
from prover.learners.language import LanguageLearner
from prover.policies.models.cards import SOLVED, read_model_card
from prover.policies.models.generation import Answer, Generation, Request
from prover.policies.models.model import ModelPolicy
from prover.policies.recipes import Example, TextPrompt, find_recipe
from prover.policies.retrieval.index import read_examples
from prover.train.job import Schedule
from prover.train.preset import SftPreset
from prover.train.rows import preference_rows, training_rows
from prover.train.solved import shown, solved_steps
from prover.types import Judged, Label, Problem, ProofState, TrainingExample
from tests.learners.small import EXAMPLES

RECIPE = find_recipe("step-examples")
SHORT = Schedule(epochs=1, rate=1e-3, batch_tokens=512, longest=512, least=1, threads=1)


def prompts(policy: ModelPolicy, example: TrainingExample) -> list[str]:
    """Return what a policy asks a model about the state of an example."""
    asked: list[str] = []

    class Listening:
        def generate(self, requests: Sequence[Request]) -> list[Answer]:
            for request in requests:
                assert isinstance(request.prompt, TextPrompt)
                asked.append(request.prompt.text)
            return [Generation((), 0, 0.0) for _ in requests]

        def load(self) -> None: ...

        def close(self) -> None: ...

    listening = dataclasses.replace(policy, generator=Listening())
    problem = Problem(name=example.problem, statement=example.statement)
    state = ProofState(problem.name, (parse_goal(example.goals[0], 0),), ())
    listening.prepare(problem, 0).policy.suggest([state], 1)
    return asked


def test_a_model_is_asked_with_what_it_was_trained_on(base: Path, tmp_path: Path) -> None:
    pytest.importorskip("bm25s", reason="needs bm25s: pip install -e '.[retrieval]'")
    some = EXAMPLES[:8]
    preset = SftPreset(model=str(base), recipe="step-examples", examples=2, schedule=SHORT)
    fine_tune(some, preset, 0, tmp_path / "m")
    card = read_model_card(tmp_path / "m")
    assert card is not None and card.examples == 2
    assert read_examples(tmp_path / "m" / SOLVED) == solved_steps(some)
    policy = make_policy(PolicySpec.model_validate(f"hf:{tmp_path / 'm'}"))
    assert isinstance(policy, ModelPolicy)
    _, similar = shown(some, 2, tmp_path / "again.jsonl")
    for example in some:
        (row,) = training_rows([example], RECIPE, similar=similar)
        assert prompts(policy, example) == [row.asked.text]
        assert row.asked.text.count("\nTactic:\nexact foo ") == 2, "two solved steps, then the goal"
        assert row.asked.text.endswith(f"\n\nGoal:\n{example.state}\nTactic:\n")
        assert row.asked.text.count(example.state) == 1, "never a step of the problem itself"
    fewer = make_policy(PolicySpec.model_validate(f"hf:{tmp_path / 'm'}?examples=1"))
    none = make_policy(PolicySpec.model_validate(f"hf:{tmp_path / 'm'}?examples=0"))
    assert isinstance(fewer, ModelPolicy) and isinstance(none, ModelPolicy)
    assert [prompts(each, some[0])[0].count("Goal:") for each in (policy, fewer, none)] == [3, 2, 1]


def test_the_untuned_base_is_shown_the_same(base: Path, tmp_path: Path) -> None:
    pytest.importorskip("bm25s", reason="needs bm25s: pip install -e '.[retrieval]'")
    learner = LanguageLearner(base=str(base), recipe="step-examples", examples=2)
    policy = learner.baseline(EXAMPLES[:8])
    assert isinstance(policy, ModelPolicy)
    _, similar = shown(EXAMPLES[:8], 2, tmp_path / "steps.jsonl")
    (row,) = training_rows(EXAMPLES[:1], RECIPE, similar=similar)
    assert prompts(policy, EXAMPLES[0]) == [row.asked.text]


@pytest.mark.slow
def test_preferences_are_asked_with_examples_too(base: Path, tmp_path: Path) -> None:
    pytest.importorskip("trl", reason="TRL is not installed (the extra ml): no preferences are learnt here")
    learner = LanguageLearner(
        base=str(base), recipe="step-examples", examples=2, learn=(("sft", "dpo"),), schedule=SHORT, preferences=SHORT
    )
    learner.train(EXAMPLES[:8], None, 0, tmp_path / "m")
    card = read_model_card(tmp_path / "m")
    assert card is not None and (card.lineage.learner, card.examples) == ("dpo", 2)
    assert read_examples(tmp_path / "m" / SOLVED) == solved_steps(EXAMPLES[:8])


def test_a_pair_is_asked_as_its_row(tmp_path: Path) -> None:
    pytest.importorskip("bm25s", reason="needs bm25s: pip install -e '.[retrieval]'")
    _, similar = shown(EXAMPLES[:8], 3, tmp_path / "steps.jsonl")
    (row,) = training_rows(EXAMPLES[:1], RECIPE, similar=similar)
    pairs = preference_rows(EXAMPLES[:1], RECIPE, similar=similar)
    assert pairs and {pair.asked.text for pair in pairs} == {row.asked.text}


def test_which_steps_are_shown() -> None:
    def solved(problem: str, goal: str, *tactics: str) -> TrainingExample:
        judged = tuple(Judged(tactic=tactic, label=Label.PROVED, log_prob=-1.0) for tactic in tactics)
        return TrainingExample(
            problem=problem, statement_sha256="", statement="", goals=(goal,), depth=0, judged=judged
        )

    found = solved_steps(
        [
            solved("p", "⊢ 1 = 1", "exact?", "rfl", "simp"),
            solved("q", "⊢ 1 = 1", "decide"),
            solved("r", "⊢ 2 = 2", "exact?"),
            solved("s", f"⊢ {'1 + ' * 200}1 = 201", "rfl"),
            solved("t", "⊢ 3 = 3"),
        ]
    )
    assert found == [("p", Example("⊢ 1 = 1", "rfl"))], "each state once; no query, nothing long, nothing unsolved"


@pytest.mark.parametrize(
    ("policy", "learn", "said"),
    [
        ("hf:smollm2?examples=2", ["sft"], "the recipe step has no place for solved steps: use chat-step or step-ex"),
        ("hf:smollm2?recipe=chat&examples=2", ["sft"], "the recipe chat has no place for solved steps"),
        ("hf:smollm2?recipe=step-examples&examples=2&examples_from=x", ["sft"], "leave examples_from= out"),
        ("hf:smollm2?recipe=step-examples&examples=2", ["sft", "sft,grpo"], "examples= goes with sft and dpo"),
    ],
)
def test_what_cannot_be_shown_is_said_before_anything_is_searched(policy: str, learn: list[str], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        iterate_settings({"policy": policy, "learn": learn}, None).learner()


def test_what_is_off_is_not_written_down() -> None:
    on = iterate_settings({"policy": "hf:smollm2?recipe=step-examples&examples=2"}, None).learner()
    off = iterate_settings({"policy": "hf:smollm2?recipe=step-examples"}, None).learner()
    assert '"examples":2' in on.spec and 'examples":' not in off.spec.replace('"step-examples"', "")

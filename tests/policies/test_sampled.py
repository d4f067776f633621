"""Whole proofs in two phases: written by a model without Lean, judged by Lean without a model."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from prover.cli import run
from prover.errors import DataError, PolicyError, UsageError
from prover.lean.embedded.install import Installation
from prover.policies.models.generation import Answer, Completion, Generation, Request
from prover.policies.models.model import ModelPolicy
from prover.policies.models.recording import Recorder
from prover.policies.models.sampled import SampledPolicy, sample_all
from prover.policies.models.settings import ModelSettings
from prover.policies.recipes import find_recipe
from prover.types import Problem

PROBLEMS = [
    Problem(name="sum", statement="theorem sum (a b : ℕ) (h : a = 2) (k : b = 3) : a + b = 5 := by"),
    Problem(name="both", statement="theorem both (p q : Prop) (hp : p) (hq : q) : p ∧ q := by"),
]
SAID = {"sum": ("simp [h, k]", "", "decide"), "both": ("constructor\n· exact hp\n· exact hq", "exact hp", "tauto !")}


class Written:
    """A model that writes what it was told to, and notes what it was asked."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def generate(self, requests: Sequence[Request]) -> list[Answer]:
        self.asked.append(len(requests))
        return [self._answer(request) for request in requests]

    def _answer(self, request: Request) -> Generation:
        name = next(name for name in SAID if f"theorem {name}" in str(request.prompt))
        texts = SAID[name][: request.samples]
        return Generation(tuple(Completion(text, -1.5, 3, True, (1, 2, 3)) for text in texts), 9, 0.1)

    def load(self) -> None: ...

    def close(self) -> None: ...


def policy(model: Written, recipe: str = "proof", name: str = "hf:some") -> ModelPolicy:
    found = find_recipe(recipe)
    return ModelPolicy(name, found, found.sampling, model, ModelSettings(recipe=recipe))


def test_what_is_sampled_is_not_asked_again(tmp_path: Path) -> None:
    model, place = Written(), tmp_path / "s.sqlite"
    assert sample_all(PROBLEMS[:1], policy(model), 2, 0, place, together=1) == 2
    assert sample_all(PROBLEMS, policy(model), 2, 0, place, together=1) == 2
    assert model.asked == [1, 1], "the first problem was done"
    kept = list(Recorder(place).kept())
    assert [(sample.problem, sample.text) for sample in kept[:2]] == [("sum", "simp [h, k]"), ("sum", "")]
    assert (kept[0].ids, kept[0].log_prob, kept[0].temperature) == ((1, 2, 3), -1.5, 0.8)
    assert kept[1].block is None and kept[1].note, "what cannot be read is kept too"
    with pytest.raises(UsageError, match="holds samples of hf:some: give --out another file"):
        sample_all(PROBLEMS, policy(model, name="hf:other"), 2, 0, place)
    with pytest.raises(UsageError, match="the recipe step is of tactics, which only a search can use"):
        sample_all(PROBLEMS, policy(model, "step"), 2, 0, place)


def test_lean_judges_without_a_model(lean: Installation, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place, data = tmp_path / "s.sqlite", tmp_path / "problems.jsonl"
    sample_all(PROBLEMS, policy(Written()), 3, 0, place)
    lines = [{"name": problem.name, "formal_statement": problem.statement} for problem in PROBLEMS]
    data.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    command = ["bench", str(data), "--policy", f"samples:{place}", "--samples", "3", "--out", str(tmp_path / "run")]
    assert run([*command, "--strategy", "best-first", "--budget", "lean_calls=4"]) == 0
    rows = [json.loads(line) for line in (tmp_path / "run" / "attempts.jsonl").read_text("utf-8").splitlines()]
    proved = {(row["problem"], row["seed"]) for row in rows if row["status"] == "proved"}
    assert proved == {("sum", 0), ("both", 0)} and len(rows) == 6
    said = {(sample.problem, sample.sample): sample.outcome for sample in Recorder(place).kept()}
    assert said["sum", 0] == said["both", 0] == "solved"
    assert said["sum", 1] == "" and said["both", 1] == said["sum", 2] == "error"


def test_what_was_not_sampled_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"there is no file .*: write it with prover sample"):
        SampledPolicy("s", tmp_path / "none.sqlite").load()
    sample_all(PROBLEMS[:1], policy(Written()), 1, 0, tmp_path / "s.sqlite")
    with pytest.raises(PolicyError, match="holds no sample 1 of sum: run prover sample for it, with more --samples"):
        SampledPolicy("s", tmp_path / "s.sqlite").prepare(PROBLEMS[0], 1)


def test_only_a_language_model_samples(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = ["sample", "minif2f/valid", "--out", str(tmp_path / "s.sqlite"), "--policy"]
    assert run([*given, "automation"]) == 2
    assert "only a language model writes whole proofs" in capsys.readouterr().err
    assert run([*given, "nothing:x"]) == 2 and "--policy" in capsys.readouterr().err

"""Fine-tuning from the command line, and proving with what was trained: no word about prompts in between."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

# Looked for, not imported: that takes seconds of each worker, whether it runs these tests or not.
if absent := [name for name in ("torch", "peft", "accelerate") if importlib.util.find_spec(name) is None]:
    pytest.skip(f"not installed (the extra ml): {', '.join(absent)}", allow_module_level=True)

from prover.cli import run
from prover.errors import DataError, PolicyError
from prover.iterate.sft import fine_tune
from prover.lean.embedded.install import Installation
from prover.policies.models.recording import Recorder
from prover.train.job import Lora, Schedule
from prover.train.preset import SFT, SftPreset
from prover.types import Judged, Label, TrainingExample
from tests.learners import small
from tests.learners.small import EXAMPLES
from tests.train import made

Capture = pytest.CaptureFixture[str]
STATEMENTS = {
    "sum": (
        "(a b : ℕ) (h : a + b = 10) (h₂ : a = b + 4) : a = 7",
        "a b : ℕ\nh : a + b = 10\nh₂ : a = b + 4\n⊢ a = 7",
        "omega",
    ),
    "swapped": (
        "(p q : Prop) (hp : p) (hq : q) : q ∧ p",
        "p q : Prop\nhp : p\nhq : q\n⊢ q ∧ p",
        "exact ⟨hq, hp⟩",
    ),
    "both": ("(p q : Prop) (hp : p) (hq : q) : p ∧ q", "p q : Prop\nhp : p\nhq : q\n⊢ p ∧ q", "exact ⟨hp, hq⟩"),
}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small.base(tmp_path_factory.mktemp("base"))


def proved(name: str) -> TrainingExample:
    statement, goal, tactic = STATEMENTS[name]
    return made.example(0).model_copy(
        update={
            "problem": name,
            "statement": f"theorem {name} {statement} := by",
            "goals": (goal,),
            "judged": (Judged(tactic=tactic, label=Label.PROVED, log_prob=-1.0),),
        }
    )


@pytest.mark.slow
def test_it_trains_and_proves_with_what_was_trained(
    base: Path, tmp_path: Path, lean: Installation, capsys: Capture
) -> None:
    problems = tmp_path / "problems.jsonl"
    asked = {name: STATEMENTS[name] for name in ("sum", "both")}
    rows = [{"name": name, "formal_statement": f"theorem {name} {text[0]} := by"} for name, text in asked.items()]
    problems.write_text("".join(f"{json.dumps(row)}\n" for row in rows))

    def trained(names: list[str], model: Path, out: Path, *more: str) -> dict[str, Any]:
        examples = tmp_path / "examples.jsonl"
        examples.write_text("".join(f"{proved(name).model_dump_json()}\n" for name in names))
        command = ["train", str(examples), "--preset", "small", "--model", str(model), "--out", str(out)]
        assert run([*command, "--epochs", "120", "--rate", "0.01", *more, "--json"]) == 0
        return dict(json.loads(capsys.readouterr().out))

    def found(model: Path) -> list[str | None]:
        policy = f"hf:{model}?temperature=0.5&keep={tmp_path / 'kept.sqlite'}"
        command = ["prove", str(problems), "--policy", policy, "--strategy", "best-first?k=4&asks=2", "--json"]
        assert run(command) in (0, 1)
        return [row["proof"] for row in json.loads(capsys.readouterr().out)]

    record = trained(["sum", "swapped"], base, tmp_path / "whole")
    assert record["losses"][-1][1] < 0.5 < record["losses"][0][1]
    assert found(tmp_path / "whole") == ["omega", None]
    # An adapter on what was trained learns the other one; its card says where its base is.
    trained(["sum", "both"], tmp_path / "whole", tmp_path / "adapter", "--lora", "16")
    assert (tmp_path / "adapter" / "adapter_config.json").is_file()
    assert found(tmp_path / "adapter") == ["omega", "exact ⟨hp, hq⟩"]
    recorder = Recorder(tmp_path / "kept.sqlite")
    kept = list(recorder.kept())
    recorder.close()
    solved = [record for record in kept if record.outcome == "solved"]
    assert {record.block for record in solved} == {"omega", "exact ⟨hp, hq⟩"} and all(
        record.heartbeats for record in solved
    )
    assert {record.recipe for record in kept} == {"step/1"} and all(
        record.ids and record.log_prob <= 0.0 for record in kept
    )


def preset(base: Path, **given: object) -> SftPreset:
    schedule = Schedule(epochs=1, rate=5e-3, batch_tokens=1024)
    return SFT["small"].model_copy(update={"model": str(base), "schedule": schedule} | given)


def test_presets_name_a_model_and_say_whether_all_weights_move() -> None:
    assert SFT["7b-lora"].lora.rank == 64 and SFT["7b-full"].lora == Lora() and SFT["small"].model == "smollm2"


def test_what_cannot_be_done_is_one_sentence(base: Path, tmp_path: Path, capsys: Capture) -> None:
    with pytest.raises(PolicyError, match="there is no such folder"):
        fine_tune(EXAMPLES, preset(tmp_path / "nowhere"), 0, tmp_path / "m")
    with pytest.raises(DataError, match="nothing was proved"):
        fine_tune([], preset(base), 0, tmp_path / "m")
    examples = tmp_path / "examples.jsonl"
    examples.write_text(f"{proved('sum').model_dump_json()}\n")
    assert run(["train", str(examples), "--epochs", "3", "--out", str(tmp_path / "m")]) == 2
    assert "are for fine-tuning: add --preset small" in capsys.readouterr().err
    fine = ["train", str(examples), "--preset", "small", "--model", str(base), "--out", str(tmp_path / "m")]
    assert run([*fine, "--recipe", "stepp"]) == 2
    assert "did you mean step?" in capsys.readouterr().err

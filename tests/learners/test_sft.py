"""Supervised fine-tuning in a process of its own, on a model of a few thousand weights."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from prover.errors import DataError, PolicyError, UsageError
from prover.learners.loop import fit
from prover.learners.models import begun_from
from prover.learners.phase import run_phase
from prover.learners.sft import train_sft
from prover.learners.temperature import GRID
from prover.policies.models.cards import read_model_card
from prover.policies.models.huggingface import HfGenerator
from prover.policies.models.settings import LocalSettings
from prover.policies.models.weights import folder_sha256
from prover.policies.recipes import find_recipe
from prover.train.job import Lora, Schedule, SftJob
from prover.train.rows import training_rows, write_rows
from tests.learners.small import EXAMPLES

SCHEDULE = Schedule(epochs=12, rate=1e-2, batch_tokens=1024, checkpoint_seconds=0.0, patience=1000, least=1, threads=1)


def job(base: Path, folder: Path, **given: object) -> SftJob:
    rows = training_rows(EXAMPLES, find_recipe("step"))
    write_rows(rows, folder / "rows.jsonl")
    made = SftJob(
        model=str(base), data=folder / "rows.jsonl", out=folder / "m", work=folder / "work", name="m", schedule=SCHEDULE
    )
    return made.model_copy(update=given)


def test_two_steps_on_sixteen_rows(base: Path, tmp_path: Path) -> None:
    """Train, keep, load: the whole way in a few seconds, wherever the packages are."""
    rows = training_rows(EXAMPLES[:16], find_recipe("step"))
    assert len(rows) == 16
    write_rows(rows, tmp_path / "rows.jsonl")
    short = SCHEDULE.model_copy(update={"epochs": 1, "batch_tokens": 512, "checkpoint_seconds": 9e9})
    given = job(base, tmp_path, schedule=short, tempered=tmp_path / "rows.jsonl", samples=4)
    write_rows(rows, tmp_path / "rows.jsonl")
    steps: list[int] = []
    record = train_sft(given, lambda step, all, loss: steps.append(step))
    assert steps == [1, 2] and record.examples == 16 and record.losses
    card = read_model_card(tmp_path / "m")
    assert card is not None and card.sampling is not None and card.sampling.temperature in GRID
    HfGenerator(str(tmp_path / "m"), LocalSettings()).load()
    # What is trained from it names its weights, and its card plays no part.
    assert begun_from(str(tmp_path / "m")) == record.sha256 and record.parent == folder_sha256(str(base))
    (tmp_path / "m" / "model.json").write_text("{}")
    assert begun_from(str(tmp_path / "m")) == record.sha256


def test_a_first_epoch_may_go_from_short_rows_to_long_ones(base: Path, tmp_path: Path) -> None:
    import torch

    class Lengths:
        """Rows of 8 to 64 tokens whose losses say in which order they were trained on."""

        def __init__(self) -> None:
            self.lengths = [64, 8, 32, 16] * 4
            self.held_out: list[int] = []
            self.seen: list[int] = []

        def loss(self, model: Any, rows: Sequence[int], held_out: bool) -> Any:
            self.seen += [self.lengths[row] for row in rows]
            return sum(weight.sum() for weight in model.parameters()) * 0.0

    orders = {}
    for ascending in (False, True):
        rows = Lengths()
        schedule = Schedule(epochs=2, batch_tokens=64, least=1, ascending=ascending, threads=1)
        fit(torch.nn.Linear(2, 2), rows, schedule, 0, tmp_path / f"ascending {ascending}")
        assert sorted(rows.seen[:16]) == sorted(rows.seen[16:]) == sorted(rows.lengths)
        orders[ascending] = rows.seen
    assert orders[True][:16] == sorted([64, 8, 32, 16] * 4) != orders[False][:16]
    assert orders[True][16:] == orders[False][16:], "later epochs are shuffled all the same"


def test_what_is_off_is_not_in_a_job() -> None:
    plain, ascending = Schedule(), Schedule(ascending=True)
    assert "ascending" not in plain.model_dump_json() and Schedule.model_validate_json(plain.model_dump_json()) == plain
    assert Schedule.model_validate_json(ascending.model_dump_json()) == ascending


@pytest.mark.slow
def test_a_process_trains_and_leaves_a_whole_model(base: Path, tmp_path: Path) -> None:
    seen: list[int] = []
    record = run_phase(job(base, tmp_path), lambda step, steps, loss: seen.append(step))
    assert record.losses[-1][1] < record.losses[0][1] / 2 and record.held_out
    assert seen and not (tmp_path / "work").exists()
    card = read_model_card(tmp_path / "m")
    assert card is not None and card.kind == "causal-lm" and card.recipe is not None
    assert (card.recipe.name, card.lineage.learner, card.lineage.parent_sha256) == ("step", "sft", record.parent)
    again = run_phase(job(base, tmp_path))
    assert again == record, "what is trained is not trained again"
    # The card says how to ask, and a recipe that contradicts it is refused.
    assert LocalSettings().recipe_of(str(tmp_path / "m")).name == "step"
    with pytest.raises(UsageError, match="was trained with the recipe step, so leave recipe= out"):
        LocalSettings(recipe="chat").recipe_of(str(tmp_path / "m"))
    changed = json.loads((tmp_path / "m" / "model.json").read_text())
    changed["recipe"]["template_sha256"] = "0" * 64
    (tmp_path / "m" / "model.json").write_text(json.dumps(changed))
    with pytest.raises(PolicyError, match="this version writes step/1 differently"):
        LocalSettings().recipe_of(str(tmp_path / "m"))


@pytest.mark.slow
def test_an_adapter_stands_on_its_base(base: Path, tmp_path: Path) -> None:
    record = train_sft(job(base, tmp_path, lora=Lora(rank=4)))
    out = tmp_path / "m"
    assert (out / "adapter_model.safetensors").is_file() and not (out / "config.json").exists()
    assert record.losses[-1][1] < record.losses[0][1]
    generator = HfGenerator(str(out), LocalSettings())
    generator.load()
    card = json.loads((out / "model.json").read_text())
    assert card["kind"] == "adapter" and card["base"] == str(base)
    (out / "model.json").write_text(json.dumps(card | {"base": str(tmp_path / "nowhere")}))
    with pytest.raises(PolicyError, match=r"an adapter, and its base .*nowhere is not on this machine: put it"):
        HfGenerator(str(out), LocalSettings()).load()
    HfGenerator(str(out), LocalSettings(base=str(base))).load()
    (out / "model.json").write_text(json.dumps(card | {"base_sha256": "0" * 64}))
    with pytest.raises(PolicyError, match="is an adapter of another model than"):
        HfGenerator(str(out), LocalSettings()).load()


@pytest.mark.slow
def test_a_killed_run_continues_bit_for_bit(base: Path, tmp_path: Path) -> None:
    whole = train_sft(job(base, tmp_path / "whole"))
    cut = job(base, tmp_path / "cut")
    cut.work.mkdir(parents=True)
    (cut.work / "job.json").write_text(cut.model_dump_json())
    process = subprocess.Popen(
        [sys.executable, "-m", "prover.learners.phase", str(cut.work / "job.json")], stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    next(line for line in process.stderr if line.startswith("step "))
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stderr.close()
    assert (cut.work / "checkpoint.pt").is_file() and not cut.out.exists()
    resumed = run_phase(cut)
    assert (resumed.losses, resumed.held_out, resumed.sha256) == (whole.losses, whole.held_out, whole.sha256)


@pytest.mark.slow
def test_training_ends_where_held_out_problems_get_no_better(base: Path, tmp_path: Path) -> None:
    # What is held out contradicts what is trained on, so it gets worse and worse.
    from prover.learners.held_out import is_held_out

    lying = [
        example.model_copy(update={"goals": (example.goals[0].replace("0 <", "7 <"),), "judged": example.judged[::-1]})
        if is_held_out(example.problem)
        else example
        for example in EXAMPLES
    ]
    for number, entry in enumerate(lying):
        if is_held_out(entry.problem):
            judged = tuple(
                j.model_copy(update={"tactic": "zzzz @@@ 999"}) if j.label.value == "proved" else j
                for j in entry.judged
            )
            lying[number] = entry.model_copy(update={"judged": judged})
    write_rows(training_rows(lying, find_recipe("step")), tmp_path / "lying.jsonl")
    given = job(base, tmp_path, data=tmp_path / "lying.jsonl", schedule=SCHEDULE.model_copy(update={"patience": 2}))
    record = train_sft(given)
    losses = [loss for _, loss in record.held_out]
    assert len(losses) == losses.index(min(losses)) + 3 < 2 * SCHEDULE.epochs


def test_what_cannot_be_done_is_one_sentence(base: Path, tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="there is no such folder"):
        train_sft(job(base, tmp_path, model=str(tmp_path / "nowhere")))
    (tmp_path / "none.jsonl").write_text("")
    with pytest.raises(DataError, match="holds no rows to train on"):
        train_sft(job(base, tmp_path, data=tmp_path / "none.jsonl"))
    with pytest.raises(PolicyError, match="the loss is no number at step"):
        train_sft(job(base, tmp_path, schedule=SCHEDULE.model_copy(update={"rate": 1e30, "clip": 1e30})))
    assert not (tmp_path / "m").exists()


def test_a_conversation_is_not_taught_without_a_chat_template(base: Path, tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    shutil.copytree(base, plain)
    (plain / "chat_template.jinja").unlink()
    given = job(base, tmp_path, model=str(plain), recipe="chat-step")
    write_rows(training_rows(EXAMPLES[:2], find_recipe("chat-step")), tmp_path / "rows.jsonl")
    with pytest.raises(PolicyError, match=r"has no chat template; choose a recipe of raw text"):
        train_sft(given)
    assert not (tmp_path / "m").exists()


def test_a_full_disk_leaves_the_last_whole_checkpoint(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    given = job(base, tmp_path)
    save, times = torch.save, 0

    def full(kept: object, path: Path) -> None:
        nonlocal times
        times += 1
        if times == 3:
            raise OSError(28, "No space left on device")
        save(kept, path)

    monkeypatch.setattr(torch, "save", full)
    with pytest.raises(DataError, match=r"cannot be written \(the disk is full\): free some space and start again"):
        train_sft(given)
    assert torch.load(given.work / "checkpoint.pt", weights_only=True)["step"] == 2
    assert not list(given.work.glob("*.part"))

"""Preference optimisation by TRL: what Lean refused becomes less probable than what it accepted."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("trl", reason="TRL is not installed (the extra ml): no preferences are learnt here")

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from prover.errors import DataError, PolicyError
from prover.learners.dpo import train_dpo
from prover.policies.models.cards import read_model_card
from prover.policies.models.prompts import as_tokens
from prover.policies.recipes import find_recipe
from prover.train.job import DpoJob, Schedule
from prover.train.rows import PreferenceRow, preference_rows, write_rows
from tests.learners.small import EXAMPLES

# Which variable is right is more than a model of this size learns from pairs: the refused tactics differ in form.
PAIRS = [
    row.model_copy(update={"rejected": f"foo {row.chosen[-1]} exact"})
    for row in preference_rows(EXAMPLES[:8], find_recipe("step"), most=1)
]


def job(base: Path, folder: Path) -> DpoJob:
    write_rows(PAIRS, folder / "pairs.jsonl")
    schedule = Schedule(epochs=6, rate=3e-3, batch_tokens=1024, longest=128, threads=1)
    return DpoJob(
        model=str(base), data=folder / "pairs.jsonl", out=folder / "m", work=folder / "w", name="m", schedule=schedule
    )


def log_prob(folder: Path, row: PreferenceRow, text: str) -> float:
    model, tokenizer = AutoModelForCausalLM.from_pretrained(folder), AutoTokenizer.from_pretrained(folder)
    prompt = list(as_tokens(row.asked.prompt, tokenizer, ""))
    said = tokenizer(text, add_special_tokens=False)["input_ids"]
    with torch.no_grad():
        logs = model(torch.tensor([prompt + said])).logits[0].log_softmax(-1)
    return sum(float(logs[len(prompt) - 1 + place, token]) for place, token in enumerate(said))


@pytest.mark.slow
def test_what_was_refused_becomes_less_probable(base: Path, tmp_path: Path) -> None:
    record = train_dpo(job(base, tmp_path))
    assert record.losses[-1][1] < record.losses[0][1] and record.examples == len(PAIRS)
    card = read_model_card(tmp_path / "m")
    assert card is not None and card.lineage.learner == "dpo" and card.kind == "causal-lm"
    better = 0
    for row in PAIRS[:6]:
        gaps = [
            log_prob(model, row, row.chosen) - log_prob(model, row, row.rejected) for model in (base, tmp_path / "m")
        ]
        better += gaps[1] > gaps[0] + 1.0
    assert better >= 5


def test_without_pairs_there_is_nothing_to_learn(base: Path, tmp_path: Path) -> None:
    given = job(base, tmp_path)
    given.data.write_text("")
    with pytest.raises(DataError, match="no state has both a tactic that proves it and one that Lean refused"):
        train_dpo(given)


@pytest.mark.slow
def test_a_loss_that_is_no_number_ends_training(base: Path, tmp_path: Path) -> None:
    given = job(base, tmp_path)
    schedule = given.schedule.model_copy(update={"rate": 1e30, "clip": 1e30, "warm_up": 0.0})
    with pytest.raises(PolicyError, match="the loss is no number at step"):
        train_dpo(given.model_copy(update={"schedule": schedule}))
    assert not given.out.exists()


@pytest.mark.slow
def test_a_full_disk_at_a_checkpoint_is_one_sentence(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*given: object, **named: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("transformers.trainer.Trainer._save_checkpoint", full)
    with pytest.raises(DataError, match=r"a checkpoint cannot be written .*No space left on device.*free some space"):
        train_dpo(job(base, tmp_path))

"""Supervised fine-tuning of a pretrained model on the examples of a run, from the command line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from prover.errors import DataError
from prover.learners.language import asked_with
from prover.learners.loop import Watch
from prover.learners.sft import train_sft
from prover.policies.models.cards import SOLVED
from prover.policies.recipes import find_recipe
from prover.train.examples import TrainingExample, data_sha256
from prover.train.job import SftJob
from prover.train.preset import SftPreset
from prover.train.records import ModelRecord
from prover.train.rows import training_rows, write_rows
from prover.train.solved import shown


def fine_tune(
    examples: Sequence[TrainingExample],
    preset: SftPreset,
    seed: int,
    out: Path,
    command: str = "",
    watch: Watch = lambda step, steps, loss: None,
) -> ModelRecord:
    """Train, or continue training, and put the model, or its adapter, with its card into `out`.

    Raises `SetupError` without the packages, `PolicyError` if the model cannot be loaded, `DataError` without rows.
    """
    recipe = find_recipe(preset.recipe)
    work = out.with_name(f".{out.name}.training")
    solved, similar = shown(examples, preset.examples, work / SOLVED)
    rows = training_rows(examples, recipe, lines=recipe.kind == "tactic", similar=similar)
    if not rows:
        raise DataError("nothing was proved that could be learnt from: search more problems first")
    write_rows(rows, work / "rows.jsonl")
    job = SftJob(
        model=preset.model,
        data=work / "rows.jsonl",
        out=out,
        work=work,
        name=out.name,
        seed=seed,
        command=command,
        data_sha256=data_sha256(examples),
        recipe=preset.recipe,
        sampling=asked_with(recipe),
        tempered=work / "rows.jsonl" if recipe.kind == "tactic" else None,
        examples=preset.examples,
        solved=solved,
        lora=preset.lora,
        schedule=preset.schedule,
        coverage=preset.coverage,
    )
    return train_sft(job, watch)

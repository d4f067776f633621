"""Supervised fine-tuning of a pretrained model on proofs: TRL's SFTTrainer, with PEFT's LoRA or every weight.

The same code runs a 7B model on a GPU and a model of a few thousand weights in the tests. A run that is killed goes on
from its last whole checkpoint; data order and dropout follow the seed.
"""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prover.errors import DataError, PolicyError, SetupError
from prover.runs.lines import sync_folder, write_whole
from prover.train.examples import TrainingExample, data_sha256
from prover.train.export import layout
from prover.train.preset import SftPreset
from prover.types import Frozen

if TYPE_CHECKING:
    from trl import SFTTrainer

CARD = "training.json"
# What a checkpoint of transformers ends with: one without it was being written when the process was killed.
_LAST_FILE = "trainer_state.json"


class SftRecord(Frozen):
    """What a fine-tuned model is: made from what, on what, how. `losses` are (step, loss)."""

    preset: str
    settings: SftPreset
    seed: int
    data_sha256: str
    rows: int
    trained: int
    parameters: int
    command: str
    losses: tuple[tuple[int, float], ...]


def fine_tune(
    examples: Sequence[TrainingExample], name: str, preset: SftPreset, seed: int, out: Path, command: str = ""
) -> SftRecord:
    """Train, or go on training, and put the model, or its adapter, with its record into `out/model`.

    Raises `SetupError` without the packages, `PolicyError` if the model cannot be loaded, `DataError` without rows.
    """
    try:
        import datasets
        import peft
        import torch
        from trl import SFTConfig, SFTTrainer
    except ImportError as error:
        raise SetupError(f"fine-tuning needs TRL and PEFT ({error}): pip install 'proofsmith[ml]'") from error
    rows = layout(examples, preset.layout)
    if not rows:
        raise DataError(f"the data hold no row in the layout {preset.layout}: nothing was proved yet")
    gpu = torch.cuda.is_available()
    adapter = peft.LoraConfig(
        r=preset.lora_rank,
        lora_alpha=preset.lora_alpha,
        lora_dropout=preset.lora_dropout,
        target_modules="all-linear",
        task_type="CAUSAL_LM",
    )
    checkpoints = out / "checkpoints"
    settings = SFTConfig(
        output_dir=str(checkpoints),
        num_train_epochs=preset.epochs,
        learning_rate=preset.rate,
        lr_scheduler_type="cosine",
        warmup_steps=math.ceil(0.03 * _steps(len(rows), preset)),
        per_device_train_batch_size=preset.batch,
        gradient_accumulation_steps=preset.accumulate,
        gradient_checkpointing=preset.gradient_checkpointing and gpu,
        max_length=preset.longest,
        bf16=preset.bf16 and gpu and torch.cuda.is_bf16_supported(),
        use_cpu=not gpu,
        seed=seed,
        data_seed=seed,
        logging_steps=1 if _steps(len(rows), preset) < 200 else 10,
        save_strategy="steps",
        save_steps=preset.save_steps,
        save_total_limit=2,
        report_to=[],
        disable_tqdm=True,
        # A vocabulary that is read by several processes is no faster, and leaves them behind when it is killed.
        dataset_num_proc=None,
    )
    try:
        trainer = SFTTrainer(
            model=preset.model,
            args=settings,
            train_dataset=datasets.Dataset.from_list([dict(row) for row in rows]),
            peft_config=adapter if preset.lora_rank else None,
        )
    except (OSError, ValueError) as error:
        why = " ".join(str(error).split())[:300]
        raise PolicyError(f"the model {preset.model} cannot be loaded: {why}") from error
    trainer.train(resume_from_checkpoint=_last_checkpoint(checkpoints))
    record = _record(trainer, name, preset, seed, examples, len(rows), command)
    _keep(trainer, record, out / "model")
    shutil.rmtree(checkpoints, ignore_errors=True)
    return record


def _steps(rows: int, preset: SftPreset) -> int:
    return max(1, math.ceil(rows / (preset.batch * preset.accumulate) * preset.epochs))


def _last_checkpoint(folder: Path) -> str | None:
    """Return the last checkpoint that was written to its end."""
    whole = []
    for path in folder.glob("checkpoint-*"):
        try:
            json.loads((path / _LAST_FILE).read_bytes())
        except (OSError, ValueError):
            shutil.rmtree(path, ignore_errors=True)
            continue
        whole.append(path)
    return str(max(whole, key=lambda path: int(path.name.rpartition("-")[2]))) if whole else None


def _record(
    trainer: SFTTrainer,
    name: str,
    preset: SftPreset,
    seed: int,
    examples: Sequence[TrainingExample],
    rows: int,
    command: str,
) -> SftRecord:
    history: list[dict[str, Any]] = trainer.state.log_history
    weights = list(trainer.model.parameters())
    return SftRecord(
        preset=name,
        settings=preset,
        seed=seed,
        data_sha256=data_sha256(examples),
        rows=rows,
        trained=sum(it.numel() for it in weights if it.requires_grad),
        parameters=sum(it.numel() for it in weights),
        command=command,
        losses=tuple((int(it["step"]), round(float(it["loss"]), 5)) for it in history if "loss" in it),
    )


def _keep(trainer: SFTTrainer, record: SftRecord, folder: Path) -> None:
    """Put model and tokenizer into a folder so that a kill leaves the whole of it or nothing."""
    partial = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(partial, ignore_errors=True)
    trainer.save_model(str(partial))
    write_whole(partial / CARD, f"{record.model_dump_json(indent=1)}\n".encode())
    shutil.rmtree(folder, ignore_errors=True)
    partial.replace(folder)
    sync_folder(folder.parent)

"""Direct preference optimisation with TRL (2305.18290), on pairs of tactics that Lean told apart.

The reference is the model that training begins with. What TRL tokenises is checked against what the policy asks with.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from prover.errors import DataError, PolicyError
from prover.learners.held_out import is_held_out
from prover.learners.loop import Curve, Watch
from prover.learners.models import WHO, Trainee, keep, kept, load_trainee
from prover.learners.sft import tempered
from prover.policies.models.prompts import as_text
from prover.train.job import DpoJob, Job
from prover.train.records import ModelRecord
from prover.train.rows import PreferenceRow, read_preference_rows


def train_dpo(job: DpoJob, watch: Watch = lambda step, steps, loss: None) -> ModelRecord:
    """Train, or continue training, and return the record of the model in `job.out`.

    Raises `PolicyError` if the model cannot be loaded or the loss is no number, `DataError` without pairs.
    """
    done = kept(job)
    if done is not None:
        return done
    rows = read_preference_rows(job.data)
    trainee = load_trainee(job.model, job.lora)
    import datasets
    from trl import DPOConfig, DPOTrainer

    datasets.disable_progress_bars()
    longest = job.schedule.longest
    rows = [row for row in rows if _length(row, trainee) <= longest]
    if not rows:
        raise DataError(f"no pair has at most {longest} tokens: raise longest=, or train on other problems")
    data = datasets.Dataset.from_list([_pair(row, trainee) for row in rows if not is_held_out(row.problem)])
    if not len(data):
        data = datasets.Dataset.from_list([_pair(row, trainee) for row in rows])
    batch = max(1, job.schedule.batch_tokens // longest)
    # Two losses together: the preference, and the likelihood of what was right, which keeps it from falling.
    losses: dict[str, Any] = (
        {"loss_type": ["sigmoid", "sft"], "loss_weights": [1.0, job.sft_weight]} if job.sft_weight else {}
    )
    settings = DPOConfig(
        **trainer_settings(job, trainee, batch),
        num_train_epochs=job.schedule.epochs,
        beta=job.beta,
        max_length=longest,
        gradient_accumulation_steps=job.schedule.accumulate,
        save_steps=20,
        **losses,
    )
    trainer = DPOTrainer(
        model=trainee.model,
        args=settings,
        train_dataset=data,
        processing_class=trainee.tokenizer,
        callbacks=[reporter(watch)],
    )
    curve = run_trainer(trainer, job)
    return keep(trainee, job, curve, len(rows), sampling=tempered(trainee, job))


def trainer_settings(job: Job, trainee: Trainee, batch: int) -> dict[str, Any]:
    """Return what every trainer of TRL is told here: no reports, no progress bars, checkpoints in the work folder."""
    torch = trainee.torch
    cuda = torch.cuda.is_available()
    return {
        "output_dir": str(job.work / "checkpoints"),
        "per_device_train_batch_size": batch,
        "learning_rate": job.schedule.rate,
        "lr_scheduler_type": "cosine",
        "warmup_steps": job.schedule.warm_up,  # below 1 it is a share of the steps
        "weight_decay": job.schedule.weight_decay,
        "max_grad_norm": job.schedule.clip,
        "gradient_checkpointing": cuda,
        "bf16": cuda and torch.cuda.is_bf16_supported(),
        "use_cpu": not cuda,
        "seed": job.seed,
        "data_seed": job.seed,
        "logging_steps": 1,
        "logging_nan_inf_filter": False,
        "save_strategy": "steps",
        "save_total_limit": 2,
        "report_to": [],
        "disable_tqdm": True,
    }


def reporter(watch: Watch) -> Any:
    """Return a callback of transformers that tells of every step, and ends training when the loss is no number."""
    import math

    from transformers import TrainerCallback

    class Reporter(TrainerCallback):
        def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **_: Any) -> None:
            if logs and "loss" in logs:
                if not math.isfinite(float(logs["loss"])):
                    raise PolicyError(
                        f"the loss is no number at step {state.global_step} of {state.max_steps}: train again with a "
                        "lower rate; the last whole model stays as it is"
                    )
                watch(state.global_step, state.max_steps, float(logs["loss"]))

    return Reporter()


def run_trainer(trainer: Any, job: Job) -> Curve:
    """Train from the last whole checkpoint, if there is one, and return the curve of losses."""
    import torch

    if job.schedule.threads is not None:
        torch.set_num_threads(job.schedule.threads)
    from transformers import PrinterCallback

    trainer.remove_callback(PrinterCallback)  # it prints to standard output, which holds the record
    try:
        trainer.train(resume_from_checkpoint=last_checkpoint(job.work / "checkpoints"))
    except OSError as error:
        raise DataError(
            f"a checkpoint cannot be written to {job.work} ({error.strerror or error}): free some space and start "
            "again, which continues at the last whole one"
        ) from error
    history = trainer.state.log_history
    losses = [(int(entry["step"]), round(float(entry["loss"]), 6)) for entry in history if "loss" in entry]
    return Curve(losses, steps=int(trainer.state.global_step))


def last_checkpoint(folder: Path) -> str | None:
    """Return the last checkpoint that was written to its end; one that was not is removed."""
    import json
    import shutil

    whole = []
    for path in folder.glob("checkpoint-*"):
        try:
            # What a checkpoint of transformers ends with.
            json.loads((path / "trainer_state.json").read_bytes())
        except (OSError, ValueError):
            shutil.rmtree(path, ignore_errors=True)
            continue
        whole.append(path)
    return str(max(whole, key=lambda path: int(path.name.rpartition("-")[2]))) if whole else None


def _pair(row: PreferenceRow, trainee: Trainee) -> dict[str, str]:
    prompt = as_text(row.asked.prompt, trainee.tokenizer, WHO)
    # TRL adds the end of text itself where a completion lacks it.
    return {"prompt": prompt, "chosen": row.chosen, "rejected": row.rejected}


def _length(row: PreferenceRow, trainee: Trainee) -> int:
    prompt = as_text(row.asked.prompt, trainee.tokenizer, WHO)
    return max(len(trainee.tokenizer(prompt + text)["input_ids"]) + 1 for text in (row.chosen, row.rejected))

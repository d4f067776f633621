"""Models that are trained: loaded with what is to move, and kept in a folder with a card, whole or not at all."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from prover.errors import DataError, PolicyError, SetupError
from prover.learners.loop import Curve
from prover.lines import sync_folder, write_whole
from prover.policies.models.adapters import base_of, is_adapter, put_on
from prover.policies.models.cards import CARD, SOLVED, AskedWith, Calibration, Lineage, ModelCard, model_folder
from prover.policies.models.loading import check_folder, reason
from prover.policies.models.weights import folder_sha256
from prover.policies.recipes import Sampling, find_recipe
from prover.train.job import Job, Lora
from prover.train.records import ModelRecord, Reliability

RECORD = "training.json"
WHO = "--model "


@dataclass(frozen=True, slots=True)
class Trainee:
    """A model in training mode on its device, its tokenizer, and the type that its weights are stored in.

    `base` names the model that an adapter is trained on; it is empty where all weights are trained.
    """

    torch: Any
    model: Any
    tokenizer: Any
    stored: Any
    base: str


def load_trainee(target: str, lora: Lora, auto: str = "AutoModelForCausalLM", **given: Any) -> Trainee:
    """Load a model to train. Raises `PolicyError` if it cannot be had, `SetupError` without the packages.

    Whole models are trained in float32, not in the type they are stored in; under LoRA the base of a GPU stays as
    stored. A model that is an adapter is merged into its base before: what comes out of training stands on its own.
    """
    try:
        import peft
        import torch
        import transformers
    except ImportError as error:
        raise SetupError(
            f"training needs PyTorch, transformers and PEFT ({error}): pip install 'proofsmith[ml]'"
        ) from error
    transformers.utils.logging.disable_progress_bar()
    check_folder(target, WHO)
    folder = model_folder(target)
    adapter = folder if is_adapter(folder) else None
    whole = base_of(adapter, "", WHO) if adapter is not None else str(folder or target)
    tokens = str(adapter) if adapter is not None and (adapter / "tokenizer_config.json").is_file() else whole
    cuda = torch.cuda.is_available()
    try:
        config = transformers.AutoConfig.from_pretrained(whole)
        stored = getattr(config, "dtype", None) or torch.float32
        tokenizer = transformers.AutoTokenizer.from_pretrained(tokens)
        dtype = stored if lora.rank and cuda else torch.float32
        model = getattr(transformers, auto).from_pretrained(whole, dtype=dtype, **given)
        if adapter is not None:
            model = put_on(model, adapter, WHO)
    except PolicyError:
        raise
    except Exception as error:
        raise PolicyError(f"the model {target} cannot be loaded: {reason(error, target)}") from error
    if tokenizer.pad_token_id is None:
        tokenizer.pad_token = tokenizer.eos_token
    if lora.rank:
        kind = "SEQ_CLS" if auto != "AutoModelForCausalLM" else "CAUSAL_LM"
        settings = peft.LoraConfig(
            r=lora.rank,
            lora_alpha=lora.alpha,
            lora_dropout=lora.dropout,
            target_modules="all-linear",
            task_type=kind,
        )
        model = peft.get_peft_model(model, settings)
    model.config.use_cache = False
    if cuda:
        model.to("cuda")
        model.gradient_checkpointing_enable(gradient_checkpointing_kwargs={"use_reentrant": False})
        if lora.rank:
            model.enable_input_require_grads()
    return Trainee(torch, model, tokenizer, stored, target if lora.rank and adapter is None else "")


def kept(job: Job) -> ModelRecord | None:
    """Return the record of a model that was trained to its end, None if there is none."""
    return trained(job.out)


def begun_from(target: str) -> str:
    """Return the hash of a model that training begins from: of its weights, if it was trained here.

    Its card may differ between two runs that come to the same weights. Of other models all files count.
    """
    folder = model_folder(target)
    record = trained(folder) if folder is not None else None
    return record.sha256 if record is not None else folder_sha256(target)


def keep(
    trainee: Trainee,
    job: Job,
    curve: Curve,
    rows: int,
    *,
    kind: Literal["causal-lm", "critic"] = "causal-lm",
    calibration: Calibration | None = None,
    reliability: Reliability | None = None,
    sampling: Sampling | None = None,
    extra: Callable[[Path], None] = lambda folder: None,
) -> ModelRecord:
    """Write model, tokenizer, card and record so that a kill, or a full disk, leaves the whole of it or nothing.

    `sampling` is that of the job unless it is given.
    """
    model = trainee.model
    partial = job.out.with_name(f".{job.out.name}.part")
    total = sum(parameter.numel() for parameter in model.parameters())
    learner = str(getattr(job, "learner", ""))
    try:
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        if job.lora.rank and not trainee.base:
            model = model.merge_and_unload()
        if not trainee.base:
            model = model.to(trainee.stored)
        model.config.use_cache = True
        model.save_pretrained(partial)
        trainee.tokenizer.save_pretrained(partial)
        extra(partial)
        if job.solved is not None:
            shutil.copyfile(job.solved, partial / SOLVED)
        weights = partial / ("adapter_model.safetensors" if trainee.base else "model.safetensors")
        if not weights.is_file():  # large models are saved in several files
            weights = next(iter(sorted(partial.glob("*.safetensors"))))
        record = ModelRecord(
            name=job.name,
            round=job.round,
            sha256=_sha256(weights),
            parent=begun_from(job.model),
            data_sha256=job.data_sha256,
            examples=rows,
            parameters=total,
            seed=job.seed,
            preset=learner,
            losses=tuple(curve.losses),
            held_out=tuple(curve.held_out),
            covered=tuple(curve.covered),
            reliability=reliability,
        )
        card = ModelCard(
            kind="adapter" if trainee.base and kind == "causal-lm" else kind,
            name=job.name,
            base=trainee.base,
            base_sha256=folder_sha256(trainee.base) if trainee.base else "",
            recipe=AskedWith.of(find_recipe(job.recipe)),
            sampling=sampling or job.sampling,
            examples=job.examples,
            calibration=calibration,
            lineage=Lineage(
                parent_sha256=record.parent,
                data_sha256=job.data_sha256,
                rows=rows,
                seed=job.seed,
                round=job.round,
                learner=learner,
                command=job.command,
            ),
        )
        write_whole(partial / CARD, f"{card.model_dump_json(indent=1)}\n".encode())
        write_whole(partial / RECORD, f"{record.model_dump_json(indent=1)}\n".encode())
        for path in partial.iterdir():
            with path.open("rb") as file:
                os.fsync(file.fileno())
    except OSError as error:
        shutil.rmtree(partial, ignore_errors=True)
        raise DataError(
            f"the model cannot be written to {job.out} ({error.strerror or error}): free some space and start again, "
            "which continues at the last checkpoint"
        ) from error
    shutil.rmtree(job.out, ignore_errors=True)
    partial.replace(job.out)
    sync_folder(job.out.parent)
    shutil.rmtree(job.work, ignore_errors=True)
    return record


def trained(folder: Path) -> ModelRecord | None:
    """Return the record of a model that was trained here; None for another folder, and for none."""
    try:
        return ModelRecord.model_validate_json((folder / RECORD).read_bytes())
    except (OSError, ValueError):
        return None


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

"""Adapters (LoRA, Hu et al. 2021, by PEFT): a folder of small weights that stand on a base model."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

from filelock import FileLock

from prover.errors import PolicyError
from prover.lines import sync_folder, write_whole
from prover.policies.models.cards import CARD, model_folder, models_dir, read_model_card
from prover.policies.models.extras import require_extra
from prover.policies.models.weights import folder_sha256

ADAPTER = "adapter_config.json"


def is_adapter(folder: Path | None) -> bool:
    """Tell whether a folder holds an adapter rather than a whole model."""
    return folder is not None and (folder / ADAPTER).is_file() and not (folder / "config.json").is_file()


def base_of(folder: Path, given: str, who: str) -> str:
    """Return the base model of an adapter: the one that is `given`, that of its card, or that of its PEFT settings.

    Raises `PolicyError` where it is not on this machine, or is not the one that the adapter was trained on.
    """
    card = read_model_card(folder)
    base = given or (card.base if card is not None else "") or _written(folder, who)
    path = model_folder(base)
    if path is None and (base.startswith((".", "/", "~")) or base.count("/") != 1):
        raise PolicyError(
            f"{who}{folder} is an adapter, and its base {base or 'model'} is not on this machine: put it there, or "
            "name it with base=PATH_OR_ID"
        )
    if path is not None and card is not None and card.base_sha256 and folder_sha256(str(path)) != card.base_sha256:
        raise PolicyError(
            f"{who}{folder} is an adapter of another model than {path}: its files have changed since; name the "
            "right one with base=PATH_OR_ID"
        )
    return str(path) if path is not None else base


def put_on(model: Any, folder: Path, who: str) -> Any:
    """Return a base model with an adapter merged into its weights, so that it is as fast as the base alone."""
    peft = require_extra("peft", who, "ml")
    return peft.PeftModel.from_pretrained(model, str(folder)).merge_and_unload()


def merged_folder(folder: Path, base: str, who: str) -> Path:
    """Return a whole model made of an adapter and its base, made once and kept in the cache: vLLM needs one."""
    torch = require_extra("torch", who, "ml")
    transformers = require_extra("transformers", who, "ml")
    out = models_dir() / f"merged-{folder_sha256(str(folder))[:12]}"
    with _locked(out):
        if (out / CARD).is_file():
            return out
        partial = out.with_name(f".{out.name}.part")
        shutil.rmtree(partial, ignore_errors=True)
        model = transformers.AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
        stored = getattr(model.config, "dtype", None) or torch.float32
        put_on(model, folder, who).to(stored).save_pretrained(partial)
        tokens = folder if (folder / "tokenizer_config.json").is_file() else base
        transformers.AutoTokenizer.from_pretrained(tokens).save_pretrained(partial)
        card = read_model_card(folder)
        text = "{}" if card is None else card.model_copy(update={"kind": "causal-lm"}).model_dump_json(indent=1)
        write_whole(partial / CARD, text.encode())
        partial.replace(out)
        sync_folder(out.parent)
    return out


def _locked(out: Path) -> FileLock:
    os.makedirs(out.parent, exist_ok=True)
    return FileLock(out.with_name(f".{out.name}.lock"))


def _written(folder: Path, who: str) -> str:
    try:
        return str(json.loads((folder / ADAPTER).read_bytes()).get("base_model_name_or_path") or "")
    except (OSError, ValueError, AttributeError) as error:
        raise PolicyError(f"{who}{folder / ADAPTER} is damaged ({error}): train or copy the adapter again") from error

"""Presets of training: what people choose by name."""

from __future__ import annotations

from pydantic import Field

from prover.errors import UsageError
from prover.train.fit import TinyPreset
from prover.types import Frozen


class SftPreset(Frozen):
    """Supervised fine-tuning of a pretrained model with TRL. `lora_rank` 0 trains every weight."""

    model: str
    layout: str = "prompt-completion"
    epochs: float = 2.0
    rate: float = 1e-4
    batch: int = Field(default=4, ge=1)
    accumulate: int = Field(default=8, ge=1)
    longest: int = 2048
    lora_rank: int = 64
    lora_alpha: int = 128
    lora_dropout: float = 0.05
    bf16: bool = True
    gradient_checkpointing: bool = True
    save_steps: int = 100


TINY = TinyPreset()
SFT = {
    "7b-lora": SftPreset(model="deepseek-ai/DeepSeek-Prover-V2-7B"),
    "7b-full": SftPreset(model="deepseek-ai/DeepSeek-Prover-V2-7B", lora_rank=0, rate=1e-5, batch=1, accumulate=32),
}
NAMES = ("tiny", *SFT)


def sft_preset(name: str, model: str | None = None) -> SftPreset:
    """Return a preset by name, for another model if one is given. Raises `UsageError`."""
    if name not in SFT:
        raise UsageError(f"--preset {name}: there is no such preset; there are {', '.join(NAMES)}")
    return SFT[name] if model is None else SFT[name].model_copy(update={"model": model})

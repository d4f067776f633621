"""Presets of training: what people choose by name."""

from __future__ import annotations

from prover.errors import UsageError
from prover.train.fit import TinyPreset
from prover.train.job import Lora, Schedule
from prover.types import Frozen


class SftPreset(Frozen):
    """Supervised fine-tuning of a pretrained model (`prover.learners.sft`) on the prompts of a recipe."""

    model: str
    recipe: str = "step"
    coverage: int = 1
    examples: int = 0
    lora: Lora = Lora()
    schedule: Schedule = Schedule()


TINY = TinyPreset()
_LARGE = "deepseek-ai/DeepSeek-Prover-V2-7B"
SFT = {
    "small": SftPreset(model="smollm2"),
    "7b-lora": SftPreset(
        model=_LARGE,
        lora=Lora(rank=64, alpha=128),
        schedule=Schedule(epochs=2, rate=1e-4, batch_tokens=4096, accumulate=8, longest=2048),
    ),
    "7b-full": SftPreset(
        model=_LARGE, schedule=Schedule(epochs=2, rate=1e-5, batch_tokens=2048, accumulate=16, longest=2048)
    ),
}
NAMES = ("tiny", *SFT)


def sft_preset(name: str, model: str | None = None) -> SftPreset:
    """Return a preset by name, for another model if one is given. Raises `UsageError`."""
    if name not in SFT:
        raise UsageError(f"--preset {name}: there is no such preset; there are {', '.join(NAMES)}")
    return SFT[name] if model is None else SFT[name].model_copy(update={"model": model})

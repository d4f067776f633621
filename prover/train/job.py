"""What a training process is told: one frozen value in a file, for `python -m prover.learners.phase FILE`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

from prover.errors import InputError
from prover.policies.recipes import Sampling
from prover.types import Frozen


def is_off(value: object) -> bool:
    """Tell whether a switch is off. What is off is not written down: a job from before it was there reads the same."""
    return not value


class Schedule(Frozen):
    """How weights move.

    `rate` rises linearly over the share `warm_up` of the steps and falls along a cosine to a tenth. `batch_tokens`:
    tokens of a batch with padding, on each device; `accumulate` batches make a step. Of few rows batches are smaller,
    so that an epoch has `least` of them. `longest`: longer rows are left out. `evaluations`: how often an epoch the
    loss on held-out problems is taken; after `patience` of them without a new best, training ends, and the best weights
    are kept in any case. `checkpoint_seconds`: least time between two checkpoints. `ascending`: the first epoch goes
    from short rows to long ones (curriculum ordering, TheoremLlama 2407.03203).
    """

    epochs: int = Field(default=3, ge=1)
    rate: float = Field(default=1e-4, gt=0)
    warm_up: float = Field(default=0.05, ge=0, le=1)
    weight_decay: float = 0.01
    clip: float = 1.0
    batch_tokens: int = Field(default=2048, ge=16)
    accumulate: int = Field(default=1, ge=1)
    least: int = Field(default=8, ge=1)
    longest: int = Field(default=1024, ge=8)
    evaluations: int = Field(default=2, ge=1)
    patience: int = Field(default=4, ge=1)
    checkpoint_seconds: float = Field(default=120.0, ge=0)
    threads: int | None = Field(default=None, ge=1)
    ascending: bool = Field(default=False, exclude_if=is_off)


class Lora(Frozen):
    """Low-rank adaptation (2106.09685) of all linear layers. `rank` 0 trains every weight instead."""

    rank: int = Field(default=0, ge=0)
    alpha: int = 32
    dropout: float = 0.05


class Job(Frozen):
    """What every training process needs to know.

    `model`: a folder, a name in the cache, or an id on the hub. `data`: the rows. `out`: the folder of the trained
    model, whole or absent. `work`: where checkpoints are kept until then. `round`, `command`: for the lineage.
    `sampling` is what the model will be asked with. `tempered`: rows of training (`TrainingRow`) whose held-out
    problems the temperature of `sampling` is fitted on, for `samples` samples a state; without it, it stays as it is.
    `examples`: how many solved steps of the file `solved` the prompts of the rows hold, and the model is to be shown.
    """

    model: str
    data: Path
    out: Path
    work: Path
    name: str
    seed: int = 0
    round: int = 0
    command: str = ""
    data_sha256: str = ""
    recipe: str = "step"
    sampling: Sampling | None = None
    tempered: Path | None = None
    samples: int = Field(default=8, ge=1)
    examples: int = Field(default=0, ge=0, exclude_if=is_off)
    solved: Path | None = Field(default=None, exclude_if=is_off)
    lora: Lora = Lora()
    schedule: Schedule = Schedule()


class SftJob(Job):
    """Supervised fine-tuning on `prover.train.rows.TrainingRow`s.

    `coverage`: how many samples of a state are to contain the answer (`prover.train.coverage`); 1 is cross-entropy.
    """

    learner: Literal["sft"] = "sft"
    coverage: int = Field(default=1, ge=1)


class DpoJob(Job):
    """Direct preference optimisation (2305.18290) on `PreferenceRow`s; `beta` as there.

    `sft_weight`: of the loss of the chosen text that is added, which keeps its probability from falling.
    """

    learner: Literal["dpo"] = "dpo"
    beta: float = Field(default=0.1, gt=0)
    sft_weight: float = Field(default=0.2, ge=0)


class Reinforcement(Frozen):
    """How reinforcement learning asks and rewards.

    `group`: samples of one question; `questions`: questions of one step; `steps`: in all. `unlikeliness` (2506.02355):
    the most probable of the right answers of a group loses this share of its reward, the least probable none.
    `pass_at`: the reward of an answer becomes its share in pass@k of its group (2505.15201); 1 leaves it as it is.
    `credit`: weight of what Lean said of each tactic beside the verdict on the whole (2606.20068); 0 leaves it out.
    `kl`: weight of the divergence from the model that training began with. `heartbeats`: limit of one judgement, in
    thousands.
    """

    steps: int = Field(default=100, ge=1)
    questions: int = Field(default=4, ge=1)
    group: int = Field(default=8, ge=2)
    max_tokens: int = Field(default=64, ge=1)
    temperature: float = Field(default=1.0, gt=0)
    unlikeliness: float = Field(default=0.0, ge=0, le=1)
    pass_at: int = Field(default=1, ge=1)
    credit: float = Field(default=0.0, ge=0, le=1, exclude_if=is_off)
    kl: float = Field(default=0.0, ge=0)
    heartbeats: int = Field(default=6_000, ge=1)


class GrpoJob(Reinforcement, Job):
    """Group-relative policy optimisation (2402.03300) with Lean's verdict as the reward.

    `data` are problems with states (`prover.learners.grpo.Question`), in `context`. `answers` is a file of Lean's
    results that other runs share, `checkpoint_steps` the steps between two checkpoints.
    """

    learner: Literal["grpo"] = "grpo"
    context: str = "core"
    answers: Path | None = None
    checkpoint_steps: int = Field(default=1, ge=1)


class CriticJob(Job):
    """A scalar head on a language model, trained on `prover.learners.critic.ValueRow`s."""

    learner: Literal["critic"] = "critic"


AnyJob = Annotated[SftJob | DpoJob | GrpoJob | CriticJob, Field(discriminator="learner")]
_JOBS: TypeAdapter[SftJob | DpoJob | GrpoJob | CriticJob] = TypeAdapter(AnyJob)


def read_job(path: Path) -> SftJob | DpoJob | GrpoJob | CriticJob:
    """Return the job that a file describes. Raises `InputError`."""
    try:
        return _JOBS.validate_json(path.read_bytes())
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}): name the file of a training job") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise InputError(f"{path} is no training job ({where}: {first['msg']}): write it with this version") from error

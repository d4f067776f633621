"""What `prover iterate` is told, in one frozen value: from the command line, from a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError, ValidationInfo, field_validator

from prover.config import PolicySpec, read_table
from prover.conjecture.conjecturer import ConjecturerSpec
from prover.errors import UsageError
from prover.learners import LearnerSpec
from prover.learners.language import LanguageLearner, Phase
from prover.learners.rounds import RoundLearner, in_rounds
from prover.policies.recipes import find_recipe
from prover.registry import Spec
from prover.train.job import Lora, Reinforcement, Schedule
from prover.train.solved import check_shown
from prover.types import Frozen

_MODELS = ("hf", "vllm")
_SPECS: dict[str, type[Spec]] = {"companions": PolicySpec, "conjecturers": ConjecturerSpec}
"""The fields that hold SPECs."""
_PHASES: tuple[Phase, ...] = ("sft", "dpo", "grpo", "critic")


class IterateSettings(Frozen):
    """The options of `prover iterate`, by their names; a file holds any of them.

    `policy` is what is trained: a learner (`tiny`), or a language model (`hf:PATH_OR_ID?recipe=step`). `learn`: of a
    language model, the phases of each round; the last entry stands for all later ones, as in `problems`. `sft` and
    `dpo` are tables of a `Schedule`, `grpo` is one of `Reinforcement`, with its learning rate in `grpo_rate`.
    `generate`: which program asks the trained model. `calibration`: problems on which chances of success are fitted
    (`prover.learners.calibrate`), together with those of its `companions`, for `mix:`; 0 fits none.
    """

    policy: str = "tiny"
    learn: tuple[str, ...] = ("sft",)
    generate: Literal["hf", "vllm"] | None = None
    lora: int = Field(default=0, ge=0)
    samples: int = Field(default=8, ge=1)
    sft: Schedule = Schedule()
    dpo: Schedule = Schedule(epochs=1, rate=5e-6, longest=512)
    coverage: int = Field(default=1, ge=1)
    pairs: int = Field(default=8, ge=1)
    grpo: Reinforcement = Reinforcement(steps=50, heartbeats=1_000)
    grpo_rate: float = Field(default=1e-6, gt=0)
    rounds: int = Field(default=3, ge=1)
    train: tuple[str, ...] = ("library/train=8", "lean_workbook/train=1")
    valid: tuple[str, ...] = ("library/valid=120", "lean_workbook/valid=20")
    problems: tuple[Annotated[int, Field(ge=1)], ...] = Field(default=(720,), min_length=1)
    search_budget: str = "lean_calls=24"
    search_heartbeats: int = Field(default=1_000, ge=1)
    temperature: float = Field(default=1.0, ge=0)
    audit: int = Field(default=96, ge=0)
    calibration: int = Field(default=40, ge=0)
    companions: tuple[str, ...] = ("automation", "certificates")
    conjecture: float = Field(default=0.0, ge=0, le=0.5)
    conjecturers: tuple[str, ...] = ()
    disproofs: bool = False
    curriculum: bool = False
    lean: str | None = None
    context: str | None = None
    budget: str = "lean_calls=64"
    strategy: str = "best-first?lazy=true"
    heartbeats: int = Field(default=1_000, ge=1)
    workers: int = Field(default=1, ge=1)
    in_flight: int | None = Field(default=None, ge=1)
    seed: int = Field(default=0, ge=0)

    @field_validator("problems", mode="before")
    @classmethod
    def _of_all_rounds(cls, given: Any) -> Any:
        return (given,) if isinstance(given, int) else given

    @field_validator("learn")
    @classmethod
    def _known(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        for entry in given:
            for phase in entry.split(","):
                if phase.strip() not in _PHASES:
                    raise ValueError(f"{entry!r}: the phases are {', '.join(_PHASES)}; write sft, or sft,dpo,critic")
        return given

    @field_validator(*_SPECS)
    @classmethod
    def _specs(cls, given: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        for text in given:
            try:
                _SPECS[str(info.field_name)].model_validate(text)
            except ValidationError as error:
                raise ValueError(_first(error)) from None
        return given

    @property
    def language(self) -> bool:
        """Whether a language model is trained."""
        return self.policy.partition(":")[0] in _MODELS

    def learner(self) -> RoundLearner:
        """Return what is trained. Raises `UsageError` that names the option."""
        if not self.language:
            try:
                named = LearnerSpec.model_validate(self.policy)
            except ValidationError as error:
                raise UsageError(f"--policy: {_first(error)}") from error
            named.entry.examine()  # what the learner needs is missed before anything is searched
            if self.coverage != 1:
                instead = f"{named.name}?coverage={self.coverage}"
                raise UsageError(f"--coverage is for language models: write --policy '{instead}'")
            return in_rounds(str(named), named.make())
        try:
            spec = PolicySpec.model_validate(self.policy)
        except ValidationError as error:
            raise UsageError(f"--policy: {_first(error)}") from error
        spec.entry.examine()
        for companion in self.companions:
            PolicySpec.model_validate(companion).entry.examine()
        given = dict(spec.settings)
        recipe = find_recipe(str(given.pop("recipe", "step")))
        samples = int(str(given.pop("samples", self.samples)))
        examples = int(str(given.pop("examples", None) or 0))
        if examples:
            check_shown(recipe)
            if "examples_from" in given:
                raise UsageError("--policy: a run shows its own solved steps: leave examples_from= out")
            if any("grpo" in entry for entry in self.learn):
                raise UsageError("--policy: examples= goes with sft and dpo; grpo asks about statements by themselves")
        return LanguageLearner(
            base=str(Path(spec.target).absolute()) if Path(spec.target).is_dir() else spec.target,
            recipe=recipe.name,
            learn=tuple(tuple(_phase(name) for name in entry.split(",")) for entry in self.learn),
            lora=Lora(rank=self.lora),
            schedule=self.sft,
            preferences=self.dpo,
            coverage=self.coverage,
            pairs=self.pairs,
            companions=self.companions,
            reinforcement=self.grpo,
            reinforced=Schedule(rate=self.grpo_rate, warm_up=0.0, longest=self.sft.longest),
            examples=examples,
            samples=samples,
            kind=self.generate or ("vllm" if spec.name == "vllm" else "hf"),
            settings="&".join(f"{name}={value}" for name, value in given.items()),
        )


def iterate_settings(given: dict[str, Any], config: Path | None) -> IterateSettings:
    """Return the settings of a command; what is None in `given` was not typed, and a file or a default says it.

    Raises `UsageError` naming the option, or the field of the file, that makes no sense.
    """
    table = {
        name.replace("-", "_"): value for name, value in (read_table(config) if config is not None else {}).items()
    }
    where = f" of {config}" if config is not None else ""
    for name in table:
        if name not in IterateSettings.model_fields:
            known = ", ".join(field.replace("_", "-") for field in IterateSettings.model_fields)
            raise UsageError(f"there is no option {name!r}{where}; known are {known}")
    try:
        return IterateSettings.model_validate(
            table | {name: value for name, value in given.items() if value is not None}
        )
    except ValidationError as error:
        option = ".".join(str(part).replace("_", "-") for part in error.errors()[0]["loc"][:1])
        raise UsageError(f"--{option}{where if option.replace('-', '_') in table else ''}: {_first(error)}") from error


def _first(error: ValidationError) -> str:
    return str(error.errors()[0]["msg"]).removeprefix("Value error, ")


def _phase(name: str) -> Phase:
    return next(phase for phase in _PHASES if phase == name.strip())

"""Everything that a search is told, in one frozen value: from the command line, from a file, from Python."""

from __future__ import annotations

import hashlib
import json
import math
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic.dataclasses import dataclass

from prover.errors import InputError, UsageError
from prover.lean.backend import LeanSpec, Progress, said
from prover.lean.kernel.choice import KernelChoice
from prover.lean.session import Limits
from prover.policies.entry import PolicySpec, make_policy
from prover.policies.protocol import ProblemPolicy
from prover.strategies import StrategySpec
from prover.types import Frozen
from search.types import UNITS, WHOLE, Budget

if TYPE_CHECKING:
    from prover.lean.open import LeanEnv


@dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class BudgetSpec(Budget):
    """What one problem may cost. A unit that is None is not limited.

    Reads `steps=200,seconds=1.5`, `100` for that many Lean calls, a table of units, or `unlimited`.
    """

    @model_validator(mode="before")
    @classmethod
    def _read(cls, given: Any) -> Any:
        if isinstance(given, str):
            given = _parse(given)
        if hasattr(given, "kwargs"):  # what pydantic makes of keyword arguments
            given = given.kwargs or {}
        return {unit: _amount(unit, value) for unit, value in given.items()} if isinstance(given, dict) else given

    def limits(self) -> Budget:
        """Return what a search is given."""
        return Budget(**{unit: getattr(self, unit) for unit in UNITS})

    def set(self) -> dict[str, float]:
        """Return the units that are limited, with their limits."""
        return {unit: value for unit in UNITS if (value := getattr(self, unit)) is not None}

    def __str__(self) -> str:
        return ",".join(f"{unit}={value}" for unit, value in self.set().items()) or "unlimited"


def _parse(text: str) -> dict[str, str]:
    units: dict[str, str] = {}
    for part in text.split(","):
        if not part.strip() or part.strip() == "unlimited":
            continue
        unit, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals and unit.isdigit():
            unit, value = "lean_calls", unit  # what most people mean by a number
        elif not equals:
            raise ValueError(f"{part.strip()!r} is no limit; write UNIT=N, such as lean_calls=1000")
        if unit in units:
            raise ValueError(f"{unit} is given twice")
        units[unit] = value
    return units


def _amount(unit: str, value: Any) -> float | None:
    if unit not in UNITS:
        raise ValueError(f"there is no unit {unit!r}; the units are {', '.join(UNITS)}")
    if value is None:
        return None
    try:
        amount = float(value)
    except (TypeError, ValueError):
        raise ValueError(f"{unit}={value} is no number") from None
    if not math.isfinite(amount) or amount <= 0:
        raise ValueError(f"{unit}={value} has to be above 0")
    if unit not in WHOLE:
        return amount
    if amount != int(amount):
        raise ValueError(f"{unit}={value} has to be a whole number")
    return int(amount)


def _guard(given: dict[str, Any]) -> float:
    """Return ten times the seconds that so many heartbeats take, at least 10."""
    return max(10.0, given["heartbeats"] / 200) if "heartbeats" in given else 30.0


class SearchConfig(Frozen):
    """Everything that decides what a search does, and, in `workers`, how fast.

    `heartbeats` (in thousands) and `step_seconds` limit a single step; the wall clock only guards, and follows the
    heartbeats where it is not given: a step of 6,000 takes 3 s on a machine that has nothing else to do. `value` is a
    critic, `hf:FOLDER`.
    """

    lean: str = "embedded"
    context: str = "core"
    policy: PolicySpec = Field(default_factory=PolicySpec)
    value: str | None = None
    strategy: StrategySpec = Field(default_factory=StrategySpec)
    budget: BudgetSpec = BudgetSpec(lean_calls=1000)
    heartbeats: int = Field(default=6_000, ge=1)
    step_seconds: float = Field(default_factory=_guard, gt=0)
    workers: int = Field(default=1, ge=1)
    seed: int = Field(default=0, ge=0)
    kernel: KernelChoice = KernelChoice.DEFAULT

    @field_validator("lean")
    @classmethod
    def _known(cls, given: str) -> str:
        try:
            return str(LeanSpec.model_validate(given))
        except ValueError as error:
            raise ValueError(said(error)) from None

    def make_policy(self) -> ProblemPolicy:
        """Return the policy, with the critic if there is one. Raises `UsageError` for what this installation lacks."""
        policy = make_policy(self.policy)
        if self.value is None:
            return policy
        from prover.policies.models.critic import valued

        return valued(policy, self.value)

    def open_lean(self, cache: bool, progress: Progress | None) -> LeanEnv:
        """Return Lean, to be used in a `with`; with `cache`, its results are kept and found again."""
        from prover.lean.cache import LeanCache
        from prover.lean.open import open_lean

        # Where the wall clock is a limit, cached answers would change outcomes.
        answers = LeanCache() if cache and self.budget.seconds is None else None
        return open_lean(self.lean, self.context, self.limits, self.workers, progress, answers)

    @property
    def limits(self) -> Limits:
        """What one step may take."""
        return Limits(heartbeats=self.heartbeats, wall_seconds=self.step_seconds, kernel=self.kernel)

    @property
    def sha256(self) -> str:
        """Hash of what decides outcomes: all but the number of workers and the kernel, which only checks."""
        decides = self.model_dump(mode="json", exclude={"workers", "kernel"})
        return hashlib.sha256(json.dumps(decides, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def search_config(
    *,
    lean: str | None = None,
    context: str | None = None,
    policy: str | None = None,
    value: str | None = None,
    strategy: str | None = None,
    budget: str | None = None,
    heartbeats: int | None = None,
    workers: int | None = None,
    seed: int | None = None,
    kernel: str | None = None,
    config: Path | None = None,
) -> SearchConfig:
    """Return the settings of a command; None means that an option was not given.

    Raises `UsageError` naming the option, or the field of the file, that makes no sense.
    """
    given = {
        "lean": lean,
        "context": context,
        "policy": policy,
        "value": value,
        "strategy": strategy,
        "budget": budget,
        "heartbeats": heartbeats,
        "workers": workers,
        "seed": seed,
        "kernel": kernel,
    }
    settings = read_table(config) if config is not None else {}
    return checked(settings | {name: value for name, value in given.items() if value is not None}, str(config or ""))


def checked(settings: dict[str, Any], where: str = "") -> SearchConfig:
    """Return the configuration that a table holds. Raises `UsageError` naming what is wrong in it."""
    try:
        return SearchConfig.model_validate(settings)
    except ValidationError as error:
        raise UsageError(_sentence(error, where)) from error


def read_table(path: Path) -> dict[str, Any]:
    """Return the table of a TOML or JSON file. Raises `InputError`."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise InputError(f"there is no file {path}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read: {error}") from error
    try:
        table = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    except ValueError as error:
        raise InputError(f"{path} is no {'JSON' if path.suffix == '.json' else 'TOML'}: {error}") from error
    if not isinstance(table, dict):
        raise InputError(f"{path} has to hold a table of options")
    return table


def _sentence(error: ValidationError, where: str) -> str:
    first = error.errors()[0]
    option = ".".join(map(str, first["loc"]))
    message = first["msg"].removeprefix("Value error, ")
    place = f" of {where}" if where else ""
    if first["type"] == "extra_forbidden":
        return f"there is no option {option!r}{place}; known are {', '.join(SearchConfig.model_fields)}"
    return f"--{option.split('.')[0].replace('_', '-')}{place}: {message}"

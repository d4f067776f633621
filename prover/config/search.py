"""Everything that a search is told, in one frozen value."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from pydantic import Field, field_validator

from prover.config.budget import BudgetSpec
from prover.config.policy import PolicySpec
from prover.config.strategy import StrategySpec
from prover.lean.backend import LeanSpec, said
from prover.lean.session import Limits
from prover.types import Frozen


def _guard(given: dict[str, Any]) -> float:
    """Return ten times the seconds that so many heartbeats take, at least 10."""
    return max(10.0, given["heartbeats"] / 200) if "heartbeats" in given else 30.0


class SearchConfig(Frozen):
    """Everything that decides what a search does, and, in `workers`, how fast.

    `heartbeats` (in thousands) and `step_seconds` limit a single step; the wall clock only guards, and follows the
    heartbeats where it is not given: a step of 6,000 takes 3 s on a machine that has nothing else to do.
    """

    lean: str = "embedded"
    context: str = "core"
    policy: PolicySpec = Field(default_factory=PolicySpec)
    strategy: StrategySpec = Field(default_factory=StrategySpec)
    budget: BudgetSpec = BudgetSpec(lean_calls=1000)
    heartbeats: int = Field(default=6_000, ge=1)
    step_seconds: float = Field(default_factory=_guard, gt=0)
    workers: int = Field(default=1, ge=1)
    seed: int = Field(default=0, ge=0)

    @field_validator("lean")
    @classmethod
    def _known(cls, given: str) -> str:
        try:
            return str(LeanSpec.model_validate(given))
        except ValueError as error:
            raise ValueError(said(error)) from None

    @property
    def limits(self) -> Limits:
        """What one step may take."""
        return Limits(heartbeats=self.heartbeats, wall_seconds=self.step_seconds)

    @property
    def sha256(self) -> str:
        """Hash of what decides outcomes: all but the number of workers, on which no outcome depends."""
        decides = self.model_dump(mode="json", exclude={"workers"})
        return hashlib.sha256(json.dumps(decides, sort_keys=True, ensure_ascii=False).encode()).hexdigest()

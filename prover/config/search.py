"""Everything that a search is told, in one frozen value."""

from __future__ import annotations

import hashlib
import json
from enum import StrEnum

from pydantic import Field

from prover.config.budget import BudgetSpec
from prover.config.policy import PolicySpec
from prover.config.strategy import StrategySpec
from prover.lean.session import Limits
from prover.types import Frozen


class Backend(StrEnum):
    """Where Lean comes from."""

    embedded = "embedded"
    native = "native"
    leandojo = "leandojo"


class SearchConfig(Frozen):
    """Everything that decides what a search does, and, in `workers`, how fast.

    `heartbeats` (in thousands) and `step_seconds` limit a single step; the wall clock only guards.
    """

    lean: Backend = Backend.embedded
    context: str = "core"
    policy: PolicySpec = PolicySpec()
    strategy: StrategySpec = StrategySpec()
    budget: BudgetSpec = BudgetSpec(lean_calls=1000)
    heartbeats: int = Field(default=6_000, ge=1)
    step_seconds: float = Field(default=30.0, gt=0)
    workers: int = Field(default=1, ge=1)
    seed: int = Field(default=0, ge=0)

    @property
    def limits(self) -> Limits:
        """What one step may take."""
        return Limits(heartbeats=self.heartbeats, wall_seconds=self.step_seconds)

    @property
    def sha256(self) -> str:
        """Hash of what decides outcomes: all but the number of workers, on which no outcome depends."""
        decides = self.model_dump(mode="json", exclude={"workers"})
        return hashlib.sha256(json.dumps(decides, sort_keys=True, ensure_ascii=False).encode()).hexdigest()

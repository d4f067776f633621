"""A policy: a function from a goal to tactics."""

from __future__ import annotations

from pydantic import Field

from prover import Goal, policy
from prover.types import Frozen


class ToySettings(Frozen):
    """`least`: the smallest number that is proposed."""

    least: int = Field(default=0, ge=0)


@policy("toy", settings=ToySettings)
def toy(goal: Goal, settings: ToySettings) -> list[str]:
    """Writes down numbers, the smallest first."""
    return [str(number) for number in range(settings.least, settings.least + 12)]

"""A budget as people write it: `steps=200,lean_calls=1000`."""

from __future__ import annotations

import math
from typing import Any

from pydantic import ConfigDict, model_validator
from pydantic.dataclasses import dataclass

from search.types import UNITS, WHOLE, Budget


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

"""What a search may cost, as clients write it: `lean_calls=100,seconds=5`, `100` (Lean calls), or a table of units."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, TypeAdapter

from prover.config.search import BudgetSpec

_BUDGETS = TypeAdapter(BudgetSpec)


def read_budget(given: Any) -> BudgetSpec:
    """Return a budget. Raises `ValueError` for a unit that does not exist and an amount that is none."""
    try:
        return _BUDGETS.validate_python(given)
    except OverflowError:
        raise ValueError("a limit of the budget is larger than any number here: write a smaller one") from None


def _units(given: Any) -> dict[str, float]:
    return read_budget(given).set()


Units = Annotated[dict[str, float], BeforeValidator(_units)]
"""The units that are limited, with their limits: a field of a request."""

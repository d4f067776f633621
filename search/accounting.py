"""The meter of a search: what was spent, what is left, and where the first success was.

What is *committed* decides the search and is measured against the budget; what was asked for in advance and never
committed is *wasted* and is summed apart. The sum of both is what the environment and the policy really did.

No budget of a unit of `Cost` is ever overshot: a result that would go beyond a limit is not committed. Therefore a
strategy that does not read its budget finds within a budget exactly what a longer run found by that position. The wall
clock, `seconds`, is looked at before every request and can be overshot by the request in progress.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import fields, replace

from search.types import UNITS, Budget, Cost


class BudgetReached(Exception):
    """A limit of the budget leaves no room for what the search wants to do next; caught by `SearchContext.finish`."""

    def __init__(self, unit: str) -> None:
        super().__init__(f"the budget of {unit} is spent: raise Budget.{unit}")
        self.unit = unit


def portion(budget: Budget, fraction: float) -> Budget:
    """Return a fraction of a budget; whole numbers are rounded up, so a fraction of a positive budget is positive."""
    parts = {}
    for unit in fields(budget):
        limit = getattr(budget, unit.name)
        if limit is not None:
            parts[unit.name] = math.ceil(limit * fraction) if isinstance(limit, int) else limit * fraction
    return Budget(**parts)


class Meter:
    """Sums costs and guards a budget."""

    def __init__(self, budget: Budget, clock: Callable[[], float] = time.monotonic) -> None:
        self.budget = budget
        self.spent = Cost()
        self.wasted = Cost()
        self.retries = 0
        self.first_success: dict[str, float] | None = None
        # What a policy spends does not hinder a step: its proposals are paid for.
        self._steps = replace(budget, generations=None, tokens=None, policy_seconds=None)
        self._clock = clock
        self._start = clock()
        self._limits = [
            (unit.name, getattr(budget, unit.name))
            for unit in fields(budget)
            if unit.name != "seconds" and getattr(budget, unit.name) is not None
        ]

    @property
    def seconds(self) -> float:
        """Seconds of wall clock since the search began."""
        return self._clock() - self._start

    def before_step(self) -> None:
        """Raise `BudgetReached` if a limit is reached in a unit that steps spend, or in seconds."""
        self._check(self._steps)

    def before_policy(self) -> None:
        """Raise `BudgetReached` if any limit is reached: what a policy proposes is of no use without a step."""
        self._check(self.budget)

    def charge(self, cost: Cost) -> None:
        """Commit a cost; if it does not fit into the budget, count it as wasted and raise `BudgetReached`."""
        after = self.spent + cost
        for unit, limit in self._limits:
            if getattr(after, unit) > limit:
                self.waste(cost)
                raise BudgetReached(unit)
        self.spent = after

    def waste(self, cost: Cost) -> None:
        """Count a cost that was caused and not committed."""
        self.wasted = self.wasted + cost

    def include(self, cost: Cost, wasted: Cost, retries: int) -> None:
        """Add the account of a search within this one, whose budget was at most what was left here."""
        self.spent = self.spent + cost
        self.waste(wasted)
        self.retries += retries

    def room(self, most: int) -> int:
        """Return how many requests, `most` at most, can be sent at once without certain waste."""
        spent = self.spent
        for unit, limit in self._limits:
            if unit in ("steps", "lean_calls"):
                most = min(most, limit - getattr(spent, unit))
        return max(most, 1)

    def left(self) -> Budget:
        """Return what remains of the budget, as a budget."""
        left = {unit: limit - getattr(self.spent, unit) for unit, limit in self._limits}
        if self.budget.seconds is not None:
            left["seconds"] = max(0.0, self.budget.seconds - self.seconds)
        return Budget(**left)

    def success(self) -> None:
        """Record the position of the first success in every unit."""
        if self.first_success is None:
            seconds = self.seconds
            self.first_success = {unit: seconds if unit == "seconds" else getattr(self.spent, unit) for unit in UNITS}

    def _check(self, budget: Budget) -> None:
        unit = budget.exceeded(self.spent, self.seconds)
        if unit is not None:
            raise BudgetReached(unit)

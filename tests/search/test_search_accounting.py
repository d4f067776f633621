"""The meter, portions of budgets, and the clock."""

from __future__ import annotations

import math

import pytest

from search import UNITS, Budget, Cost
from search.accounting import BudgetReached, Meter, portion


def test_what_does_not_fit_is_not_committed() -> None:
    meter = Meter(Budget(lean_calls=5, heartbeats=100))
    meter.charge(Cost(lean_calls=3, heartbeats=50))
    with pytest.raises(BudgetReached) as reached:
        meter.charge(Cost(lean_calls=1, heartbeats=51))
    assert reached.value.unit == "heartbeats"
    assert "Budget.heartbeats" in str(reached.value)
    assert meter.spent == Cost(lean_calls=3, heartbeats=50)
    assert meter.wasted == Cost(lean_calls=1, heartbeats=51)
    meter.charge(Cost(lean_calls=2, heartbeats=50))
    with pytest.raises(BudgetReached, match="lean_calls"):
        meter.before_step()


def test_tokens_are_counted_both_ways() -> None:
    meter = Meter(Budget(tokens=10))
    meter.charge(Cost(tokens_in=4, tokens_out=6))
    with pytest.raises(BudgetReached, match="tokens"):
        meter.charge(Cost(tokens_in=1))


@pytest.mark.parametrize("unit", ["generations", "tokens", "policy_seconds"])
def test_a_spent_policy_budget_allows_steps(unit: str) -> None:
    meter = Meter(Budget(**{unit: 2}))
    meter.charge(Cost(**{"tokens_in" if unit == "tokens" else unit: 2}))
    meter.before_step()
    with pytest.raises(BudgetReached, match=unit):
        meter.before_policy()


@pytest.mark.parametrize("unit", ["steps", "lean_calls", "heartbeats", "lean_seconds"])
def test_a_spent_step_budget_allows_nothing(unit: str) -> None:
    meter = Meter(Budget(**{unit: 2}))
    meter.before_step()
    meter.charge(Cost(**{unit: 2}))
    for before in (meter.before_step, meter.before_policy):
        with pytest.raises(BudgetReached, match=unit):
            before()


def test_the_wall_clock() -> None:
    now = [100.0]
    meter = Meter(Budget(seconds=5.0), clock=lambda: now[0])
    now[0] = 104.9
    meter.before_step()
    meter.before_policy()
    assert meter.left().seconds == pytest.approx(0.1)
    now[0] = 105.0
    for before in (meter.before_step, meter.before_policy):
        with pytest.raises(BudgetReached, match="seconds"):
            before()
    assert (meter.seconds, meter.left().seconds) == (5.0, 0.0)


def test_only_the_first_success_is_recorded() -> None:
    now = [0.0]
    meter = Meter(Budget(), clock=lambda: now[0])
    assert meter.first_success is None
    meter.charge(Cost(steps=1, generations=2, tokens_in=3, tokens_out=4, lean_calls=5, heartbeats=6, lean_seconds=0.5))
    now[0] = 2.0
    meter.success()
    meter.charge(Cost(steps=10))
    meter.success()
    expected = dict(zip(UNITS, (1, 2, 7, 5, 6, 0.5, 0.0, 2.0), strict=True))
    assert meter.first_success == expected


def test_room_for_requests() -> None:
    meter = Meter(Budget(steps=10, lean_calls=6, heartbeats=1))
    assert meter.room(4) == 4
    assert meter.room(8) == 6
    meter.charge(Cost(steps=8, lean_calls=3))
    assert meter.room(8) == 2
    meter.charge(Cost(steps=2, lean_calls=3))
    assert meter.room(8) == 1
    assert Meter(Budget()).room(8) == 8


def test_what_is_left() -> None:
    meter = Meter(Budget(steps=10, policy_seconds=3.0))
    meter.charge(Cost(steps=4, policy_seconds=0.5, heartbeats=7))
    assert meter.left() == Budget(steps=6, policy_seconds=2.5)


@pytest.mark.parametrize("limit", range(12))
@pytest.mark.parametrize("parts", range(1, 6))
def test_portions_are_never_nothing_and_never_too_much(limit: int, parts: int) -> None:
    left = limit
    for remaining in range(parts, 0, -1):
        part = portion(Budget(steps=left), 1 / remaining).steps
        assert part is not None
        assert min(left, 1) <= part <= left
        assert part <= math.ceil(left / remaining)
        left -= part
    assert left == 0


def test_portions_of_seconds_and_of_nothing() -> None:
    assert portion(Budget(seconds=3.0, lean_calls=None), 0.5) == Budget(seconds=1.5)


def test_an_inner_account_is_included() -> None:
    meter = Meter(Budget())
    meter.charge(Cost(steps=1))
    meter.include(Cost(steps=2), Cost(steps=3), 4)
    assert (meter.spent, meter.wasted, meter.retries) == (Cost(steps=3), Cost(steps=3), 4)

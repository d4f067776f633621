"""The units of cost: one table, and everything that follows from it."""

from __future__ import annotations

from dataclasses import fields

import pytest

from prover import cli
from prover.config import BudgetSpec
from prover.types import COSTS, CostRecord
from search.types import UNITS, WHOLE, Budget, Cost

ALL = Cost(1, 2, 3, 4, 5, 6, 0.25, 0.5)


def test_costs_add_up_in_every_unit() -> None:
    assert Cost(2, 4, 6, 8, 10, 12, 0.5, 1.0) == ALL + ALL
    record = CostRecord.of(ALL, 1.25)
    assert CostRecord.total([record, record]) == CostRecord.of(ALL + ALL, 2.5)
    assert [amount for _, _, amount in record.items()] == [1, 2, 3, 4, 5, 6, 0.25, 0.5, 1.25]


def test_a_record_has_the_units_of_a_cost_and_the_wall_clock() -> None:
    record = CostRecord.of(ALL, 1.0)
    assert [unit.name for unit in fields(record)] == [*(unit.name for unit in fields(Cost)), "wall_seconds"]
    assert COSTS.validate_json(COSTS.dump_json(record)) == record


def test_every_unit_of_a_budget_is_measured() -> None:
    assert UNITS == tuple(unit.name for unit in fields(BudgetSpec)) == tuple(unit.name for unit in fields(Budget))
    for unit in UNITS:
        assert Budget(**{unit: 1}).exceeded(Cost(9, 9, 9, 9, 9, 9, 9.0, 9.0), 9.0) == unit
    assert {unit for unit in UNITS if "seconds" not in unit} == WHOLE


def test_the_help_lists_every_unit(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["bench", "--help"]) == 0
    said = capsys.readouterr().out
    assert all(unit in said for unit in UNITS) and "{units}" not in said

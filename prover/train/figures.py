"""What the attempts of a phase came to, and how two evaluations compare."""

from __future__ import annotations

from collections.abc import Sequence

from prover.runs.paired import Comparison, Pair, compare
from prover.train.records import Role, Row
from prover.train.store import IterateStore
from prover.types import CostRecord
from search.types import UNITS

Facts = dict[str, float | int | str]


def costs(rows: Sequence[Row]) -> Facts:
    """Return what attempts came to and what they cost, in every unit."""
    total = CostRecord.total(row.attempt.cost for row in rows)
    return {
        "problems": len(rows),
        "proved": sum(row.attempt.status == "proved" for row in rows),
        "errors": sum(row.attempt.status == "error" for row in rows),
        **{unit: round(getattr(total, unit), 3) for unit in UNITS if unit not in ("steps", "seconds")},
    }


def compared(store: IterateStore, first: tuple[int, str], second: tuple[int, str], role: Role) -> Comparison:
    """Return the paired comparison of two evaluations on one half of the problems."""
    one, other = ({row.place: row for row in store.rows(*phase) if row.role is role} for phase in (first, second))
    pairs = [
        Pair(
            name=one[place].attempt.problem,
            first=one[place].attempt.status == "proved",
            second=other[place].attempt.status == "proved",
            first_cost={"lean_calls": float(one[place].attempt.cost.lean_calls)},
            second_cost={"lean_calls": float(other[place].attempt.cost.lean_calls)},
        )
        for place in one
        if place in other
    ]
    return compare(pairs, ["lean_calls"])

"""What the attempts of a phase came to, and how two evaluations compare."""

from __future__ import annotations

from collections.abc import Sequence

from prover.runs.paired import Comparison, Pair, compare
from prover.train.records import Role, Row
from prover.train.store import IterateStore

Facts = dict[str, float | int | str]


def costs(rows: Sequence[Row]) -> Facts:
    """Return what attempts came to and what they cost, in every unit."""
    total = [row.attempt.cost for row in rows]
    return {
        "problems": len(rows),
        "proved": sum(row.attempt.status == "proved" for row in rows),
        "errors": sum(row.attempt.status == "error" for row in rows),
        "lean_calls": sum(it.lean_calls for it in total),
        "heartbeats": sum(it.heartbeats for it in total),
        "generations": sum(it.generations for it in total),
        "tokens": sum(it.tokens_in + it.tokens_out for it in total),
        "lean_seconds": round(sum(it.lean_seconds for it in total), 3),
        "policy_seconds": round(sum(it.policy_seconds for it in total), 3),
    }


def compared(store: IterateStore, first: tuple[int, str], second: tuple[int, str], role: Role) -> Comparison:
    """Return the paired comparison of two evaluations on one half of the problems."""
    one, other = ({row.place: row for row in store.rows(*it) if row.role is role} for it in (first, second))
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

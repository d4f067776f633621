"""What happened in a run beside its results: sittings, attempts begun, what those cost that a kill cut short."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from prover.bench.machine import Machine
from prover.types import Attempt, CostRecord, Frozen


class Sitting(Frozen):
    """The run was started or resumed. `torn` counts the bytes of a torn last row that were dropped.

    `cached` says that answers of Lean were shared with other runs, so that wall clocks say nothing.
    """

    event: Literal["sitting"] = "sitting"
    sitting: str
    time: str
    machine: Machine
    workers: int
    torn: int = 0
    cached: bool = False


class Started(Frozen):
    """An attempt began."""

    event: Literal["started"] = "started"
    sitting: str
    problem: str
    seed: int
    time: str


class Spent(Frozen):
    """What an attempt in progress has cost so far; written every few seconds, and when it is broken off."""

    event: Literal["spent"] = "spent"
    sitting: str
    problem: str
    seed: int
    cost: CostRecord


class Ended(Frozen):
    """A sitting ended by itself or was interrupted; after a kill there is no such line."""

    event: Literal["ended"] = "ended"
    sitting: str
    time: str
    seconds: float
    reason: Literal["finished", "interrupted"]


Event = Annotated[Sitting | Started | Spent | Ended, Field(discriminator="event")]
EVENTS: TypeAdapter[Event] = TypeAdapter(Event)


class Lost(Frozen):
    """An attempt that was cut short and made again. `cost` is what is known to have been spent: a lower bound."""

    problem: str
    seed: int
    sitting: str
    cost: CostRecord


def lost(events: Iterable[Event], attempts: Iterable[Attempt]) -> list[Lost]:
    """Return the attempts that began and left no row.

    Whatever has a row was begun for it last: once there is a row, the attempt is never begun again.
    """
    begun: dict[tuple[str, int], list[str]] = {}
    spent: dict[tuple[str, str, int], CostRecord] = {}
    for event in events:
        if isinstance(event, Started):
            begun.setdefault((event.problem, event.seed), []).append(event.sitting)
        elif isinstance(event, Spent):
            spent[event.sitting, event.problem, event.seed] = event.cost
    for attempt in attempts:
        if sittings := begun.get((attempt.problem, attempt.seed)):
            sittings.pop()
    return [
        Lost(problem=name, seed=seed, sitting=sitting, cost=spent.get((sitting, name, seed), CostRecord()))
        for (name, seed), sittings in begun.items()
        for sitting in sittings
    ]

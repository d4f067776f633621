"""Spend a budget over recorded searches again, problem after problem in slices: what would have been proved when.

No Lean is asked: the calls, their cost and their results are those of the run. What the run did not try stays unknown,
so no allocation can prove more than the run did; what differs is how early.
"""

from __future__ import annotations

import hashlib
import math
import random
from collections.abc import Callable, Sequence

from prover.allocate.model import SLICE, AllocationModel, fit
from prover.allocate.trace import Trace
from prover.errors import DataError
from prover.runs.intervals import Interval
from prover.types import Frozen

Index = Callable[[Trace, int], float]
"""How worthwhile the next slice of a problem is, after so many calls; the greatest comes first."""
UNITS = ("lean_calls", "lean_seconds")
SHARES = (0.1, 0.25, 0.5, 0.75)
RESAMPLES = 1000


class Point(Frozen):
    """What both allocations had proved once a share of the run's whole cost was spent."""

    share: float
    spent: float
    uniform: int
    allocated: int


class Unit(Frozen):
    """The comparison in one unit of cost.

    `area` is the mean number of proofs over all totals up to the whole cost, as a share of the problems, allocated
    minus uniform, with a bootstrap interval over problems. `uniform_90` and `allocated_90` are the totals at which 90 %
    of the run's proofs are there.
    """

    unit: str
    whole: float
    points: tuple[Point, ...]
    uniform_area: float
    allocated_area: float
    area: Interval
    uniform_90: float
    allocated_90: float


class Allocation(Frozen):
    """What an allocation by a fitted model is worth on problems that it was not fitted on."""

    run: str
    fitted_on: int
    fitted_proofs: int
    problems: int
    proofs: int
    slice: int
    units: tuple[Unit, ...]


def first_bit(name: str) -> int:
    """Return the half that a problem belongs to: the first bit of sha256 of its name."""
    return hashlib.sha256(name.encode()).digest()[0] >> 7


def evaluate(traces: Sequence[Trace], run: str, slice: int = SLICE, fit_half: int = 0) -> Allocation:
    """Fit on one half and report on the other. Raises `DataError` where a half has too little to learn from."""
    known = [trace for trace in traces if first_bit(trace.name) == fit_half]
    asked = [trace for trace in traces if first_bit(trace.name) != fit_half]
    model = fit(known, slice, run)
    proofs = sum(trace.proved for trace in asked)
    if not proofs:
        raise DataError(f"{run} has no proof in the half that is reported on: take a run with more problems")
    return Allocation(
        run=run,
        fitted_on=len(known),
        fitted_proofs=sum(trace.proved for trace in known),
        problems=len(asked),
        proofs=proofs,
        slice=slice,
        units=tuple(_unit(asked, model, unit) for unit in UNITS),
    )


def index(model: AllocationModel, unit: str) -> Index:
    """Return the chance of a proof for what the next slice costs, by a model, in a unit."""

    def worth(trace: Trace, calls: int) -> float:
        chance = model.chance(trace.features(calls))
        if unit == "lean_calls":
            return chance
        seen = trace.seen(calls)
        # One call's worth of the mean stands for what is not known yet.
        made = sum(call.calls for call in seen) + 1
        return chance * made / max(1e-6, sum(call.seconds for call in seen) + model.seconds)

    return worth


def uniform(unit: str) -> Index:
    """Prefer the problem that was given least so far: every problem gets the same, slice by slice, in a unit."""

    def worth(trace: Trace, calls: int) -> float:
        return -calls if unit == "lean_calls" else -sum(call.seconds for call in trace.seen(calls))

    return worth


def spend(traces: Sequence[Trace], worth: Index, unit: str, slice: int) -> list[tuple[float, bool]]:
    """Return the events of a run in the order of `worth`: what each slice cost and whether it ended in a proof."""
    spent = [0] * len(traces)
    value = [worth(trace, 0) for trace in traces]
    left = {place for place, trace in enumerate(traces) if trace.calls}
    events: list[tuple[float, bool]] = []
    while left:
        place = max(left, key=lambda number: (value[number], -number))
        trace = traces[place]
        before, spent[place] = spent[place], spent[place] + slice
        used = trace.seen(spent[place])[len(trace.seen(before)) :]
        cost = sum(call.calls if unit == "lean_calls" else call.seconds for call in used)
        ended = spent[place] >= trace.total
        events.append((float(cost), ended and trace.proved))
        if ended:
            left.remove(place)
        else:
            value[place] = worth(trace, spent[place])
    return events


def _unit(traces: Sequence[Trace], model: AllocationModel, unit: str) -> Unit:
    plain = spend(traces, uniform(unit), unit, model.slice)
    chosen = spend(traces, index(model, unit), unit, model.slice)
    whole = sum(cost for cost, _ in plain)
    return Unit(
        unit=unit,
        whole=whole,
        points=tuple(
            Point(
                share=share,
                spent=share * whole,
                uniform=proved_by(plain, share * whole),
                allocated=proved_by(chosen, share * whole),
            )
            for share in SHARES
        ),
        uniform_area=area(plain, len(traces)),
        allocated_area=area(chosen, len(traces)),
        area=_bootstrap(traces, model, unit),
        uniform_90=_until(plain, 0.9),
        allocated_90=_until(chosen, 0.9),
    )


def proved_by(events: Sequence[tuple[float, bool]], budget: float) -> int:
    """Return how many proofs there are once so much was spent."""
    spent, proofs = 0.0, 0
    for cost, proved in events:
        spent += cost
        if spent > budget + 1e-9:
            break
        proofs += proved
    return proofs


def area(events: Sequence[tuple[float, bool]], problems: int) -> float:
    """Return the mean share of problems that are proved, over all totals from nothing to the whole cost."""
    spent, proofs, total = 0.0, 0, 0.0
    for cost, proved in events:
        total += cost * proofs
        spent += cost
        proofs += proved
    return total / spent / problems if spent else 0.0


def _until(events: Sequence[tuple[float, bool]], share: float) -> float:
    wanted = share * sum(proved for _, proved in events)
    spent, proofs = 0.0, 0
    for cost, proved in events:
        spent += cost
        proofs += proved
        if proofs >= wanted:
            break
    return spent


def _bootstrap(traces: Sequence[Trace], model: AllocationModel, unit: str) -> Interval:
    """Return the difference of the areas with its 95 % interval, problems drawn with replacement, the model fixed."""
    size = len(traces)
    plain, chosen = (ordered(traces, worth, unit, model.slice) for worth in (uniform(unit), index(model, unit)))
    draw = random.Random(0)

    def difference(counts: Sequence[int]) -> float:
        return _weighted(chosen, counts, size) - _weighted(plain, counts, size)

    found = []
    for _ in range(RESAMPLES):
        counts = [0] * size
        for number in draw.choices(range(size), k=size):
            counts[number] += 1
        found.append(difference(counts))
    found.sort()
    low, high = found[int(0.025 * RESAMPLES)], found[int(0.975 * RESAMPLES) - 1]
    return Interval(value=difference([1] * size), low=low, high=high)


Row = tuple[int, float, bool]
"""A slice: the number of its problem, what it cost, whether it ended in a proof."""


def ordered(traces: Sequence[Trace], worth: Index, unit: str, slice: int) -> list[Row]:
    """Return all slices in the order in which `spend` takes them, reckoned for each problem by itself.

    What a slice is worth does not depend on other problems. The greedy order is that of the running minimum of each
    problem's own values: once a slice is taken, those behind it that are worth more follow at once.
    """
    keyed: list[tuple[float, int, int, Row]] = []
    for number, trace in enumerate(traces):
        least = math.inf
        before = 0
        for at, start in enumerate(range(0, trace.total, slice)):
            least = min(least, worth(trace, start))
            seen = trace.seen(start + slice)
            cost = sum(call.calls if unit == "lean_calls" else call.seconds for call in seen[before:])
            before = len(seen)
            proved = trace.proved and start + slice >= trace.total
            keyed.append((-least, number, at, (number, float(cost), proved)))
    keyed.sort(key=lambda row: row[:3])
    return [row for *_, row in keyed]


def _weighted(rows: Sequence[Row], counts: Sequence[int], problems: int) -> float:
    """Return the area where each problem counts so many times, its copies one after the other."""
    spent, proofs, total = 0.0, 0, 0.0
    for number, cost, proved in rows:
        times = counts[number]
        if times:
            total += times * cost * proofs
            spent += times * cost
            proofs += times * proved
    return total / spent / problems if spent else 0.0

"""The one loop over attempts: what has a row is done, everything else is attempted, each attempt stored as it ends.

A run can be killed at any moment and started again. What was begun and has no row is attempted again with the same
seed, and what it had cost is listed as lost. No result depends on the executor, on the number of workers or on the
order in which they finish.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime

from prover.events import Ended, Event
from prover.runs.executor import Executor
from prover.runs.machine import this_machine
from prover.runs.records import Dropped, Finished, PhaseRecord, Result, Segment, Task, TaskKey
from prover.runs.store import Store
from prover.runs.threads import Threads
from prover.runs.work import OpenWork
from prover.types import Attempt, CostRecord

OnEvent = Callable[[Event], None]


def ignore(event: Event) -> None:
    """Take no notice of an event."""


def run_attempts(
    tasks: Iterable[Task],
    open_work: OpenWork,
    *,
    executor: Executor | None = None,
    on_event: OnEvent = ignore,
    stop: threading.Event | None = None,
) -> None:
    """Attempt problems without a store: `on_event` is told of every attempt as it ends, from any thread.

    Raises what the executor raises, after everything was closed.
    """
    (executor or Threads()).run(tasks, open_work, _Teller(on_event), stop or threading.Event())


def run_phase(
    store: Store,
    phase: PhaseRecord,
    tasks: Iterable[Task],
    open_work: OpenWork,
    *,
    executor: Executor,
    on_event: OnEvent = ignore,
    stop: threading.Event | None = None,
    stamp: Callable[[Attempt], Attempt] = lambda attempt: attempt,
    cached: bool = False,
) -> None:
    """Attempt all tasks of a phase that have no row yet; nothing is opened where there are none.

    `stamp` completes a row before it is written; `cached` notes that Lean's results are shared with other runs. Raises
    what the executor raises, after everything was closed and the segment was ended.
    """
    done = store.attempted(phase)
    left = (task for task in tasks if task.key not in done)
    first = next(left, None)
    if first is None:
        return
    stop = stop or threading.Event()
    segment = Segment(
        began=now(),
        machine=this_machine(),
        workers=executor.workers,
        in_flight=executor.in_flight if executor.in_flight > executor.workers else None,
        executor=executor.name,
        cached=cached,
    )
    number = store.begin_segment(segment)
    journal = _Recorder(store, phase, number, stamp, on_event)
    clock = time.monotonic()
    reason = "interrupted"
    try:
        executor.run(_chain(first, left), open_work, journal, stop)
        if not stop.is_set():
            reason = "finished"
    finally:
        seconds = round(time.monotonic() - clock, 3)
        store.end_segment(number, segment.model_copy(update={"seconds": seconds, "reason": reason}))


def _chain(first: Task, rest: Iterable[Task]) -> Iterable[Task]:
    yield first
    yield from rest


class _Teller:
    """A journal that only tells of what happens."""

    def __init__(self, on_event: OnEvent) -> None:
        self._on_event = on_event

    def begin(self, task: Task) -> None: ...

    def spent(self, costs: Mapping[TaskKey, CostRecord]) -> None: ...

    def end(self, task: Task, result: Result) -> None:
        if isinstance(result, Finished):
            self._on_event(Ended(problem=task.problem.name, seed=task.seed, attempt=result.attempt))


class _Recorder:
    """A journal that writes the store, and then tells of it."""

    def __init__(
        self, store: Store, phase: PhaseRecord, segment: int, stamp: Callable[[Attempt], Attempt], on_event: OnEvent
    ) -> None:
        self._store = store
        self._phase = phase
        self._segment = segment
        self._stamp = stamp
        self._on_event = on_event

    def begin(self, task: Task) -> None:
        self._store.begin(self._phase, self._segment, task.key)

    def spent(self, costs: Mapping[TaskKey, CostRecord]) -> None:
        self._store.spent(self._phase, self._segment, costs)

    def end(self, task: Task, result: Result) -> None:
        if isinstance(result, Dropped):
            self._store.drop([result])
            return
        attempt = self._stamp(result.attempt)
        self._store.finish(self._phase, task.place, result.model_copy(update={"attempt": attempt}))
        self._on_event(Ended(problem=task.problem.name, seed=task.seed, attempt=attempt))


def now() -> str:
    """Return the time as it stands in files."""
    return datetime.now(UTC).isoformat(timespec="seconds")

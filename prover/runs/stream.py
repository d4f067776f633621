"""Attempts as they end, for a caller that reads them one by one: the work of the engine without a store."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass

from prover.prove import Outcome
from prover.runs.meter import Account
from prover.runs.records import Dropped, Finished, Result, Task, TaskKey
from prover.runs.threads import Threads
from prover.runs.work import Solve, SolverWork
from prover.types import CostRecord


def outcomes(
    tasks: Iterable[Task], solve: Solve, label: tuple[str, str], workers: int, cancel: Callable[[], None]
) -> Generator[Outcome, None, None]:
    """Attempt problems in threads and yield each outcome as it ends, with its search.

    Tasks are taken as workers become free, and at most `workers` outcomes wait to be read. An attempt that breaks is a
    row with the status `error`; `label` is policy and strategy as they stand there. Leaving the generator early calls
    `cancel`, which has to end what is in progress. Raises what reading the tasks raises.
    """
    channel: queue.Queue[Outcome | BaseException | None] = queue.Queue(workers)
    stop = threading.Event()
    opener = _Stream(solve, label, {}, channel)

    def drive() -> None:
        try:
            Threads(workers).run(tasks, opener, opener, stop)
            channel.put(None)
        except BaseException as error:  # raised again where the outcomes are read
            channel.put(error)

    driver = threading.Thread(target=drive, name="attempts", daemon=True)
    driver.start()
    try:
        while (found := channel.get()) is not None:
            if isinstance(found, BaseException):
                raise found
            yield found
    finally:
        stop.set()
        cancel()
        while driver.is_alive():  # its threads may wait for room in the channel
            try:
                channel.get(timeout=0.1)
            except queue.Empty:
                pass


@dataclass(frozen=True, slots=True)
class _Stream:
    """Opens the work, and is its journal: hands over what ends."""

    solve: Solve
    named: tuple[str, str]
    kept: dict[TaskKey, Outcome]
    channel: queue.Queue[Outcome | BaseException | None]

    def __call__(self, workers: int, stop: threading.Event) -> SolverWork:
        return _Keeping(self.solve, Account(stop), *self.named, kept=self.kept)

    def label(self) -> tuple[str, str]:
        return self.named

    def begin(self, task: Task) -> None: ...

    def spent(self, costs: Mapping[TaskKey, CostRecord]) -> None: ...

    def end(self, task: Task, result: Result) -> None:
        if not isinstance(result, Dropped):
            self.channel.put(self.kept.pop(task.key, Outcome(result.attempt, None)))


@dataclass(kw_only=True)
class _Keeping(SolverWork):
    """Work that keeps outcomes whole in this process instead of packing their searches."""

    kept: dict[TaskKey, Outcome]

    def result(self, task: Task) -> Result:
        outcome = self.kept[task.key] = self.solve(task.problem, task.seed)
        return Finished(attempt=outcome.attempt, verified=outcome.verified)

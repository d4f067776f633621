"""Where attempts are made: in the threads of this process, or by the actors of a Ray cluster."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from typing import Protocol

from prover.config import BudgetSpec
from prover.errors import UsageError
from prover.runs.records import Result, Task, TaskKey
from prover.runs.work import OpenWork
from prover.types import CostRecord

EVERY_SECONDS = 2.0
"""How often the cost of attempts in progress is written down."""


class Journal(Protocol):
    """Is told by an executor what happens, in the driver's process, from several threads."""

    def begin(self, task: Task) -> None:
        """Note that an attempt begins; called before any work is done."""
        ...

    def spent(self, costs: Mapping[TaskKey, CostRecord]) -> None:
        """Note the cost so far of attempts in progress."""
        ...

    def end(self, task: Task, result: Result) -> None:
        """Keep the result of an attempt."""
        ...


class Executor(Protocol):
    """Makes attempts. Which worker makes one never changes its result."""

    @property
    def name(self) -> str: ...

    @property
    def workers(self) -> int:
        """How many Lean workers there are."""
        ...

    @property
    def in_flight(self) -> int:
        """How many attempts are made at once."""
        ...

    def run(self, tasks: Iterable[Task], open_work: OpenWork, journal: Journal, stop: threading.Event) -> None:
        """Make all attempts, taking tasks only as workers become free, until `stop` is set.

        Raises what opening the work or writing the journal raises, and `KeyboardInterrupt`, after the work was closed.
        """
        ...


def make_executor(spec: str, workers: int, in_flight: int | None = None) -> Executor:
    """Return an executor: `threads`, `ray`, or `ray:ADDRESS` for a cluster that is running.

    `in_flight` attempts at once, by default one for each worker. Raises `UsageError` for another name, `SetupError`
    where Ray is missing.
    """
    kind, _, address = spec.partition(":")
    if in_flight is not None and in_flight < workers:
        raise UsageError(f"--in-flight {in_flight}: some of {workers} workers would never work; write at least that")
    if kind == "ray":
        if in_flight not in (None, workers):
            raise UsageError("--in-flight is for threads: an actor of a cluster has one problem and one Lean worker")
        from prover.runs.ray import RayExecutor, require_ray

        require_ray()
        return RayExecutor(workers, address)
    if spec != "threads":
        raise UsageError(f"--executor {spec}: there is no such executor; write threads, ray or ray:ADDRESS")
    from prover.runs.threads import Threads

    return Threads(workers, in_flight)


def check_in_flight(executor: Executor, budget: BudgetSpec) -> None:
    """Raise `UsageError` where problems would wait for Lean while the clock of their budget runs."""
    if executor.in_flight > executor.workers and budget.seconds is not None:
        raise UsageError(
            f"--in-flight {executor.in_flight}: problems would wait for Lean while the seconds of their budget pass; "
            "give the budget in another unit, such as lean_calls"
        )

"""Lean processes that hold the context of the problem in hand: started when needed, replaced when full."""

from __future__ import annotations

import threading
from collections.abc import Callable

from prover.errors import LeanError, WorkerDied
from prover.lean.context import Context
from prover.lean.embedded.install import Installation
from prover.lean.embedded.process import LeanProcess

Load = Callable[[LeanProcess, Context], None]


class ContextProcesses:
    """Processes that run one program, one for each family of contexts. `load` makes a context current in one.

    Starting may be asked for from another thread; questions are for one thread at a time.
    """

    def __init__(self, installation: Installation, entry: str, load: Load, recycle_mb: int) -> None:
        self._installation = installation
        self._entry = entry
        self._load = load
        self._recycle = recycle_mb * 2**20
        self._processes: dict[str, LeanProcess] = {}
        self._lock = threading.RLock()

    def get(self, where: Context) -> tuple[LeanProcess, bool]:
        """Return the process that holds a context, and whether it is new.

        Raises `LeanError` where Lean does not start.
        """
        with self._lock:
            process = self._processes.get(where.family)
            full = process is not None and (process.heap > self._recycle or process.is_full(where.name))
            if process is not None and not full:
                try:
                    self._load(process, where)
                    return process, False
                except WorkerDied:
                    pass  # what it imported before may have filled its memory: a new process is asked
            self.discard(where)
            process = LeanProcess(self._installation, self._entry)
            try:
                self._load(process, where)
            except WorkerDied as died:
                process.kill()
                raise LeanError(f"Lean does not start: {died}; run `prover doctor`") from died
            self._processes[where.family] = process
            return process, True

    def give(self, where: Context) -> LeanProcess | None:
        """Let go of the process for a context, if there is one: it belongs to the caller."""
        with self._lock:
            return self._processes.pop(where.family, None)

    def adopt(self, where: Context, process: LeanProcess) -> None:
        """Keep a process that another one started, unless there is one already."""
        with self._lock:
            if self._processes.setdefault(where.family, process) is not process:
                process.kill()

    def has(self, where: Context) -> bool:
        """Tell whether there is a process for a context."""
        with self._lock:
            return where.family in self._processes

    def discard(self, where: Context) -> None:
        """End the process that holds a context, if there is one."""
        with self._lock:
            process = self._processes.pop(where.family, None)
        if process is not None:
            process.kill()

    @property
    def pids(self) -> tuple[int, ...]:
        """Process ids of those that run."""
        return tuple(process.pid for process in self._processes.values() if process.pid is not None)

    def close(self) -> None:
        """End all processes."""
        with self._lock:
            for process in self._processes.values():
                process.kill()
            self._processes.clear()

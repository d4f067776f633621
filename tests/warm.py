"""Lean processes that outlive a test: a session or a verifier that is closed leaves them to the next one.

To start Lean costs more than most tests ask of it. A session that is closed has its process forget every state; to a
verifier all requests begin from the same memory in any case. A process never changes its role: one that has run proofs
reads no statement that is trusted. Tests marked `cold` start their own processes and end them: those of starting,
ending and dying, and those that damage what a process holds.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Hashable
from typing import Any, TypeVar

import pytest

from prover.errors import ProverError
from prover.lean.context import Context
from prover.lean.embedded import wire
from prover.lean.embedded.contexts import ContextProcesses
from prover.lean.embedded.process import SEARCH, LeanProcess
from prover.lean.embedded.session import EmbeddedSession
from prover.lean.embedded.verify import EmbeddedVerifier
from prover.lean.kernel.client import KernelAnswer, NativeKernelProcess
from prover.lean.kernel.verdicts import NativeVerdicts

SESSIONS, OTHERS = 2, 1
"""Processes that are kept of those that search and of every other role, of about 0.5 GB each."""
HEAP = 900 * 2**20
"""Bytes of Lean's memory with which a process is kept at most."""
R = TypeVar("R", bound=wire.Reply)


class WarmProcesses:
    """Keeps processes for the next one who needs such a process. `enabled` may be switched at any moment."""

    def __init__(self) -> None:
        self.enabled = True
        self._kept: defaultdict[Hashable, list[tuple[LeanProcess, int]]] = defaultdict(list)
        self._kernels: dict[Hashable, NativeKernelProcess] = {}
        self._waiting: set[int] = set()
        self._lock = threading.Lock()

    def take(self, role: Hashable) -> tuple[LeanProcess, int] | None:
        """Return a process that runs, and the last number that was given to one of its states."""
        with self._lock:
            while self.enabled and self._kept[role]:
                process, number = self._kept[role].pop()
                if _runs(process):
                    return process, number
                process.kill()
        return None

    def keep(self, role: Hashable, process: LeanProcess, number: int = 0) -> bool:
        """Keep a process if it can be used again and there is room."""
        with self._lock:
            most = SESSIONS if process.entry == SEARCH else OTHERS
            if len(self._kept[role]) >= most or not self.usable(process):
                return False
            self._kept[role].append((process, number))
            return True

    def take_kernel(self, role: Hashable) -> NativeKernelProcess | None:
        """Return a native kernel that runs."""
        with self._lock:
            return self._kernels.pop(role, None) if self.enabled else None

    def keep_kernel(self, kernel: NativeKernelProcess) -> bool:
        """Keep a native kernel that runs and has answered, one of a kind."""
        with self._lock:
            role, process = kernel._arguments, kernel._process
            idle = process is not None and process.poll() is None and id(kernel) not in self._waiting
            if not (self.enabled and idle) or role in self._kernels:
                return False
            self._kernels[role] = kernel
            return True

    def usable(self, process: LeanProcess) -> bool:
        """Tell whether a process runs, waits for a question, and is not too large."""
        return self.enabled and _runs(process) and process.heap < HEAP and id(process) not in self._waiting

    def close(self) -> None:
        """End all that are kept."""
        with self._lock:
            for kept in self._kept.values():
                for process, _ in kept:
                    process.kill()
            self._kept.clear()
            for kernel in self._kernels.values():
                kernel.close()
            self._kernels.clear()

    def install(self, patch: pytest.MonkeyPatch) -> None:
        """Have sessions and verifiers leave their processes here, and look here first."""
        ask, running, end = LeanProcess.ask, EmbeddedSession._running, EmbeddedSession.close
        get, has, close = ContextProcesses.get, ContextProcesses.has, ContextProcesses.close
        end_verifier = EmbeddedVerifier.close
        start_kernel, ask_kernel, end_kernels = NativeKernelProcess.start, NativeKernelProcess.ask, NativeVerdicts.close

        def asked(process: LeanProcess, request: wire.Request, reply: type[R], seconds: float) -> R:
            # A process whose answer nobody has read, because of Ctrl-C say, is out of step: it is not kept.
            self._waiting.add(id(process))
            answer = ask(process, request, reply, seconds)
            self._waiting.discard(id(process))
            return answer

        def running_session(session: EmbeddedSession, where: Context) -> LeanProcess:
            if session._process is None and (found := self.take(_role(session, where))) is not None:
                session._process, session._next = found[0], max(session._next, found[1])
                session._version = found[0].version
            return running(session, where)

        def ended_session(session: EmbeddedSession) -> None:
            process = session._process
            role = _role(session, session._context)
            usable = process is not None and self.usable(process) and _forgotten(session)
            if process is not None and usable and self.keep(role, process, session._next):
                session._process = None
            end(session)

        def filled(processes: ContextProcesses, where: Context) -> None:
            there = where.family in processes._processes
            if not there and (found := self.take(_part(processes, where.family))) is not None:
                processes._processes[where.family] = found[0]

        def got(processes: ContextProcesses, where: Context) -> tuple[LeanProcess, bool]:
            with processes._lock:
                filled(processes, where)
                return get(processes, where)

        def held(processes: ContextProcesses, where: Context) -> bool:
            with processes._lock:
                filled(processes, where)
                return has(processes, where)

        def closed(processes: ContextProcesses) -> None:
            with processes._lock:
                for family, process in list(processes._processes.items()):
                    if self.keep(_part(processes, family), process):
                        del processes._processes[family]
                close(processes)

        def ended_verifier(verifier: EmbeddedVerifier) -> None:
            # It would end its statement process first, so that what is being prepared ends soon.
            if self.enabled:
                for thread in verifier._preparing:
                    thread.join()
                verifier._statements.close()
            end_verifier(verifier)

        def started_kernel(kernel: NativeKernelProcess) -> None:
            if kernel._process is None and (found := self.take_kernel(kernel._arguments)) is not None:
                kernel._process, kernel.confinement = found._process, found.confinement
            start_kernel(kernel)

        def asked_kernel(kernel: NativeKernelProcess, *given: Any, **named: Any) -> KernelAnswer:
            self._waiting.add(id(kernel))
            answer = ask_kernel(kernel, *given, **named)
            self._waiting.discard(id(kernel))
            return answer

        def ended_kernels(verdicts: NativeVerdicts) -> None:
            for name, kernel in list(verdicts._processes.items()):
                if self.keep_kernel(kernel):
                    del verdicts._processes[name]
            end_kernels(verdicts)

        patch.setattr(NativeKernelProcess, "start", started_kernel)
        patch.setattr(NativeKernelProcess, "ask", asked_kernel)
        patch.setattr(NativeVerdicts, "close", ended_kernels)
        patch.setattr(LeanProcess, "ask", asked)
        patch.setattr(EmbeddedSession, "_running", running_session)
        patch.setattr(EmbeddedSession, "close", ended_session)
        patch.setattr(ContextProcesses, "get", got)
        patch.setattr(ContextProcesses, "has", held)
        patch.setattr(ContextProcesses, "close", closed)
        patch.setattr(EmbeddedVerifier, "close", ended_verifier)


def _runs(process: LeanProcess) -> bool:
    return process._process is not None and process._process.poll() is None


def _role(session: EmbeddedSession, where: Context) -> Hashable:
    return "session", session._installation, where.family


def _part(processes: ContextProcesses, family: str) -> Hashable:
    # The function that loads a context tells who holds the processes: statements, elaboration, or a kernel.
    loads = getattr(processes._load, "__qualname__", processes._load)
    return loads, processes._entry, processes._installation, family


def _forgotten(session: EmbeddedSession) -> bool:
    """Have the process forget every state and problem; False where it cannot."""
    try:
        for problem in list(session._problems.values()):
            session.release(problem)
        return session._process is not None
    except ProverError:
        return False

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
from typing import TypeVar

import pytest

from prover.errors import ProverError
from prover.lean.context import Context
from prover.lean.embedded import wire
from prover.lean.embedded.contexts import ContextProcesses
from prover.lean.embedded.process import SEARCH, LeanProcess
from prover.lean.embedded.session import EmbeddedSession
from prover.lean.embedded.verify import EmbeddedVerifier

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

    def install(self, patch: pytest.MonkeyPatch) -> None:
        """Have sessions and verifiers leave their processes here, and look here first."""
        ask, running, end = LeanProcess.ask, EmbeddedSession._running, EmbeddedSession.close
        get, has, close = ContextProcesses.get, ContextProcesses.has, ContextProcesses.close
        end_verifier = EmbeddedVerifier.close

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

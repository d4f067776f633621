"""A connection with LeanDojo: one process a theorem, started again and replayed when it ends."""

from __future__ import annotations

import json
from collections import OrderedDict

from prover.errors import StatementError, WorkerDied
from prover.lean.context import Context
from prover.lean.embedded.session import statement_message
from prover.lean.embedded.wire import Message
from prover.lean.leandojo.process import DojoProcess
from prover.lean.leandojo.trace import write_entry
from prover.lean.leandojo.wire import Close, Open, Reply, RunTactic
from prover.lean.leandojo.workspace import Workspace
from prover.lean.repl_connection import Answer, Reached, Refused, refused
from prover.lean.repl_session import ReplSession
from prover.lean.session import Limits, end_process, problem_key
from prover.lean.step_tactic import limited, reported
from prover.types import LeanInfo, Problem
from search.types import RejectionKind

LONGEST_LINE = 4095
"""Bytes that a terminal in canonical mode passes on in one line; the package would see Lean end."""
START_SECONDS = 600
PROCESSES = 2
"""Theorems kept open at once; the one that was used least recently gives way."""


class DojoConnection:
    """Speaks with one worker a problem."""

    def __init__(self, workspace: Workspace, where: Context, limits: Limits) -> None:
        self._workspace = workspace
        self._where = where
        self._limits = limits
        self._workers: OrderedDict[str, DojoProcess] = OrderedDict()
        self._printed: dict[tuple[str, int], str] = {}
        self._spare: DojoProcess | None = None  # importing the package takes longer than starting Lean

    def open(self, problem: Problem) -> Reached:
        """Start Lean on a problem."""
        self.drop(problem)
        while len(self._workers) >= PROCESSES:
            self._end(next(iter(self._workers)))
        entry = write_entry(self._workspace.project, self._where, problem)
        worker, self._spare = self._spare or DojoProcess(self._workspace), None
        seconds = max(1, round(self._limits.wall_seconds))
        request = Open(source=str(self._workspace.source), file=entry.file, theorem=entry.theorem, seconds=seconds)
        reply = worker.ask(request, START_SECONDS)
        if reply.status == "refused":
            self._retire(worker)
            message = Message(severity="error", line=reply.line, column=reply.column, text=reply.message)
            raise StatementError(statement_message(problem, self._where, (message,)))
        key = problem_key(problem)
        self._workers[key] = worker
        return self._reached(key, reply)

    def is_open(self, problem: Problem) -> bool:
        worker = self._workers.get(problem_key(problem))
        return worker is not None and worker.running

    def run(self, problem: Problem, number: int, block: str) -> Answer:
        """Run a block. A line too long for the package's terminal is refused as a value."""
        key = problem_key(problem)
        tactic = limited(block, self._limits.heartbeats)
        line = json.dumps({"sid": number, "cmd": tactic}, ensure_ascii=False).encode()
        if len(line) >= LONGEST_LINE:
            return Refused(f"the tactic takes {len(line)} bytes, and LeanDojo passes on at most {LONGEST_LINE - 1}")
        worker = self._workers.get(key)
        if worker is None:
            raise WorkerDied(RejectionKind.CRASH, "LeanDojo is not running")
        self._workers.move_to_end(key)
        try:
            reply = worker.ask(
                RunTactic(state=number, goals=self._printed.get((key, number), ""), tactic=tactic),
                self._limits.wall_seconds,
            )
        except WorkerDied:
            self._forget(key)
            raise
        spent = reported(reply.message)
        if reply.status == "given-up":
            return Refused("the tactic gives up: the proof contains sorry", heartbeats=spent)
        if reply.status == "error":
            found = refused(reply.message, self._limits.heartbeats)
            return Refused(found.message, found.kind, spent)
        return self._reached(key, reply)

    def drop(self, problem: Problem) -> None:
        """End the Lean of a problem."""
        self._end(problem_key(problem))

    def resident_mb(self) -> float:
        """Return the memory of the process that was used last: each is replaced for its own size."""
        last = next(reversed(self._workers.values()), None)
        return last.resident_mb() if last is not None else 0.0

    @property
    def info(self) -> LeanInfo:
        return LeanInfo(
            version=self._workspace.toolchain.lean,
            backend="leandojo",
            context=self._where.name,
            context_sha256=self._where.sha256,
        )

    def interrupt(self) -> None:
        """End the process while it is asked something. May be called from any thread."""
        for worker in list(self._workers.values()):
            end_process(worker.pid)

    def close(self) -> None:
        for key in list(self._workers):
            self._end(key)
        spare, self._spare = self._spare, None
        if spare is not None:
            spare.kill()

    def _reached(self, key: str, reply: Reply) -> Reached:
        spent = reported(reply.message)
        if reply.status == "finished":
            return Reached(reply.state, (), spent)
        self._printed[key, reply.state] = reply.goals
        return Reached(reply.state, tuple(goal for goal in reply.goals.split("\n\n") if goal.strip()), spent)

    def _end(self, key: str) -> None:
        worker = self._workers.get(key)
        self._forget(key)
        if worker is not None:
            self._retire(worker)

    def _retire(self, worker: DojoProcess) -> None:
        """End the Lean of a worker that is in step, and keep the worker for the next theorem, or end it too."""
        try:
            if self._spare is None and worker.running and worker.ask(Close(), 1.0).status == "closed":
                self._spare = worker
                return
        except WorkerDied:
            pass
        worker.kill()

    def _forget(self, key: str) -> None:
        self._workers.pop(key, None)
        for entry in [entry for entry in self._printed if entry[0] == key]:
            del self._printed[entry]


def dojo_session(workspace: Workspace, where: Context, limits: Limits) -> ReplSession:
    """Return a session over LeanDojo."""
    return ReplSession(DojoConnection(workspace, where, limits), limits)

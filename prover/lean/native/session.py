"""A connection with Lean's REPL: the header is elaborated once, problems and steps stand on its environment."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

from prover.errors import LeanError, StatementError, WorkerDied
from prover.lean.context import Context
from prover.lean.embedded.session import statement_message
from prover.lean.embedded.wire import Message
from prover.lean.native.repl import Repl
from prover.lean.native.toolchain import Toolchain, workspaces
from prover.lean.repl_connection import Answer, Reached, Refused, refused
from prover.lean.repl_session import ReplSession
from prover.lean.session import STATEMENT_HEARTBEATS, Limits, end_process, problem_key
from prover.lean.step_tactic import LOGGED, as_one_tactic, limited, reported
from prover.types import LeanInfo, Problem

START_SECONDS = 600.0  # importing Mathlib from a cold disk
MEMORY_MB = "PROOFSMITH_NATIVE_MEMORY_MB"


class NativeConnection:
    """Speaks with one REPL about any number of problems."""

    def __init__(self, toolchain: Toolchain, where: Context, limits: Limits) -> None:
        self._toolchain = toolchain
        self._where = where
        self._limits = limits
        ceiling = os.environ.get(MEMORY_MB, "")
        self._repl = Repl(toolchain, int(ceiling) if ceiling.isdecimal() else None)
        self._base = 0
        self._limited = False
        self._open: set[str] = set()

    def open(self, problem: Problem) -> Reached:
        """State a problem with a hole for its proof, whose goal becomes the first state."""
        if not self._repl.running:
            try:
                self._begin()
            except WorkerDied as died:
                raise LeanError(f"Lean's REPL does not get to a first problem ({died}); run `prover doctor`") from died
        seconds = self._limits.wall_seconds
        environment = self._base
        header = self._where.header(problem)
        if header.strip():
            answer = self._repl.command(header, environment, seconds)
            _check(answer, problem, self._where, in_statement=False)
            environment = answer.env
        statement = problem.statement.rstrip()
        answer = self._repl.command(f"set_option maxHeartbeats {STATEMENT_HEARTBEATS}", environment, seconds)
        answer = self._repl.command(f"{statement} sorry", answer.env, seconds)
        _check(answer, problem, self._where, in_statement=True)
        if len(answer.sorries) != 1 or answer.sorries[0].proof_state is None:
            raise StatementError(f"Lean finds {len(answer.sorries)} goals in the statement of {problem.name}, not one")
        self._open.add(problem_key(problem))
        return Reached(answer.sorries[0].proof_state, (answer.sorries[0].goal,))

    def is_open(self, problem: Problem) -> bool:
        return self._repl.running and problem_key(problem) in self._open

    def run(self, problem: Problem, number: int, block: str) -> Answer:
        """Run a block. Nothing left counts as proved only if the REPL's own check of the whole proof says so."""
        limit = self._limits.heartbeats
        tactic = limited(block, limit) if self._limited else as_one_tactic(block)
        answer = self._repl.tactic(number, tactic, self._limits.wall_seconds)
        if not hasattr(answer, "proof_status"):
            return refused(answer.message.removeprefix("Lean error:\n"), limit)
        spent = max((reported(message.data) for message in answer.messages), default=0)
        errors = [message.data for message in answer.messages if message.severity == "error"]
        if errors:
            found = refused(errors[0], limit)
            return Refused(found.message, found.kind, spent)
        if answer.sorries or "sorry" in answer.proof_status:
            return Refused("the tactic gives up: what it leaves contains sorry", heartbeats=spent)
        if not answer.goals and answer.proof_status != "Completed":
            return Refused(f"no goals are left, but the proof is not one: {answer.proof_status}", heartbeats=spent)
        return Reached(answer.proof_state, tuple(answer.goals), spent)

    def drop(self, problem: Problem) -> None:
        """Take note that a problem is over: the REPL keeps its states until it is replaced for its size."""
        self._open.discard(problem_key(problem))

    def resident_mb(self) -> float:
        return self._repl.resident_mb()

    @property
    def info(self) -> LeanInfo:
        return LeanInfo(
            version=self._toolchain.lean,
            backend="native",
            context=self._where.name,
            context_sha256=self._where.sha256,
        )

    @property
    def pid(self) -> int | None:
        """Process id of what `lake` became, if it runs."""
        return self._repl.pid

    def interrupt(self) -> None:
        """End the process while it is asked something. May be called from any thread."""
        end_process(self.pid)

    def close(self) -> None:
        self._repl.kill()
        self._open.clear()

    # -- the header ------------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        """Start the REPL and bring it to the header, from a file if an earlier process left one."""
        self._open.clear()
        self._repl.start()
        kept = self._pickle()
        answer = self._repl.unpickle(str(kept), START_SECONDS) if kept.is_file() else None
        if answer is None or not hasattr(answer, "env"):
            imports = "\n".join(f"import {module}" for module in ("Lean", *self._where.imports))
            answer = self._repl.command(imports, None, START_SECONDS)
            broken = _errors(answer)
            if broken:
                self._repl.kill()
                raise LeanError(
                    f"the header of context {self._where.name} does not elaborate ({broken[0]}); run `prover doctor`"
                )
            self._keep(answer.env, kept)
        self._base = answer.env
        answer = self._repl.command(LOGGED, self._base, START_SECONDS)
        # Where Lean's interfaces have moved on, steps run without a count and under Lean's own limit.
        self._limited = not _errors(answer)
        self._base = answer.env if self._limited else self._base

    def _keep(self, environment: int, path: Path) -> None:
        """Write the header's environment to a file that later processes read."""
        path.parent.mkdir(parents=True, exist_ok=True)
        written = path.with_suffix(f".{os.getpid()}.tmp")
        if not _errors(self._repl.pickle(environment, str(written), START_SECONDS)) and written.is_file():
            written.replace(path)

    def _pickle(self) -> Path:
        """Return the file of a header: its name holds what decides what is in it."""
        where = "\0".join((self._toolchain.lean, str(self._toolchain.project), *self._where.imports))
        stamp = "\0".join(str(part) for part in _stamps(self._toolchain.project))
        digest = hashlib.sha256(f"{where}\0{stamp}".encode()).hexdigest()[:16]
        return workspaces() / "scratch" / "headers" / f"{self._where.name}-{digest}.olean"


def native_session(toolchain: Toolchain, where: Context, limits: Limits) -> ReplSession:
    """Return a session over Lean's REPL."""
    return ReplSession(NativeConnection(toolchain, where, limits), limits)


def _stamps(project: Path) -> tuple[int, ...]:
    """Return what changes whenever the project is built again."""
    files = (project / "lake-manifest.json", project / ".lake" / "build" / "lib", project / "lean-toolchain")
    return tuple(file.stat().st_mtime_ns for file in files if file.exists())


def _errors(answer: Any) -> list[str]:
    if not hasattr(answer, "env"):
        return [str(answer.message)]
    return [message.data for message in answer.messages if message.severity == "error"]


def _check(answer: Any, problem: Problem, where: Context, in_statement: bool) -> None:
    """Raise `StatementError` with Lean's message, and its place if it lies in the statement, if source is refused."""
    found = _errors(answer)
    if not found:
        return
    line = column = 0
    if in_statement and hasattr(answer, "env"):
        place = next(message.start_pos for message in answer.messages if message.severity == "error")
        line, column = place.line, place.column
    message = Message(severity="error", line=line, column=column, text=found[0])
    raise StatementError(statement_message(problem, where, (message,)))

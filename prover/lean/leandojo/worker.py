"""The process in which `lean_dojo` runs: one theorem, one Dojo, ended by the end of its standard input.

A time-out is fatal here: after it the package's answers are out of step by one, because its wire has no numbers.
"""

from __future__ import annotations

import importlib
import io
import os
import re
import signal
import sys
from pathlib import Path
from typing import Any, TextIO

from pydantic import TypeAdapter

from prover.lean.leandojo.wire import Close, Open, Reply, RunTactic

_REQUEST: TypeAdapter[Open | RunTactic | Close] = TypeAdapter(Open | RunTactic | Close)
_FATAL = ("timeout", "crash", "memory", "killed")
OUT_OF_MEMORY = 137
_ERROR = re.compile(r"^[^\n]*?:(\d+):(\d+): error: (.*)", re.MULTILINE | re.DOTALL)
_BEFORE = "set_option maxHeartbeats 0 in\n"  # what the package writes on the line above a theorem


class DojoWorker:
    """Holds the package and, once a theorem is open, its Dojo."""

    def __init__(self) -> None:
        self._package = _module("lean_dojo")
        self._types = _module("lean_dojo.interaction.dojo")
        # Its own parser of goals raises AssertionError for a `⊢` inside a hypothesis, after Lean has answered.
        self._types.TacticState.__post_init__ = lambda state: object.__setattr__(state, "goals", [])
        self._types.pexpect = _Terminals(self._types.pexpect)
        self._dojo: Any = None

    def answer(self, request: Open | RunTactic | Close) -> Reply:
        """Answer one request; an exception of the package becomes a status."""
        try:
            if isinstance(request, RunTactic):
                return self._run(request)
            self.close()
            return self._open(request) if isinstance(request, Open) else Reply(status="closed")
        except self._types.DojoTacticTimeoutError:
            return Reply(status="timeout")
        except self._types.DojoCrashError as error:
            return self._crashed(error)
        except self._types.DojoInitError as error:
            return self._refused(self._types.pexpect.said() or str(error))
        except Exception as error:  # it asserts what it expects
            return Reply(status="crash", message=f"{type(error).__name__}: {error}")

    def close(self) -> None:
        """End Lean and remove the file that the package wrote for it."""
        dojo, self._dojo = self._dojo, None
        if hasattr(dojo, "proc"):
            dojo.__exit__(None, None, None)
        elif hasattr(dojo, "modified_file"):
            dojo.modified_file.close()

    def _open(self, request: Open) -> Reply:
        package = self._package
        repo = package.LeanGitRepo.from_path(request.source)
        theorem = package.Theorem(repo, Path(request.file), request.theorem)
        self._dojo = package.Dojo(theorem, timeout=request.seconds)
        _, state = self._dojo.__enter__()
        self._dojo.proc.logfile_read = None
        return Reply(status="state", state=state.id, goals=state.pp)

    def _run(self, request: RunTactic) -> Reply:
        state = self._package.TacticState(request.goals, request.state)
        answer = self._dojo.run_tac(state, request.tactic)
        if isinstance(answer, self._package.TacticState):
            return Reply(status="state", state=answer.id, goals=answer.pp, message=answer.message or "")
        if isinstance(answer, self._package.ProofFinished):
            return Reply(status="finished", state=answer.tactic_state_id, message=answer.message or "")
        if isinstance(answer, self._package.LeanError):
            return Reply(status="error", message=answer.error)
        return Reply(status="given-up")

    def _crashed(self, error: Any) -> Reply:
        """Say how Lean ended: the package knows only that its output did."""
        terminal = self._dojo.proc
        terminal.terminate(force=True)
        said = f"{error} {terminal.before if isinstance(terminal.before, str) else ''}".strip()
        if error.is_out_of_memory or terminal.exitstatus == OUT_OF_MEMORY or "out of memory" in said:
            return Reply(status="memory", message=said)
        if terminal.signalstatus in (signal.SIGKILL, signal.SIGTERM):
            return Reply(status="killed", message=said)
        return Reply(status="crash", message=said)

    def _refused(self, said: str) -> Reply:
        """Return what Lean printed instead of a first state, with its place in the statement."""
        found = _ERROR.search(said)
        if found is None:
            return Reply(status="refused", message=said)
        with open(self._dojo.modified_file.name, encoding="utf-8") as file:
            above = file.read().rpartition(_BEFORE)[0].count("\n") + 1
        return Reply(
            status="refused", message=found[3].strip(), line=max(0, int(found[1]) - above), column=int(found[2])
        )


def _module(name: str) -> Any:
    return importlib.import_module(name)


class _Terminals:
    """Stands between the package and `pexpect`: terminals without its delays, and what Lean printed on the last one.

    The package reads a character at a time and waits 50 ms before it writes: 13 tactics a second at most.
    """

    def __init__(self, pexpect: Any) -> None:
        self._pexpect = pexpect
        self.EOF, self.TIMEOUT = pexpect.EOF, pexpect.TIMEOUT
        self._printed = io.StringIO()

    def spawn(self, command: str, **options: Any) -> Any:
        """Start a program on a terminal."""
        terminal = self._pexpect.spawn(command, **(options | {"maxread": 1 << 16}))
        terminal.delaybeforesend = terminal.delayafterread = None
        terminal.logfile_read = self._printed = io.StringIO()
        return terminal

    def said(self) -> str:
        """Return what was printed before the first state."""
        return self._printed.getvalue().replace("\r\n", "\n").strip()


def main() -> None:
    """Answer requests until standard input ends."""
    wire = own_output()
    worker = DojoWorker()
    try:
        for line in sys.stdin:
            reply = worker.answer(_REQUEST.validate_json(line))
            if reply.status in _FATAL:
                worker.close()
            print(reply.model_dump_json(), file=wire, flush=True)
            if reply.status in _FATAL:
                break
    finally:
        worker.close()


def own_output() -> TextIO:
    """Return standard output as the wire, and send what the package prints there to standard error."""
    wire = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return wire


if __name__ == "__main__":
    main()

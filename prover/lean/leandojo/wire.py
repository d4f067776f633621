"""The wire between a session and its worker: one JSON line each way, as frozen models.

`Reply.status` is the closed union of the package and what it raises: `state` (`TacticState`), `finished`
(`ProofFinished`), `error` (`LeanError`), `given-up` (`ProofGivenUp`), and the ends of the process: `timeout`
(`DojoTacticTimeoutError`), `crash`, `memory` and `killed` (`DojoCrashError`), `refused` (`DojoInitError`).
"""

from __future__ import annotations

from typing import Literal

from prover.types import Frozen


class Open(Frozen):
    """Start Lean on a theorem; `seconds` guards each tactic."""

    op: Literal["open"] = "open"
    source: str
    file: str
    theorem: str
    seconds: int


class RunTactic(Frozen):
    """Run a tactic on the state of a number."""

    op: Literal["run"] = "run"
    state: int
    goals: str
    tactic: str


class Close(Frozen):
    """End the Lean of the theorem that is open; the worker waits for the next one."""

    op: Literal["close"] = "close"


class Reply(Frozen):
    """An answer; `goals` is the printed state, `message` what Lean printed with it or why there is none.

    `line` and `column` place Lean's message in the statement (lines from 1); 0 is nowhere in it.
    """

    status: Literal[
        "state", "finished", "error", "given-up", "closed", "timeout", "crash", "memory", "killed", "refused"
    ]
    state: int = 0
    goals: str = ""
    message: str = ""
    line: int = 0
    column: int = 0

"""The stand-ins' side of the socket, and the switches by which a test makes a stand-in misbehave."""

from __future__ import annotations

import json
import os
import socket
import sys
import time
from pathlib import Path
from typing import Any, NoReturn

HANG, CRASH, OUT_OF_MEMORY = "standin_hang", "standin_crash", "standin_out_of_memory"
"""Tactics by which a test makes a stand-in do what Lean does now and then."""


class Brain:
    """Asks the embedded Lean behind a socket."""

    def __init__(self, folder: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(str(folder / "brain.socket"))
        self._file = self._socket.makefile("rw", encoding="utf-8")

    def ask(self, **request: Any) -> dict[str, Any]:
        """Ask one question; a brain that died is a Lean that died."""
        self._file.write(json.dumps(request) + "\n")
        self._file.flush()
        line = self._file.readline()
        if not line:
            raise SystemExit(1)
        answer: dict[str, Any] = json.loads(line)
        return answer


def switches(folder: Path) -> dict[str, Any]:
    """Return how a test wants the stand-ins to behave."""
    path = folder / "switches.json"
    found: dict[str, Any] = json.loads(path.read_text()) if path.is_file() else {}
    return found


def misbehave(tactic: str) -> None:
    """Hang, crash or run out of memory if the tactic asks for it."""
    if HANG in tactic:
        time.sleep(600)
    if OUT_OF_MEMORY in tactic:
        die("INTERNAL PANIC: out of memory", 137)
    if CRASH in tactic:
        die("segmentation fault", 139)


def die(message: str, status: int) -> NoReturn:
    print(message, file=sys.stderr, flush=True)
    os._exit(status)


def unwrapped(tactic: str) -> tuple[int, str]:
    """Take `prover_step LIMIT =>` off a tactic: the limit in thousands, 0 if there is none, and the block inside."""
    first, _, rest = tactic.partition("\n")
    words = first.split()
    if words[:1] != ["prover_step"]:
        return 0, tactic
    return int(words[1]), "\n".join(line.removeprefix("  ") for line in rest.split("\n"))

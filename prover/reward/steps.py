"""The goals after some tactics: by a Lean of this process, or by a running server."""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Sequence
from typing import Protocol

from prover.errors import InputError
from prover.problems.formats import read_statement
from prover.types import Problem


class Stepper(Protocol):
    """Runs tactics. Safe from several threads."""

    def read(self, statement: str) -> Problem:
        """Return the problem of a statement. Raises `InputError`."""
        ...

    def goals(self, problem: Problem, tactics: Sequence[str]) -> tuple[str, ...]:
        """Return the goals after tactics, none if nothing is left. Raises `InputError` with Lean's message."""
        ...


class OwnStepper:
    """Runs tactics in a Lean of this process."""

    def __init__(self, context: str = "core") -> None:
        from prover.api import Prover

        self._context = context
        self._prover = Prover(context=context, cache=False)

    def read(self, statement: str) -> Problem:
        return _one(statement, self._context)

    def goals(self, problem: Problem, tactics: Sequence[str]) -> tuple[str, ...]:
        return tuple(goal.text for goal in self._prover.goals(problem, tactics).goals)

    def close(self) -> None:
        """End Lean."""
        self._prover.close()


class ServerStepper:
    """Runs tactics by a running `prover serve`."""

    def __init__(self, address: str, context: str = "core") -> None:
        from prover.config.search import SearchConfig
        from prover.serve.client import RemoteProver

        self._context = context
        self._remote = RemoteProver(address, SearchConfig())
        self._lock = threading.Lock()

    def read(self, statement: str) -> Problem:
        return _one(statement, self._context)

    def goals(self, problem: Problem, tactics: Sequence[str]) -> tuple[str, ...]:
        with self._lock:
            return self._remote.goals(problem, tactics)

    def close(self) -> None:
        """Close the connection."""
        self._remote.close()


_lock = threading.Lock()
_shared: list[OwnStepper | ServerStepper] = []


def shared_stepper() -> OwnStepper | ServerStepper:
    """Return the one stepper of this process, configured as `prover.reward.shared` says."""
    with _lock:
        if not _shared:
            context = os.environ.get("PROOFSMITH_REWARD_CONTEXT", "core")
            server = os.environ.get("PROOFSMITH_SERVER", "")
            made = ServerStepper(server, context) if server else OwnStepper(context)
            atexit.register(made.close)
            _shared.append(made)
        return _shared[0]


def _one(statement: str, context: str) -> Problem:
    found = read_statement(statement, context)
    if len(found) != 1:
        raise InputError(f"the statement holds {len(found)} problems; give one")
    return found[0]

"""The processes of a Ray cluster: a search actor with its Lean, and the language model that all searches share."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from prover.errors import PolicyError, ProverError
from prover.policies.models.generation import Answer, Generator, Request
from prover.runs.meter import Stopped
from prover.runs.records import Result, Task, TaskKey
from prover.runs.work import OpenWork, Work
from prover.types import CostRecord

LOSSES = 2
"""So many times an attempt that was lost with its actor is made again."""


class SearchActor:
    """Makes one attempt at a time in a process of its own. Lean and the policy start with the first attempt."""

    def __init__(self, open_work: OpenWork) -> None:
        self._open = open_work
        self._stop = threading.Event()
        self._work: Work | None = None

    def attempt(self, task: Task) -> Result | None:
        """Make one attempt; None if it was cancelled."""
        if self._stop.is_set():
            return None
        if self._work is None:
            self._work = self._open(1, self._stop)
        try:
            return self._work.attempt(task)
        except Stopped:
            return None

    def spent(self) -> Mapping[TaskKey, CostRecord]:
        """Return what the attempt in progress has cost so far."""
        return {} if self._work is None else self._work.spent()

    def ready(self) -> int:
        """Return the number of the process, once there is one."""
        return os.getpid()

    def stop(self) -> None:
        """Cancel the attempt in progress, and those that follow."""
        self._stop.set()

    def close(self) -> None:
        """End Lean's processes."""
        self._stop.set()
        if self._work is not None:
            self._work.close()


class PolicyActor:
    """A language model for all searches of a run: requests that come while it works go together next (`Batcher`)."""

    def __init__(self, make: Callable[[], Generator]) -> None:
        self._generator = make()

    def generate(self, requests: Sequence[Request]) -> list[Answer]:
        return self._generator.generate(requests)

    def load(self) -> None:
        self._generator.load()

    def close(self) -> None:
        self._generator.close()


@dataclass(frozen=True, slots=True)
class RemoteGenerator:
    """A model in an actor, asked from other processes. Requests carry their seeds, so asking again changes nothing."""

    actor: Any

    def generate(self, requests: Sequence[Request]) -> list[Answer]:
        answers: list[Answer] = self._ask("generate", list(requests))
        return answers

    def load(self) -> None:
        self._ask("load")

    def close(self) -> None:
        """Leave the model alone: it belongs to the run."""

    def _ask(self, method: str, *arguments: object) -> Any:
        import ray
        from ray.exceptions import RayActorError, RayTaskError

        for _ in range(LOSSES + 1):
            try:
                return ray.get(getattr(self.actor, method).remote(*arguments))
            except RayTaskError as error:
                raise cause_of(error) from error
            except RayActorError as error:
                lost = error
        raise PolicyError(f"the process of the model died {LOSSES + 1} times ({first_line(lost)}): look at its memory")


def cause_of(error: Any) -> Exception:
    cause = getattr(error, "cause", None)
    if isinstance(cause, ProverError):
        return cause
    return ProverError(f"internal error in a worker: {first_line(cause or error)}")


def first_line(error: BaseException) -> str:
    return str(error).strip().split("\n")[0] or type(error).__name__

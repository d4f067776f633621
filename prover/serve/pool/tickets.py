"""A job on its way through the pool, and the places where jobs are done."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from prover.events import Event
from prover.serve.pool.handle import WorkerHandle
from prover.serve.worker.answers import Done
from prover.serve.worker.jobs import Job


@dataclass(eq=False, slots=True)
class Ticket:
    """A job in the queue or at work."""

    client: str
    job: Job
    seconds: float
    tell: Callable[[Event], None] | None
    answer: asyncio.Future[tuple[Done, str]]
    started: asyncio.Event = field(default_factory=asyncio.Event)
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    losses: int = 0

    def fail(self, error: Exception) -> None:
        if not self.answer.done():
            self.answer.set_exception(error)


@dataclass(eq=False, slots=True)
class Slot:
    """A place for a worker; the worker changes."""

    worker: WorkerHandle | None = None
    ticket: Ticket | None = None
    memory: int = 0
    too_large: bool = False

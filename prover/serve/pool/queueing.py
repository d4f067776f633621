"""A queue that is fair among clients: they take turns, however many jobs each of them has."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from typing import Generic, TypeVar

T = TypeVar("T")


class FairQueue(Generic[T]):
    """Jobs by client, for one event loop. Within a client the order is that of arrival."""

    def __init__(self) -> None:
        self._lines: OrderedDict[str, deque[T]] = OrderedDict()
        self._some = asyncio.Event()

    def __len__(self) -> int:
        return sum(len(line) for line in self._lines.values())

    def put(self, client: str, job: T) -> None:
        """Add a job at the end of its client's line."""
        self._lines.setdefault(client, deque()).append(job)
        self._some.set()

    def put_back(self, client: str, job: T) -> None:
        """Put a job that was taken in front of everything: it has had its turn already."""
        line = self._lines.setdefault(client, deque())
        line.appendleft(job)
        self._lines.move_to_end(client, last=False)
        self._some.set()

    async def take(self) -> T:
        """Wait for a job, and return the next one of the client whose turn it is."""
        while not self._lines:
            self._some.clear()
            await self._some.wait()
        client, line = next(iter(self._lines.items()))
        job = line.popleft()
        if line:
            self._lines.move_to_end(client)
        else:
            del self._lines[client]
        return job

    def remove(self, client: str, job: T) -> bool:
        """Take a job out again; False if it is no longer there."""
        line = self._lines.get(client)
        if line is None or job not in line:
            return False
        line.remove(job)
        if not line:
            del self._lines[client]
        return True

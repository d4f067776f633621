"""Who is served next, by which worker, and for how long.

A request is admitted or refused at once (`Busy`). Its jobs wait in a queue that is fair among clients, for a worker,
which does one job at a time. A job that is no longer wanted, or takes too long, is cancelled; a worker that ignores
that for `GRACE_SECONDS` is killed and replaced. A job whose worker dies under it is done again by another one.
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from prover.errors import LeanError
from prover.events import Event
from prover.serve.pool.handle import WorkerHandle, WorkerLost
from prover.serve.pool.metrics import Metrics
from prover.serve.pool.queueing import FairQueue
from prover.serve.pool.tickets import Slot, Ticket
from prover.serve.refusals import Busy, TimedOut, TooLarge
from prover.serve.settings import MEGABYTE, ServeSettings
from prover.serve.worker.answers import Done, Ready, Refused
from prover.serve.worker.jobs import Job

GRACE_SECONDS = 0.5
RETRIES = 2
LOOK_SECONDS = 2.0
_log = logging.getLogger("prover.serve")


class WorkerPool:
    """Worker processes for one event loop."""

    def __init__(self, settings: ServeSettings, metrics: Metrics) -> None:
        self._settings = settings
        self._metrics = metrics
        self._queue: FairQueue[Ticket] = FairQueue()
        self._requests: Counter[str] = Counter()
        self._tasks: list[asyncio.Task[None]] = []
        self._mean_seconds = 0.5
        self.slots = [Slot() for _ in range(settings.workers)]
        self.draining = False
        self.last_used = time.monotonic()

    # -- for requests --------------------------------------------------------------------------------------------------

    async def open(self) -> Ready:
        """Start the workers, and wait for the first one. Raises `LeanError` where it does not come up."""
        first = self._new()
        ready = await first.start()
        self.slots[0].worker = first
        self._tasks = [asyncio.create_task(self._serve(slot)) for slot in self.slots]
        self._tasks.append(asyncio.create_task(self._look()))
        self.last_used = time.monotonic()
        return ready

    def room(self, client: str) -> None:
        """Raise `Busy` where there is no room for another request of a client."""
        total = sum(self._requests.values())
        if self.draining:
            raise Busy("the server is shutting down", 5)
        if total >= self._settings.max_requests:
            raise Busy("No available REPLs", self.retry_after())
        if self._requests[client] >= self._settings.max_client_requests:
            raise Busy(f"{self._requests[client]} requests of this client are in progress", self.retry_after())

    @contextmanager
    def admitted(self, client: str) -> Iterator[None]:
        """Count a request in. Raises `Busy` where there is no room for it."""
        self.room(client)
        self._requests[client] += 1
        try:
            yield
        finally:
            self.last_used = time.monotonic()
            self._requests[client] -= 1
            if not self._requests[client]:
                del self._requests[client]

    async def run(
        self,
        client: str,
        job: Job,
        seconds: float,
        tell: Callable[[Event], None] | None = None,
        patient: bool = False,
    ) -> tuple[Done, str]:
        """Have a job done by a worker and return its answer and the worker's name.

        A job waits up to `max_wait` for a worker; a `patient` one, of a request that has begun, as long as its client.
        Raises `Busy`, `TimedOut`, `TooLarge`, `WorkerLost`. Where the task that waits is cancelled, so is the job.
        """
        ticket = Ticket(client, job, seconds, tell, asyncio.get_running_loop().create_future())
        self._queue.put(client, ticket)
        try:
            await asyncio.wait_for(ticket.started.wait(), None if patient else self._settings.max_wait)
            return await ticket.answer
        except TimeoutError:
            raise Busy("No available REPLs", self.retry_after()) from None
        finally:
            # Whether it was answered or not: a task that is cancelled has cancelled the future that it waited for.
            ticket.gone.set()
            self._queue.remove(client, ticket)
            ticket.answer.cancel()

    def pause(self, tell: object, paused: bool) -> bool:
        """Have the search whose events go to a function wait or go on; False if it is not at work."""
        worker = self._at_work(tell)
        if worker is not None:
            worker.pause(paused)
        return worker is not None

    def stop(self, tell: object) -> bool:
        """Cancel the search whose events go to a function, which then answers with its row; False if not at work."""
        worker = self._at_work(tell)
        if worker is not None:
            worker.cancel()
        return worker is not None

    def _at_work(self, tell: object) -> WorkerHandle | None:
        found = (slot.worker for slot in self.slots if slot.ticket is not None and slot.ticket.tell is tell)
        return next(found, None)

    def retry_after(self) -> int:
        """Return in how many seconds there should be room, from what jobs took lately."""
        waiting = len(self._queue) + sum(slot.ticket is not None for slot in self.slots)
        return max(1, min(60, math.ceil(waiting * self._mean_seconds / len(self.slots))))

    @property
    def in_progress(self) -> int:
        """How many requests are in progress or waiting."""
        return sum(self._requests.values())

    @property
    def waiting(self) -> int:
        """How many jobs wait for a worker."""
        return len(self._queue)

    async def close(self) -> None:
        """End the workers; what is in progress gets a retriable error."""
        self.draining = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for slot in self.slots:
            if slot.ticket is not None:
                slot.ticket.fail(WorkerLost("the server is shutting down"))
            if slot.worker is not None:
                slot.worker.kill()
                await slot.worker.ended()

    # -- workers -------------------------------------------------------------------------------------------------------

    def _new(self) -> WorkerHandle:
        return WorkerHandle(self._settings.worker)

    async def _serve(self, slot: Slot) -> None:
        """Keep a slot's worker alive and give it one job after the other."""
        while True:
            if slot.worker is None or slot.worker.pid is None:
                await self._replace(slot)
            ticket = await self._queue.take()
            if ticket.gone.is_set():
                continue
            if slot.worker is None or slot.worker.pid is None:  # it died while it was idle
                self._queue.put_back(ticket.client, ticket)
                continue
            slot.ticket = ticket
            ticket.started.set()
            try:
                await self._work(slot, slot.worker, ticket)
            except Exception as error:  # a slot must not die of a job
                _log.exception("a worker failed in an unforeseen way")
                ticket.fail(WorkerLost(f"internal error ({type(error).__name__}); ask again"))
                self._discard(slot)
            finally:
                slot.ticket = None

    async def _work(self, slot: Slot, worker: WorkerHandle, ticket: Ticket) -> None:
        began = time.monotonic()
        asked = asyncio.create_task(worker.ask(ticket.job, ticket.tell))
        gone = asyncio.create_task(ticket.gone.wait())
        try:
            await asyncio.wait({asked, gone}, timeout=ticket.seconds, return_when=asyncio.FIRST_COMPLETED)
            late = not asked.done() and not ticket.gone.is_set()
            if not asked.done():
                worker.cancel()
                await asyncio.wait({asked}, timeout=GRACE_SECONDS)
            if not asked.done():
                self._discard(slot)
                asked.cancel()
                self._metrics.workers_killed.inc(reason="timeout" if late else "client gone")
                ticket.fail(TimedOut(ticket.seconds))
                return
            try:
                done = asked.result()
            except WorkerLost as lost:
                self._lost(slot, ticket, lost)
                return
            if (
                isinstance(done.answer, Refused)
                and done.answer.error == "lean"
                and ticket.losses < RETRIES
                and not late
            ):
                self._lost(slot, ticket, WorkerLost(done.answer.message))
                return
            if late and isinstance(done.answer, Refused):
                ticket.fail(TimedOut(ticket.seconds))
            elif not ticket.answer.done():
                ticket.answer.set_result((done, worker.name))
            if isinstance(done.answer, Refused) and done.answer.error in ("internal", "lean"):
                self._discard(slot)  # it may be broken; a new one is not
        finally:
            gone.cancel()
            asked.cancel()
            took = time.monotonic() - began
            self._mean_seconds += 0.1 * (took - self._mean_seconds)
            self._metrics.job_seconds.observe(took, kind=ticket.job.kind)
        if worker.jobs >= self._settings.max_uses or slot.memory > self._settings.worker_mb * MEGABYTE:
            self._metrics.workers_killed.inc(reason="recycled")
            self._discard(slot)

    def _lost(self, slot: Slot, ticket: Ticket, lost: WorkerLost) -> None:
        """Have the job of a worker that died done again, unless it seems to be the job that kills."""
        self._discard(slot)
        if slot.too_large:
            slot.too_large = False
            ticket.fail(TooLarge(f"this needs more than the {self._settings.worker_mb} MB that a worker may have"))
            return
        self._metrics.workers_killed.inc(reason="died")
        ticket.losses += 1
        if ticket.gone.is_set():
            return
        if ticket.losses > RETRIES:
            ticket.fail(WorkerLost("the worker died of this request, and so did others: do not send it again"))
            return
        _log.warning("a worker died, its job is done again: %s", lost)
        self._queue.put_back(ticket.client, ticket)

    async def _replace(self, slot: Slot) -> None:
        """Start a worker in a slot, and again after a while where that fails."""
        pause = 0.5
        while True:
            if slot.worker is not None:
                slot.worker.kill()
                await slot.worker.ended()
                slot.worker = None
            worker = self._new()
            try:
                await worker.start()
                slot.worker, slot.memory, slot.too_large = worker, 0, False
                self._metrics.workers_started.inc()
                return
            except LeanError as error:
                _log.error("a worker does not start: %s", error)
                await worker.ended()
            except asyncio.CancelledError:
                worker.kill()
                raise
            await asyncio.sleep(pause)
            pause = min(30.0, pause * 2)

    def _discard(self, slot: Slot) -> None:
        if slot.worker is not None:
            slot.worker.kill()

    async def _look(self) -> None:
        """Watch the memory of the workers."""
        limit = self._settings.worker_mb * MEGABYTE
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            for slot in self.slots:
                if slot.worker is None:
                    continue
                slot.memory = await asyncio.to_thread(slot.worker.memory)
                if slot.memory > 1.5 * limit and slot.worker is not None:
                    slot.too_large = slot.ticket is not None
                    self._metrics.workers_killed.inc(reason="memory")
                    self._discard(slot)

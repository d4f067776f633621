"""A worker process as the server's event loop sees it."""

from __future__ import annotations

import asyncio
import sys
import uuid
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable

import psutil

from prover.errors import LeanError
from prover.events import Event
from prover.lean.session import end_process
from prover.serve.refusals import HALF
from prover.serve.worker.answers import Done, FromWorker, Ready, Refused, Told
from prover.serve.worker.jobs import HEADER, LARGEST_FRAME, Cancel, Job, Order, Pause, WorkerSettings, frame

START_SECONDS = 600.0
"""The first start may install Lean and compile the context."""


class WorkerLost(LeanError):
    """The worker process ended in the middle of a job."""


class WorkerHandle:
    """One process: started, asked one job at a time, killed. `name` is what diagnostics call it."""

    def __init__(self, settings: WorkerSettings) -> None:
        self._settings = settings
        self._process: Process | None = None
        self._number = 0
        self.name = uuid.uuid4().hex
        self.jobs = 0
        self._killed = False
        self.ready: Ready | None = None

    @property
    def pid(self) -> int | None:
        """Its process id, None once it has ended or was told to."""
        alive = self._process is not None and self._process.returncode is None and not self._killed
        return self._process.pid if alive and self._process is not None else None

    async def start(self) -> Ready:
        """Start the process and wait until it is warm. Raises `LeanError` with what is missing."""
        # A session of its own: a Ctrl-C in the server's terminal must not reach it before the server has drained.
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "prover.serve.worker.main", self._settings.model_dump_json(),
            stdin=PIPE, stdout=PIPE, start_new_session=True,
        )  # fmt: skip
        try:
            body = await asyncio.wait_for(self._read(), START_SECONDS)
            try:
                self.ready = Ready.model_validate_json(body)
            except ValueError:
                raise LeanError(Refused.model_validate_json(body).message) from None
            return self.ready
        except BaseException:
            self.kill()
            await self.ended()
            raise

    async def ask(self, job: Job, tell: Callable[[Event], None] | None) -> Done:
        """Have a job done. Raises `WorkerLost` where the process ends before it has answered."""
        self._number += 1
        self.jobs += 1
        number = self._number
        try:
            order = frame(Order(number=number, job=job))
        except ValueError:  # of UTF-8: nothing was sent, and the worker is as it was
            return Done(number=number, seconds=0.0, answer=Refused(error="input", message=HALF))
        self._send(order)
        while True:
            said = FromWorker.validate_json(await self._read())
            if isinstance(said, Told) and said.number == number:
                if tell is not None:
                    tell(said.event)
            elif isinstance(said, Done) and said.number == number:
                return said

    def cancel(self) -> None:
        """Say that the present job is no longer wanted."""
        self._say(Cancel(cancel=self._number))

    def pause(self, paused: bool) -> None:
        """Have the search in progress wait, or go on."""
        self._say(Pause(paused=paused))

    def memory(self) -> int:
        """Return the resident bytes of the process and all that it started. Slow: call it in a thread."""
        pid = self.pid
        if pid is None:
            return 0
        total = 0
        try:
            process = psutil.Process(pid)
            for member in [process, *process.children(recursive=True)]:
                try:
                    total += member.memory_info().rss
                except psutil.Error:
                    continue
        except psutil.Error:
            return total
        return total

    def kill(self) -> None:
        """End the process and all that it started."""
        end_process(self.pid)
        self._killed = True

    async def ended(self) -> None:
        """Wait until the process is gone, so that none is left behind as a zombie."""
        if self._process is None or self._process.stdin is None or self._process.stdout is None:
            return
        self._process.stdin.close()
        await self._process.wait()
        try:
            # Until its output has ended, the event loop holds the pipe open.
            await asyncio.wait_for(self._process.stdout.read(), 1.0)
        except (TimeoutError, RuntimeError, ConnectionError):
            pass  # somebody reads it already

    def _say(self, message: Cancel | Pause) -> None:
        try:
            self._send(frame(message))
        except WorkerLost:
            pass  # the task that waits for its answer finds out

    def _send(self, data: bytes) -> None:
        if self._process is None or self._process.stdin is None or self._process.returncode is not None:
            raise WorkerLost("the worker process has ended")
        self._process.stdin.write(data)

    async def _read(self) -> bytes:
        assert self._process is not None and self._process.stdout is not None
        try:
            (length,) = HEADER.unpack(await self._process.stdout.readexactly(HEADER.size))
            if length > LARGEST_FRAME:
                raise WorkerLost(f"the worker process announced {length} bytes")
            return await self._process.stdout.readexactly(length)
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise WorkerLost("the worker process ended without an answer") from error

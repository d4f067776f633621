"""A worker process: one `Prover`, one job at a time, over standard input and output.

The server may kill it at any moment: its Lean processes end with it. What a proof does to a Lean process is Lean's own
business (see docs/verifier.md); nothing of a job outlives it here but warm processes and open problems.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import BinaryIO

from pydantic import ValidationError

from prover.cancel import CancelToken
from prover.errors import InputError, LeanError, ProverError, SetupError, StatementError
from prover.events import Event
from prover.serve.worker.answers import Answer, Done, Refused, Told
from prover.serve.worker.desk import Desk
from prover.serve.worker.jobs import HEADER, LARGEST_FRAME, Cancel, FromServer, Order, Pause, WorkerSettings, frame
from prover.types import Frozen
from search.hooks import Cancelled


class Wire:
    """The pipe to the server. Threads may write; one reads."""

    def __init__(self, reading: BinaryIO, writing: BinaryIO) -> None:
        self._reading = reading
        self._writing = writing
        self._lock = threading.Lock()

    def say(self, message: Frozen) -> None:
        """Send a message. A server that is gone ends the process."""
        try:
            with self._lock:
                self._writing.write(frame(message))
                self._writing.flush()
        except OSError:
            os._exit(0)

    def read(self) -> Order | Cancel | Pause | None:
        """Return the next message, or None when the server is gone."""
        head = self._reading.read(HEADER.size)
        if len(head) < HEADER.size:
            return None
        (length,) = HEADER.unpack(head)
        if length > LARGEST_FRAME:
            return None
        body = self._reading.read(length)
        return FromServer.validate_json(body) if len(body) == length else None


class Worker:
    """Takes orders until the server is gone."""

    def __init__(self, wire: Wire, desk: Desk) -> None:
        self._wire = wire
        self._desk = desk
        self._lock = threading.Lock()
        self._token: tuple[int, CancelToken] = (0, CancelToken())
        self._orders: list[Order] = []
        self._last_cancelled = 0
        self._waiting = threading.Condition(self._lock)

    def work(self) -> None:
        """Do the orders, one after the other; the pipe is read at the same time."""
        threading.Thread(target=self._read, name="orders", daemon=True).start()
        while True:
            with self._waiting:
                while not self._orders:
                    self._waiting.wait()
                order = self._orders.pop(0)
                token = CancelToken()
                self._token = (order.number, token)
                if order.number == self._last_cancelled:  # it came before the order was taken
                    token.cancel()
            self._wire.say(self._done(order, token))

    def _read(self) -> None:
        try:
            while (message := self._wire.read()) is not None:
                with self._waiting:
                    if isinstance(message, Order):
                        self._orders.append(message)
                        self._waiting.notify()
                        continue
                    number, token = self._token
                    if isinstance(message, Cancel):
                        self._last_cancelled = message.cancel
                if isinstance(message, Pause):
                    self._desk.pause(message.paused)
                    continue
                if number == message.cancel:
                    token.cancel()
        except ValidationError as error:
            print(f"the server said what the wire does not allow: {error}", file=sys.stderr)
        # The desk may be at work in the other thread: Lean's processes end with this one.
        os._exit(0)

    def _done(self, order: Order, token: CancelToken) -> Done:
        began = time.monotonic()
        self._desk.pause(False)

        def tell(event: Event) -> None:
            self._wire.say(Told(number=order.number, event=event))

        answer = _answered(lambda: self._desk.do(order.job, token, tell))
        if token.cancelled and isinstance(answer, Refused):
            answer = Refused(error="cancelled", message="the job was cancelled")
        return Done(number=order.number, seconds=time.monotonic() - began, answer=answer)


def _answered(work: Callable[[], Answer]) -> Answer:
    try:
        return work()
    except Cancelled:
        return Refused(error="cancelled", message="the job was cancelled")
    except StatementError as error:
        return Refused(error="statement", message=str(error))
    except InputError as error:
        return Refused(error="input", message=str(error))
    except (LeanError, SetupError) as error:
        return Refused(error="lean", message=str(error))
    except ProverError as error:
        return Refused(error="input", message=str(error))
    except Exception as error:  # the worker stays; the server replaces it
        return Refused(error="internal", message=f"{type(error).__name__}: {error}"[:2000])


def main() -> None:
    """Run the worker process that the server starts; its settings are the one argument."""
    # A signal for the server's whole group must not end the worker before the server has drained.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not get into the frames
    wire = Wire(sys.stdin.buffer, out)
    settings = WorkerSettings.model_validate_json(sys.argv[1])
    desk = Desk(settings)
    ready = _opened(desk)
    wire.say(ready)
    if isinstance(ready, Refused):
        desk.close()
        return
    Worker(wire, desk).work()


def _opened(desk: Desk) -> Frozen:
    try:
        return desk.open()
    except ProverError as error:
        return Refused(error="lean", message=str(error))
    except Exception as error:  # said once, where the server was started
        return Refused(error="internal", message=f"{type(error).__name__}: {error}"[:2000])


if __name__ == "__main__":
    main()

"""Helper processes: Python that computes outside of this interpreter, so that what hangs, crashes or eats memory costs
its request and nothing else, and nobody else waits for the interpreter.

A helper is a module that calls `serve`. It reads one JSON line a request and answers one line. The parent waits for so
many seconds and kills it; the helper limits its own memory, and ends when its input closes, as it does when the parent
dies, also in the middle of its work.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import selectors
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

MEGABYTE = 2**20


class Helpers:
    """Processes of one module. Each answers one request at a time; they start when they are first needed.

    There are at most `most` of them, and threads wait for a free one; without `most` there is one for each thread that
    asks at the same time.
    """

    def __init__(self, module: str, megabytes: int, most: int | None = None) -> None:
        self._module = module
        self._megabytes = megabytes
        self._free = threading.BoundedSemaphore(most) if most is not None else contextlib.nullcontext()
        self._lock = threading.Lock()
        self._idle: list[subprocess.Popen[bytes]] = []
        self._busy: set[subprocess.Popen[bytes]] = set()
        self._closed = False

    def ask(self, request: object, seconds: float) -> Any:
        """Return the answer to a request, as JSON has both; None if the process dies, talks nonsense or is too slow."""
        with self._free:
            process = self._taken()
            answer = None
            try:
                answer = _asked(process, json.dumps(request), seconds)
            finally:
                with self._lock:
                    self._busy.discard(process)
                    kept = answer is not None and not self._closed
                    if kept:
                        self._idle.append(process)
                if not kept:
                    _end(process)
            return answer

    def start(self) -> None:
        """Start a process now, so that its imports are not waited for later."""
        process = self._taken()
        with self._lock:
            self._busy.discard(process)
            self._idle.append(process)

    def close(self) -> None:
        """End all processes, also those at work."""
        with self._lock:
            self._closed = True
            processes = [*self._idle, *self._busy]
            self._idle.clear()
        for process in processes:
            _end(process)

    def _command(self) -> list[str]:
        return [sys.executable, "-m", self._module, str(self._megabytes)]

    def _taken(self) -> subprocess.Popen[bytes]:
        with self._lock:
            self._closed = False
            process = self._idle.pop() if self._idle else None
        if process is not None and process.poll() is not None:
            _end(process)
            process = None
        if process is None:
            process = subprocess.Popen(
                self._command(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
            )
        with self._lock:
            self._busy.add(process)
        return process


def _asked(process: subprocess.Popen[bytes], request: str, seconds: float) -> Any:
    assert process.stdin is not None and process.stdout is not None
    deadline = time.monotonic() + seconds
    data = b""
    try:
        process.stdin.write(request.encode() + b"\n")
        process.stdin.flush()
        with selectors.DefaultSelector() as waiting:
            waiting.register(process.stdout, selectors.EVENT_READ)
            while not data.endswith(b"\n"):
                if not waiting.select(max(0.0, deadline - time.monotonic())):
                    return None
                read = os.read(process.stdout.fileno(), 1 << 16)
                if not read:
                    return None
                data += read
        return json.loads(data)
    except (OSError, ValueError):  # it has ended, was ended, or wrote what is no JSON
        return None


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()


def serve(answer: Callable[[Any], object], megabytes: int) -> None:
    """Answer requests from standard input until it closes, within so much memory."""
    limit_memory(megabytes)
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints is no answer
    requests: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(requests,), daemon=True).start()
    while line := requests.get():
        try:
            found = json.dumps(answer(json.loads(line)))
        except MemoryError:
            os._exit(1)
        answers.write(f"{found}\n")
        answers.flush()


def _read(requests: queue.SimpleQueue[bytes]) -> None:
    """Read requests in a thread of its own: the end of the input ends the process while it computes."""
    for line in sys.stdin.buffer:
        requests.put(line)
    os._exit(0)


def limit_memory(megabytes: int) -> None:
    """Let this process take no more memory, and leave no image of itself when it crashes."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (megabytes * MEGABYTE, megabytes * MEGABYTE))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

"""Finders in a process of their own: what hangs, crashes or eats memory costs its goal and nothing else.

The child reads one JSON line a request (`{"goal", "effort"}`) and answers one line. The parent waits for so many
seconds and kills it; the child limits its own memory, and ends when its input closes, as it does when the parent dies.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import subprocess
import sys
import threading
import time

from prover.policies.certificates.finders import Certificate

MEGABYTE = 2**20


class WorkerPool:
    """Processes that find certificates, one for each thread that asks at the same time. Started when first needed."""

    def __init__(self, seconds: float, megabytes: int) -> None:
        self._seconds = seconds
        self._megabytes = megabytes
        self._lock = threading.Lock()
        self._idle: list[subprocess.Popen[bytes]] = []
        self._busy: set[subprocess.Popen[bytes]] = set()
        self._closed = False

    def find(self, goal: str, effort: int) -> list[Certificate]:
        """Return what finders prove of a printed goal; nothing if the process dies or takes too long."""
        process = self._taken()
        answer = None
        try:
            answer = self._asked(process, json.dumps({"goal": goal, "effort": effort}))
        finally:
            with self._lock:
                self._busy.discard(process)
                kept = answer is not None and not self._closed
                if kept:
                    self._idle.append(process)
            if not kept:
                _end(process)
        return [Certificate(finder, tactic) for finder, tactic in answer or ()]

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
        return [sys.executable, "-m", "prover.policies.certificates.worker", str(self._megabytes)]

    def _taken(self) -> subprocess.Popen[bytes]:
        with self._lock:
            self._closed = False
            process = self._idle.pop() if self._idle else None
        if process is None or process.poll() is not None:
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

    def _asked(self, process: subprocess.Popen[bytes], request: str) -> list[tuple[str, str]] | None:
        assert process.stdin is not None and process.stdout is not None
        deadline = time.monotonic() + self._seconds
        try:
            process.stdin.write(request.encode() + b"\n")
            process.stdin.flush()
        except OSError:
            return None
        data = b""
        with selectors.DefaultSelector() as waiting:
            waiting.register(process.stdout, selectors.EVENT_READ)
            while not data.endswith(b"\n"):
                if not waiting.select(max(0.0, deadline - time.monotonic())):
                    return None
                read = os.read(process.stdout.fileno(), 1 << 16)
                if not read:
                    return None
                data += read
        try:
            return [(str(finder), str(tactic)) for finder, tactic in json.loads(data)]
        except ValueError:
            return None


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()


def _limit(megabytes: int) -> None:
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (megabytes * MEGABYTE, megabytes * MEGABYTE))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def serve(megabytes: int) -> None:
    """Answer requests from standard input until it closes."""
    from prover.lean.goals import parse_goal
    from prover.policies.certificates.finders import certificates

    _limit(megabytes)
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a solver prints is no answer
    for line in sys.stdin.buffer:
        request = json.loads(line)
        try:
            found = certificates(parse_goal(request["goal"]), request["effort"])
        except MemoryError:
            os._exit(1)
        except Exception:  # a finder that fails has found nothing
            found = []
        answers.write(json.dumps([(certificate.finder, certificate.tactic) for certificate in found]) + "\n")
        answers.flush()


if __name__ == "__main__":
    serve(int(sys.argv[1]))

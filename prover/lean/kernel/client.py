"""Ask the native kernel: start its process, send two documents, check that what comes back is the answer."""

from __future__ import annotations

import os
import secrets
import select
import subprocess
import sys
import time
from pathlib import Path

from pydantic import ValidationError

import prover
import search
from prover.errors import LeanError, ProtocolError
from prover.lean.export.limits import LARGEST_DOCUMENT
from prover.lean.kernel.answer import NAME, KernelReason
from prover.lean.kernel.frames import ANSWER, LARGEST_ANSWER, Request
from prover.lean.processes import end_group
from prover.types import Frozen

START_SECONDS = 60.0
# The kernel recurses: one gigabyte of stack where the system allows it, of which only what is used takes memory.
LAUNCH = 'ulimit -s 1048576 2>/dev/null || ulimit -s "$(ulimit -H -s)"; exec "$@"'
_RUN = "import sys; sys.path[:0] = sys.argv[4:]; from prover.lean.kernel.{} import main; main(*sys.argv[1:4])"
# A panic of Lean ends a verdict instead of going on with some default value.
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LEAN_ABORT_ON_PANIC": "1", "LC_ALL": "C.UTF-8"}


class KernelAnswer(Frozen):
    """A verdict on a statement and a candidate; see `answer.Outcome`. `kernel` says which kernel gave it."""

    accepted: bool
    reason: KernelReason
    message: str
    axioms: tuple[str, ...]
    theorems: tuple[str, ...]
    constants: int
    nonce: str
    kernel: str


class KernelLimits(Frozen):
    """What a verdict may cost: heartbeats and depth of a declaration, seconds of CPU and memory in all.

    Heartbeats decide, so that a verdict does not depend on the machine's load; seconds and memory only guard.
    """

    heartbeats: int = 10**10
    depth: int = 20_000
    cpu_seconds: int = 120
    wall_seconds: float = 1200.0
    memory_mb: int = 4096


_LIMITS = KernelLimits()


class NativeKernelProcess:
    """The kernel with one library, in a process that is started when it is asked for. Not thread-safe."""

    def __init__(self, folder: Path, index: Path, sha256: str) -> None:
        self._arguments = (str(folder), str(index), sha256)
        self._process: subprocess.Popen[bytes] | None = None
        self.confinement = ""

    @property
    def pid(self) -> int | None:
        """Process id while it runs."""
        return self._process.pid if self._process is not None else None

    def ask(self, statement: bytes, candidate: bytes, limits: KernelLimits = _LIMITS) -> KernelAnswer:
        """Return the verdict. A process that has ended is started again.

        Raises `LeanError` where the kernel cannot be used and `ProtocolError` where its process answers something else.
        """
        for document, what in ((statement, "statement"), (candidate, "candidate")):
            if len(document) > LARGEST_DOCUMENT:
                message = f"the {what} has {len(document)} bytes; {LARGEST_DOCUMENT} is the most"
                return self._refusal(what, message)
        nonce = secrets.token_hex(16)
        request = Request(
            nonce, limits.heartbeats, limits.depth, limits.cpu_seconds, limits.memory_mb, statement, candidate
        )
        answer = None
        for _ in range(2):  # a process that was killed from outside between two questions is replaced
            fresh = self._process is None
            self.start()
            try:
                self._send(request.header(), statement, candidate)
                answer = self._receive(time.monotonic() + limits.wall_seconds)
                break
            except _Ended as ended:
                self.close()
                if fresh:
                    raise LeanError(f"the native kernel ended ({ended}): run `prover doctor`") from ended
            except TimeoutError:
                self.close()
                return self._refusal("candidate", "no verdict within the guard of wall clock", KernelReason.LIMIT)
        if answer is None or answer.nonce != nonce or answer.kernel != NAME:
            self.close()
            raise ProtocolError("the native kernel answered another question than it was asked")
        return answer

    def start(self) -> None:
        """Start the process unless it runs. Raises `LeanError` if it does not come up."""
        if self._process is not None:
            return
        self._process = subprocess.Popen(
            _command("native_process", self._arguments),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL if not os.environ.get("PROOFSMITH_DEBUG") else None,
            cwd="/",
            env=_ENVIRONMENT,
            start_new_session=True,
        )
        try:
            ready = self._receive(time.monotonic() + START_SECONDS)
        except (_Ended, TimeoutError) as error:
            self.close()
            raise LeanError(f"the native kernel does not start ({error}): run `prover setup`") from error
        self.confinement = ready.message

    def _send(self, *parts: bytes) -> None:
        assert self._process is not None and self._process.stdin is not None
        try:
            for part in parts:
                self._process.stdin.write(part)
            self._process.stdin.flush()
        except OSError as error:
            raise _Ended(str(error)) from error

    def _receive(self, deadline: float) -> KernelAnswer:
        (length,) = ANSWER.unpack(self._read(ANSWER.size, deadline))
        if length > LARGEST_ANSWER:
            self.close()
            raise ProtocolError(f"the native kernel announced an answer of {length} bytes")
        try:
            return KernelAnswer.model_validate_json(self._read(length, deadline))
        except ValidationError as error:
            self.close()
            raise ProtocolError(f"the native kernel answered what the wire does not allow: {error}") from error

    def _read(self, count: int, deadline: float) -> bytes:
        assert self._process is not None and self._process.stdout is not None
        stream = self._process.stdout.fileno()
        parts: list[bytes] = []
        while count:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([stream], [], [], left)[0]:
                raise TimeoutError("no answer in time")
            part = os.read(stream, min(count, 1 << 20))
            if not part:
                raise _Ended("its output ended")
            parts.append(part)
            count -= len(part)
        return b"".join(parts)

    def close(self) -> None:
        """End the process and its forks; does nothing if there is none."""
        process, self._process = self._process, None
        if process is not None:
            end_group(process)

    @staticmethod
    def _refusal(what: str, message: str, reason: KernelReason | None = None) -> KernelAnswer:
        if reason is None:
            reason = KernelReason.STATEMENT if what == "statement" else KernelReason.DOCUMENT
        return KernelAnswer(
            accepted=False, reason=reason, message=message, axioms=(), theorems=(), constants=0, nonce="", kernel=NAME
        )


class _Ended(Exception):
    pass


def _command(module: str, arguments: tuple[str, ...]) -> list[str]:
    """Return the command line of a module's `main`: our own packages can be imported there, and nothing else."""
    roots = dict.fromkeys(str(Path(package.__path__[0]).parent) for package in (prover, search))
    python = [sys.executable, "-I", "-S", "-B", "-c", _RUN.format(module)]
    return ["/bin/sh", "-c", LAUNCH, "sh", *python, *arguments, *roots]


def text_export(
    folder: Path, index: Path, sha256: str, documents: tuple[bytes, bytes], limits: KernelLimits = _LIMITS
) -> tuple[KernelAnswer, bytes]:
    """Return the verdict on a statement and a candidate and, where it is accepted, the export as text.

    Raises `LeanError` where the kernel cannot be used.
    """
    nonce = secrets.token_hex(16)
    request = Request(nonce, limits.heartbeats, limits.depth, limits.cpu_seconds, limits.memory_mb, *documents)
    try:
        done = subprocess.run(
            _command("text_process", (str(folder), str(index), sha256)),
            input=request.header() + b"".join(documents),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL if not os.environ.get("PROOFSMITH_DEBUG") else None,
            cwd="/",
            env=_ENVIRONMENT,
            timeout=limits.wall_seconds,
        )
    except subprocess.TimeoutExpired as error:
        raise LeanError("the native kernel wrote no export within its time: export a shorter proof") from error
    first, _, rest = done.stdout.partition(b"\n")
    try:
        answer = KernelAnswer.model_validate_json(first)
    except ValidationError as error:
        raise LeanError("the native kernel ended before its export was written: run `prover doctor`") from error
    if answer.nonce != nonce or done.returncode != 0:
        raise LeanError("the native kernel ended before its export was written: run `prover doctor`")
    return answer, rest

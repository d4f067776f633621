"""The kernel process: holds the pinned library and forks for every verdict.

    python -I -S -c … FOLDER INDEX SHA256

It reads requests on its standard input and never looks into their documents: the fork does, which gives one verdict on
a pipe and ends. So nothing that the bytes of a request reach is there when the next one comes. What comes on standard
input while a verdict is due ends the process: nobody asked for it.
"""

from __future__ import annotations

import hashlib
import os
import select
import signal
import sys
from pathlib import Path

from prover.lean.export.limits import LARGEST_DOCUMENT
from prover.lean.kernel import hot, names
from prover.lean.kernel.answer import KernelReason, Outcome
from prover.lean.kernel.confine import close_all_but, confine_server, confine_verdict
from prover.lean.kernel.decide import Limits, decide
from prover.lean.kernel.frames import ANSWER, LARGEST_ANSWER, REQUEST, Request
from prover.lean.kernel.library import Library
from prover.lean.kernel.loading import Loader
from prover.lean.kernel.native import NativeKernel

_IN, _OUT = 0, 1


def main(folder: str, index: str, sha256: str) -> None:
    """Serve until standard input ends."""
    holds = confine_server()
    library = Library(open_index(Path(index), sha256))
    kernel = NativeKernel(Path(folder))
    loader = Loader(kernel, library)
    found = (library.find(names.dotted(name)) for name in hot.NAMES)
    loader.load(number for number in found if number >= 0)
    _write(_OUT, Outcome(True, message="; ".join(holds), constants=loader.loaded).encode(""))
    while True:
        request = receive()
        _write(_OUT, _verdict(kernel, loader, library, request))
        del request


def open_index(path: Path, sha256: str) -> bytes:
    """Return an index; ends the process unless it has the hash. A copy: what is on disk may change later."""
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != sha256:
        sys.exit(f"{path} is not the library that was asked for")
    return data


def _verdict(kernel: NativeKernel, loader: Loader, library: Library, request: Request) -> bytes:
    """Return the answer of a fork, or what became of it."""
    read_end, write_end = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.close(read_end)
            _answer(kernel, loader, library, request, write_end)
        finally:
            os._exit(1)
    os.close(write_end)
    parts: list[bytes] = []
    size = 0
    while True:
        ready, _, _ = select.select([read_end, _IN], [], [])
        if _IN in ready:  # whoever asked is gone, or asks twice
            os.kill(pid, signal.SIGKILL)
            os._exit(1)
        part = os.read(read_end, 1 << 16)
        size += len(part)
        if not part or size > LARGEST_ANSWER:
            break
        parts.append(part)
    os.close(read_end)
    os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    answer = b"".join(parts)
    if answer and size <= LARGEST_ANSWER and answer[-1:] == b"}":
        return answer
    code = os.waitstatus_to_exitcode(status)
    what = signal.Signals(-code).name if code < 0 else f"exit status {code}"
    message = f"the kernel ended without a verdict ({what}): it ran out of CPU time, memory or stack"
    return Outcome(False, KernelReason.LIMIT, message).encode(request.nonce)


def _answer(kernel: NativeKernel, loader: Loader, library: Library, request: Request, pipe: int) -> None:
    close_all_but(pipe)
    confine_verdict(request.seconds, request.memory_mb * 2**20)
    documents = (request.statement, request.candidate)
    try:
        outcome = decide(kernel, loader, library, documents, Limits(request.heartbeats, request.depth))
    except (MemoryError, RecursionError) as error:
        outcome = Outcome(False, KernelReason.LIMIT, f"the kernel process ran out of memory ({type(error).__name__})")
    data = outcome.encode(request.nonce)
    while data:
        data = data[os.write(pipe, data) :]
    os._exit(0)


def receive() -> Request:
    """Read one request; ends the process where standard input ends."""
    nonce, heartbeats, depth, seconds, memory, statement, candidate = REQUEST.unpack(_read(REQUEST.size))
    if max(statement, candidate) > LARGEST_DOCUMENT:
        sys.exit("a document is larger than the format allows")
    return Request(nonce.decode("ascii"), heartbeats, depth, seconds, memory, _read(statement), _read(candidate))


def _read(count: int) -> bytes:
    parts: list[bytes] = []
    while count:
        part = os.read(_IN, min(count, 1 << 20))
        if not part:
            os._exit(0)
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def _write(stream: int, answer: bytes) -> None:
    data = ANSWER.pack(len(answer)) + answer
    while data:
        data = data[os.write(stream, data) :]

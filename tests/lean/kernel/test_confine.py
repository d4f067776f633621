"""What the process of a verdict can reach: tried from inside."""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Callable

import pytest

from prover.lean.kernel import confine

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or os.uname().machine != "x86_64", reason="Linux on x86-64 only"
)


def inside(tries: dict[str, Callable[[], object]], prepare: Callable[[], object]) -> dict[str, str]:
    """Return what becomes of each try in a process of its own: `done`, or the kind of error."""
    read_end, write_end = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.close(read_end)
            prepare()
            found: dict[str, str] = {}
            for name, action in tries.items():
                try:
                    action()
                    found[name] = "done"
                except BaseException as error:
                    found[name] = type(error).__name__
            os.write(write_end, json.dumps(found).encode())
        finally:
            os._exit(0)
    os.close(write_end)
    with os.fdopen(read_end, "rb") as pipe:
        answer = pipe.read()
    os.waitpid(pid, 0)
    return dict(json.loads(answer))


def test_a_verdict_reaches_nothing() -> None:
    parent = os.getpid()
    tries: dict[str, Callable[[], object]] = {
        "read a file": lambda: open("/etc/passwd"),  # noqa: SIM115
        "read its own memory": lambda: open("/proc/self/mem"),  # noqa: SIM115
        "write a file": lambda: open("/tmp/proofsmith-was-here", "w"),  # noqa: SIM115
        "open a socket": socket.socket,
        "fork": os.fork,
        "run a program": lambda: os.execv("/bin/true", ["true"]),
        "signal its parent": lambda: os.kill(parent, 0),
        "make a pipe": os.pipe,
        "list a folder": lambda: os.listdir("/"),
        "compute": lambda: bytes(10**6),
    }
    found = inside(tries, lambda: confine.confine_verdict(60, 2**32))
    assert found.pop("compute") == "done"
    assert set(found.values()) <= {"PermissionError", "BlockingIOError", "OSError"}, found


def test_without_it_all_of_that_works() -> None:
    found = inside({"read": lambda: open("/etc/passwd"), "socket": socket.socket}, lambda: None)  # noqa: SIM115
    assert set(found.values()) == {"done"}


def test_the_server_says_what_holds() -> None:
    tries: dict[str, Callable[[], object]] = {
        "write": lambda: os.write(os.open("/tmp", os.O_TMPFILE | os.O_RDWR), b"x"),
        "connect": lambda: socket.create_connection(("127.0.0.1", 9), 1),
    }
    read_end, write_end = os.pipe()

    def prepare() -> None:
        import signal

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        os.write(write_end, "; ".join(confine.confine_server()).encode())

    found = inside(tries, prepare)
    says = os.read(read_end, 1000).decode()
    assert "no files are written" in says and found["write"] == "OSError"
    # Without a network there is not even a loopback to be refused by.
    assert found["connect"] == ("OSError" if "no network" in says else "ConnectionRefusedError")


def test_files_are_closed() -> None:
    kept, other = os.open("/dev/null", os.O_RDONLY), os.open("/dev/null", os.O_RDONLY)
    read_end, write_end = os.pipe()
    pid = os.fork()
    if pid == 0:
        confine.close_all_but(write_end)
        open_still = 0
        for number in (0, 1, 2, kept, other, read_end):
            try:
                os.fstat(number)
                open_still += 1
            except OSError:
                pass
        os.write(write_end, bytes([open_still]))
        os._exit(0)
    os.close(write_end)
    answer = os.read(read_end, 1)
    os.waitpid(pid, 0)
    for number in (kept, other, read_end):
        os.close(number)
    assert answer == b"\0"

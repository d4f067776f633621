"""Take away from a process what a verdict does not need. Linux on x86-64, where the native kernel runs.

The process that gives a verdict reads hostile bytes, so it keeps memory, the clock and the pipe of its answer: no
files, no network, no other processes, no new ones. Where the system does not allow a part of it, the rest still
holds.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import struct
from pathlib import Path

_PDEATHSIG, _DUMPABLE, _SECCOMP, _NO_NEW_PRIVILEGES = 1, 4, 22, 38
_FILTER = 2
_NEWUSER, _NEWNET, _NEWIPC = 0x10000000, 0x40000000, 0x08000000
_X86_64 = 0xC000003E

# What the kernel and Python call while they compute and write their answer; everything else fails with EPERM.
_CALLS = {
    "read": 0,
    "write": 1,
    "close": 3,
    "mmap": 9,
    "mprotect": 10,
    "munmap": 11,
    "brk": 12,
    "rt_sigaction": 13,
    "rt_sigprocmask": 14,
    "rt_sigreturn": 15,
    "sched_yield": 24,
    "mremap": 25,
    "madvise": 28,
    "getpid": 39,
    "exit": 60,
    "gettimeofday": 96,
    "getrusage": 98,
    "sigaltstack": 131,
    "gettid": 186,
    "futex": 202,
    "clock_gettime": 228,
    "exit_group": 231,
    "getrandom": 318,
}


def confine_server() -> tuple[str, ...]:
    """Confine the process that forks verdicts: no network, no new rights, no files written. Returns what holds."""
    libc = ctypes.CDLL(None, use_errno=True)
    for limit in (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE):
        resource.setrlimit(limit, (0, 0))
    holds = ["no files are written"]
    if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) == 0:
        holds.append("no new rights")
    libc.prctl(_DUMPABLE, 0, 0, 0, 0)
    if libc.unshare(_NEWUSER | _NEWNET | _NEWIPC) == 0:
        holds.append("no network")
    return tuple(holds)


def confine_verdict(seconds: int, memory: int) -> bool:
    """Confine the process of one verdict; tell whether its system calls are filtered.

    `seconds` of CPU and `memory` in bytes are counted from now.
    """
    held = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (held + memory, held + memory))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    program = _program()
    code = ctypes.create_string_buffer(program, len(program))
    described = struct.pack("HxxxxxxQ", len(program) // 8, ctypes.addressof(code))
    filter_ = ctypes.create_string_buffer(described, len(described))
    return bool(libc.prctl(_SECCOMP, _FILTER, ctypes.c_void_p(ctypes.addressof(filter_)), 0, 0) == 0)


def _program() -> bytes:
    """Return the filter of system calls, in the language of the Berkeley packet filter."""
    load, equal, done = 0x20, 0x15, 0x06
    allow, refuse, kill = 0x7FFF0000, 0x00050000 | 1, 0x80000000
    calls = sorted(_CALLS.values())
    code = [(load, 0, 0, 4), (equal, 1, 0, _X86_64), (done, 0, 0, kill), (load, 0, 0, 0)]
    for i, call in enumerate(calls):
        code.append((equal, len(calls) - i, 0, call))
    code += [(done, 0, 0, refuse), (done, 0, 0, allow)]
    return b"".join(struct.pack("HBBI", *instruction) for instruction in code)


def close_all_but(kept: int) -> None:
    """Close every file of the process but one."""
    os.closerange(0, kept)
    os.closerange(kept + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0] if kept < 256 else kept + 256)

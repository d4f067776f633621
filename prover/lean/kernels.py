"""Kernels that decide whether a document proves a statement, and how the answers of two are put together."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Sequence
from typing import Protocol

from prover.errors import UsageError
from prover.lean.context import Context
from prover.lean.embedded.install import Installation
from prover.lean.kernel.answer import KernelReason
from prover.lean.kernel.choice import KernelChoice
from prover.lean.kernel.client import KernelAnswer, KernelLimits
from prover.lean.kernel.verdicts import NativeVerdicts, unavailable
from prover.lean.session import Limits
from prover.paths import cache_dir

FINDINGS = "findings"
"""The folder of the cache in which disagreements of kernels are kept."""
LONGEST_SECONDS = 10**6  # of CPU, which the system keeps in few bits
WALL_PER_CPU = 10.0  # a busy machine gives a process a part of its time


class Kernel(Protocol):
    """A kernel in a process that elaborates nothing."""

    def prepare(self, where: Context) -> None:
        """Start its process."""
        ...

    def ask(self, where: Context, statement: bytes, candidate: bytes, heartbeats: int) -> KernelAnswer:
        """Return the verdict on two documents; `heartbeats`, in thousands, are the limit of each declaration."""
        ...

    def close(self) -> None:
        """End its processes."""
        ...


class Kernels:
    """Asks every kernel that was chosen. Accepted is what all of them accept.

    A kernel that cannot judge a statement (`UNSUPPORTED`) does not count; where none is left, the one that `fallback`
    makes decides. Where there is none, as for a kernel that was asked for by name, the answer says so.
    """

    def __init__(self, kernels: Sequence[Kernel], fallback: Callable[[], Kernel] | None) -> None:
        self._kernels = tuple(kernels)
        self._fallback = fallback
        self._fallen: Kernel | None = None

    def prepare(self, where: Context) -> None:
        """Start the processes."""
        for kernel in self._kernels:
            kernel.prepare(where)

    def ask(self, where: Context, statement: bytes, candidate: bytes, heartbeats: int) -> tuple[KernelAnswer, ...]:
        """Return the answers of those that have one."""
        asked = [kernel.ask(where, statement, candidate, heartbeats) for kernel in self._kernels]
        answers = [answer for answer in asked if answer.reason is not KernelReason.UNSUPPORTED]
        if not answers and self._fallback is not None:
            self._fallen = self._fallen or self._fallback()
            answers = [self._fallen.ask(where, statement, candidate, heartbeats)]
        return tuple(answers or asked)

    def close(self) -> None:
        """End the processes."""
        for kernel in (*self._kernels, *((self._fallen,) if self._fallen is not None else ())):
            kernel.close()


class NativeKernel:
    """The native kernel. Heartbeats decide, as for the embedded one; CPU, memory and the wall clock only guard."""

    def __init__(self, installation: Installation, limits: Limits) -> None:
        self._verdicts = NativeVerdicts(installation)
        self._limits = limits

    def prepare(self, where: Context) -> None:
        """Start its process, so that the first verdict does not wait for it."""
        self._verdicts.prepare(where)

    def ask(self, where: Context, statement: bytes, candidate: bytes, heartbeats: int) -> KernelAnswer:
        seconds = max(1.0, heartbeats / self._limits.heartbeats) * self._limits.wall_seconds
        limits = KernelLimits(
            heartbeats=heartbeats * 1000,
            cpu_seconds=min(math.ceil(seconds), LONGEST_SECONDS),
            wall_seconds=WALL_PER_CPU * seconds,
        )
        return self._verdicts.ask(where, statement, candidate, limits)

    def close(self) -> None:
        self._verdicts.close()


def check_choice(choice: KernelChoice) -> None:
    """Raise `UsageError` for a kernel that was asked for by name and is not set up here; starts and fetches nothing."""
    if choice in (KernelChoice.NATIVE, KernelChoice.BOTH) and (missing := unavailable()) is not None:
        raise UsageError(f"--kernel {choice.value}: {missing}, or judge with --kernel embedded")


def open_kernels(installation: Installation, limits: Limits) -> Kernels:
    """Return the kernels that were chosen; nothing is started. Raises `UsageError` for one that cannot be had here.

    By default the native kernel judges where it is set up, and the embedded one what it cannot; else the embedded one.
    """
    choice = limits.kernel
    check_choice(choice)
    native = NativeKernel(installation, limits)

    def embedded() -> Kernel:
        from prover.lean.embedded.kernel import EmbeddedKernel

        return EmbeddedKernel(installation, limits)

    if choice is KernelChoice.BOTH:
        return Kernels((native, embedded()), None)
    if choice is KernelChoice.NATIVE:
        return Kernels((native,), None)
    if choice is KernelChoice.EMBEDDED or unavailable() is not None:
        return Kernels((embedded(),), None)
    return Kernels((native,), embedded)


def keep_finding(statement: bytes, candidate: bytes, answers: Sequence[KernelAnswer]) -> str:
    """Keep what kernels disagree on; returns the path of the file."""
    folder = cache_dir() / FINDINGS
    folder.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256(statement + b"\0" + candidate).hexdigest()
    path = folder / f"{digest[:16]}.json"
    document = {
        "answers": [answer.model_dump(mode="json") for answer in answers],
        "statement": statement.decode("utf-8", "replace"),
        "candidate": candidate.decode("utf-8", "replace"),
    }
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return str(path)

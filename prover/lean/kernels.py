"""Kernels that decide whether a document proves a statement, and how the answers of two are put together."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Protocol

from prover.errors import UsageError
from prover.lean.context import Context
from prover.lean.embedded.install import Installation
from prover.lean.kernel.answer import KernelReason
from prover.lean.kernel.choice import KernelChoice
from prover.lean.kernel.client import KernelAnswer
from prover.lean.kernel.verdicts import NativeVerdicts, unavailable
from prover.lean.session import Limits
from prover.paths import cache_dir

FINDINGS = "findings"
"""The folder of the cache in which disagreements of kernels are kept."""


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

    A kernel that has no library of a context (`UNSUPPORTED`) does not count; where none is left, `fallback` decides.
    """

    def __init__(self, kernels: Sequence[Kernel], fallback: Kernel | None) -> None:
        self._kernels = tuple(kernels)
        self._fallback = fallback

    def prepare(self, where: Context) -> None:
        """Start the processes."""
        for kernel in self._kernels:
            kernel.prepare(where)

    def ask(self, where: Context, statement: bytes, candidate: bytes, heartbeats: int) -> tuple[KernelAnswer, ...]:
        """Return the answers of those that have one."""
        asked = [kernel.ask(where, statement, candidate, heartbeats) for kernel in self._kernels]
        answers = [answer for answer in asked if answer.reason is not KernelReason.UNSUPPORTED]
        if not answers and self._fallback is not None:
            answers = [self._fallback.ask(where, statement, candidate, heartbeats)]
        return tuple(answers or asked)

    def close(self) -> None:
        """End the processes."""
        for kernel in (*self._kernels, *((self._fallback,) if self._fallback is not None else ())):
            kernel.close()


class _Native:
    """The native kernel, whose own limits of CPU and memory guard beside the heartbeats that it counts itself."""

    def __init__(self, installation: Installation) -> None:
        self._verdicts = NativeVerdicts(installation)

    def prepare(self, where: Context) -> None:
        """Do nothing: it starts in a fraction of a second."""

    def ask(self, where: Context, statement: bytes, candidate: bytes, heartbeats: int) -> KernelAnswer:
        return self._verdicts.ask(where, statement, candidate)

    def close(self) -> None:
        self._verdicts.close()


def open_kernels(installation: Installation, limits: Limits) -> Kernels:
    """Return the kernels that were chosen; nothing is started. Raises `UsageError` for one that cannot be had here."""
    choice = limits.kernel
    from prover.lean.embedded.kernel import EmbeddedKernel

    embedded = EmbeddedKernel(installation, limits)
    missing = unavailable() if choice is not KernelChoice.EMBEDDED else None
    if choice is KernelChoice.EMBEDDED or (choice is KernelChoice.DEFAULT and missing is not None):
        return Kernels((embedded,), None)
    if missing is not None:
        raise UsageError(f"--kernel {choice.value}: {missing}; --kernel embedded does without it")
    native = _Native(installation)
    return Kernels((native, embedded), None) if choice is KernelChoice.BOTH else Kernels((native,), embedded)


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

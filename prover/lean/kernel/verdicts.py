"""Verdicts of the native kernel in the context of a problem: one process a context, started when it is asked for."""

from __future__ import annotations

import threading

from prover.errors import SetupError
from prover.lean.context import Context
from prover.lean.embedded.install import Installation
from prover.lean.kernel import install, libraries
from prover.lean.kernel.answer import NAME, KernelReason
from prover.lean.kernel.client import KernelAnswer, KernelLimits, NativeKernelProcess


def unavailable() -> str | None:
    """Say in one sentence why the native kernel cannot be asked on this machine, or return None."""
    try:
        install.check()
    except SetupError as error:
        return str(error)
    return None


class NativeVerdicts:
    """Asks the native kernel. Not thread-safe, `prepare` aside. Close it, or its processes stay until this one ends.

    The statement and the candidate are documents of `docs/export-format.md`.
    """

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._processes: dict[str, NativeKernelProcess] = {}
        self._lock = threading.Lock()

    def prepare(self, where: Context) -> None:
        """Start the process of a context that has a library: it reads that for a third of a second."""
        with self._lock:
            process = self._process(where)
            if process is not None:
                process.start()

    def ask(self, where: Context, statement: bytes, candidate: bytes, limits: KernelLimits) -> KernelAnswer:
        """Return the verdict under some limits, which is `UNSUPPORTED` in a context that has no library of its own.

        Raises `SetupError` where the kernel is not installed, `LeanError` and `ProtocolError` where it fails.
        """
        with self._lock:  # not while the process is being started
            process = self._process(where)
        if process is None:
            return KernelAnswer(
                accepted=False,
                reason=KernelReason.UNSUPPORTED,
                message=f"the native kernel has no library of the context {where.name}",
                axioms=(),
                theorems=(),
                constants=0,
                nonce="",
                kernel=NAME,
            )
        return process.ask(statement, candidate, limits)

    def _process(self, where: Context) -> NativeKernelProcess | None:
        process = self._processes.get(where.name)
        if process is None:
            folder = install.check()
            library = libraries.library(self._installation, where)
            if library is None:
                return None
            process = self._processes[where.name] = NativeKernelProcess(folder, library.path, library.sha256)
        return process

    def close(self) -> None:
        """End the processes."""
        for process in self._processes.values():
            process.close()
        self._processes.clear()

"""Show on standard error how a run of the loop goes: a line a phase, and a line now and then within one."""

from __future__ import annotations

import sys
import threading
import time

from prover.runs.records import PhaseRecord
from prover.types import Attempt

EVERY_SECONDS = 10.0


class Screen:
    """Prints; thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = time.monotonic()
        self._proved = 0

    def phase(self, number: int, name: str) -> None:
        """Begin a phase."""
        with self._lock:
            self._proved, self._last = 0, time.monotonic()
            self._say(f"round {number}: {name}")

    def attempt(self, attempt: Attempt, done: int, all: int) -> None:
        """Count an attempt; say so now and then."""
        with self._lock:
            self._proved += attempt.status == "proved"
            if done == all or time.monotonic() - self._last >= EVERY_SECONDS:
                self._last = time.monotonic()
                self._say(f"  {done} of {all} attempted, {self._proved} proved in this segment")

    def work(self, what: str, done: int, all: int) -> None:
        """Tell of work that is no attempt, now and then."""
        with self._lock:
            if time.monotonic() - self._last >= EVERY_SECONDS:
                self._last = time.monotonic()
                self._say(f"  {done} of {all} {what}")

    def step(self, step: int, steps: int, loss: float) -> None:
        """Tell of training."""
        with self._lock:
            self._say(f"  step {step} of {steps}, loss {loss:.3f}")

    def ended(self, record: PhaseRecord) -> None:
        """End a phase with its figures."""
        facts = ", ".join(f"{name} {_shown(value)}" for name, value in record.facts.items())
        with self._lock:
            self._say(f"  done in {record.seconds:.0f} s: {facts}")

    def _say(self, text: str) -> None:
        print(text, file=sys.stderr, flush=True)


def _shown(value: float | int | str) -> str:
    return value[:12] if isinstance(value, str) and len(value) == 64 else f"{value}"

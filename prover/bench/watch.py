"""Show how a run goes, on standard error: a bar on a terminal, a line a problem in a log."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from prover.types import Attempt

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


class RunWatcher:
    """Counts rows; thread-safe."""

    def __init__(self, label: str = "") -> None:
        self._label = label
        self._lock = threading.Lock()
        self._total = self._done = self._fresh = self._errors = 0
        self._proved: set[str] = set()
        self._start = time.monotonic()
        self._bar: Progress | None = None
        self._task: TaskID | None = None

    def begin(self, total: int, done: Sequence[Attempt]) -> None:
        """Note what is there already: it counts as done, and not for the rate."""
        self._total, self._done, self._fresh = total, len(done), 0
        self._proved = {attempt.problem for attempt in done if attempt.status == "proved"}
        self._errors = sum(attempt.status == "error" for attempt in done)
        self._start = time.monotonic()
        if sys.stderr.isatty():
            self._draw()
        elif done:
            print(f"{self._label}resuming: {len(done)} of {total} are done", file=sys.stderr, flush=True)

    def row(self, attempt: Attempt) -> None:
        """Show one more result."""
        with self._lock:
            self._done += 1
            self._fresh += 1
            self._errors += attempt.status == "error"
            if attempt.status == "proved":
                self._proved.add(attempt.problem)
            if self._bar is not None and self._task is not None:
                self._bar.update(self._task, completed=self._done, said=self._said())
                if attempt.status == "error":
                    self._bar.console.print(f"{attempt.problem}: {_first_line(attempt.message)}", markup=False)
            else:
                print(f"{self._label}{self._line(attempt)}", file=sys.stderr, flush=True)

    def end(self) -> None:
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def _line(self, attempt: Attempt) -> str:
        cost = attempt.cost
        why = attempt.limit or _first_line(attempt.message)
        return (
            f"[{self._done}/{self._total}] {attempt.status:8} {attempt.problem}"
            f"  {cost.lean_calls} Lean calls, {cost.wall_seconds:.1f} s{f' ({why})' if why else ''}"
            f"  | {self._said()}"
        )

    def _said(self) -> str:
        elapsed = time.monotonic() - self._start
        rate = self._fresh / elapsed if elapsed > 0 else 0.0
        errors = f", {self._errors} error{'s' if self._errors > 1 else ''}" if self._errors else ""
        said = f"{len(self._proved)} proved{errors}"
        if not rate:  # before the first result nothing is known of the pace
            return said
        return f"{said}, {60 * rate:.1f}/min, {_duration((self._total - self._done) / rate)} left"

    def _draw(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        said = TextColumn("{task.fields[said]}")
        # The time moves while the first problems are searched.
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), said)
        self._bar = Progress(*columns, console=Console(stderr=True))
        self._bar.start()
        description = self._label.strip() or "problems"
        self._task = self._bar.add_task(description, total=self._total, completed=self._done, said=self._said())


class Quiet:
    """Shows nothing."""

    def begin(self, total: int, done: Sequence[Attempt]) -> None: ...

    def row(self, attempt: Attempt) -> None: ...

    def end(self) -> None: ...


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {rest:02} s" if minutes else f"{rest} s"


def _first_line(text: str) -> str:
    line = text.strip().split("\n")[0]
    return line if len(line) <= 100 else f"{line[:100]}…"

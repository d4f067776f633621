"""Show the progress of a set-up on standard error: a bar on a terminal, a line now and then in a log."""

from __future__ import annotations

import re
import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_QUIET_SECONDS = 1.0
_LINE_SECONDS = 5.0


_SHARE = re.compile(r"(\d+) of (\d+) ")
_BAR = 24


def told(line: str) -> None:
    """Say on standard error what is being fetched or made; a share of it as a bar, on a terminal in one place."""
    match = _SHARE.search(line)
    if match is None or not sys.stderr.isatty():
        print(f"prover: {line}", file=sys.stderr, flush=True)
        return
    done, all = int(match[1]), int(match[2])
    full = _BAR * min(done, all) // max(all, 1)
    end = "\n" if done >= all else ""
    print(f"\r\x1b[2Kprover: {'█' * full}{'░' * (_BAR - full)} {line}", end=end, file=sys.stderr, flush=True)


class SetupProgress:
    """A callback for `install`; shows nothing where there is nothing to wait for."""

    def __init__(self) -> None:
        self._start = time.monotonic()
        self._last_line = 0.0
        self._stage = ""
        self._bar: Progress | None = None
        self._task: TaskID | None = None
        self._ended = False

    def __call__(self, stage: str, done: int, total: int) -> None:
        if self._ended:
            return
        now = time.monotonic()
        if stage == "checking" and not self._stage and now - self._start < _QUIET_SECONDS:
            return
        if sys.stderr.isatty():
            self._draw(stage, done, total)
        elif stage != self._stage or now - self._last_line >= _LINE_SECONDS:
            self._last_line = now
            amount = f" {done / 1e6:.0f} of {total / 1e6:.0f} MB" if total else ""
            print(f"setup: {stage}{amount}", file=sys.stderr, flush=True)
        self._stage = stage

    def _draw(self, stage: str, done: int, total: int) -> None:
        if self._bar is None:
            from rich.console import Console
            from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn

            columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeElapsedColumn())
            self._bar = Progress(*columns, console=Console(stderr=True))
            self._bar.start()
        if stage != self._stage or self._task is None:
            if self._task is not None:
                self._bar.update(self._task, completed=self._bar.tasks[-1].total or 0)
            self._task = self._bar.add_task(stage, total=total or None)
        self._bar.update(self._task, completed=done)

    def done(self) -> None:
        """Show nothing any more: Lean is ready, and what follows tells of itself."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None
        self._ended = True

    def __enter__(self) -> SetupProgress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.done()

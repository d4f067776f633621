"""Shows a search while it runs: one line that changes on a terminal, a line now and then in a log; and stops it softly.

The first Ctrl-C (or the end of `--timeout`) cancels the search, so that what was found is printed and written; the
second leaves at once.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any

from prover.cancel import CancelToken
from prover.logs import log_event, silent

if TYPE_CHECKING:
    from prover.events import Event

TERMINAL_SECONDS = 0.25
LOG_SECONDS = 10.0
LOG_COLUMNS = 150
CHECKED_SECONDS = 1.0
"""How long after the last file that was checked Lean is taken to start."""
INTERRUPTED = 130


class Live:
    """A listener that shows what it is told. Used as a context manager around one problem at a time."""

    trying = True
    """Asks to be told of a tactic before it runs."""

    def __init__(self, quiet: bool = False) -> None:
        self._terminal = sys.stderr is not None and sys.stderr.isatty()
        self._quiet = quiet or silent()
        self._lock = threading.Lock()
        self._end = threading.Event()
        self._thread: threading.Thread | None = None
        self._began = self._opened = time.monotonic()
        self._name = ""
        self._phase = ""
        self._calls = 0
        self._open: set[str] = set()
        self._goal = ""
        self._tactic = ""
        self._announced = ""
        self._tried = False
        self._since = self._began
        self._said = 0.0
        self._checked: float | None = None
        self.searching: Callable[[], None] = lambda: None
        """Called when Lean has read the statement and the search begins."""
        self.lean_seconds: float | None = None
        """What it took until Lean had read the first statement, its start included."""

    # -- what happens --------------------------------------------------------------------------------------------------

    def announce(self, name: str, limit: float | None) -> None:
        """Say what will be begun, and under which limit of time: before policies and Lean are made ready."""
        if name == self._announced:
            return
        self._announced = name
        bound = f"at most {limit:.0f} s (--timeout)" if limit is not None else "without a limit of time"
        self._line(f"proving {name}, {bound}; Ctrl-C stops and shows what was found")

    def begin(self, name: str, limit: float | None) -> None:
        """Begin a problem, and say so unless it was announced."""
        with self._lock:
            self._name, self._phase = name, "starting Lean" if self.lean_seconds is None else "reading the statement"
            self._began = self._since = self._opened = time.monotonic()
            self._calls, self._open, self._goal, self._tactic, self._tried = 0, set(), "", "", False
        self.announce(name, limit)

    def __enter__(self) -> Live:
        self._phase = "reading what is to be proved"
        if not self._quiet:
            self._thread = threading.Thread(target=self._tick, name="live", daemon=True)
            self._thread.start()
            if self._terminal:
                self._draw(self._text())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def setup(self, stage: str, done: int, total: int) -> None:
        """Show how a set-up goes: what `Prover` calls while it installs or compiles."""
        with self._lock:
            amount = f", {done / 1e6:.0f} of {total / 1e6:.0f} MB" if total else ""
            self._phase = "starting Lean" if total and done >= total else f"{stage}{amount}"
            self._checked = time.monotonic() if stage == "checking" else None

    def __call__(self, event: Event) -> None:
        """Take note of an event."""
        from prover.events import Ended, Started, Stepped, Trying, Turned, Verified

        log_event(event)
        if isinstance(event, Started):
            self.searching()
        first = isinstance(event, Trying) and not self._tried
        with self._lock:
            match event:
                case Started():
                    if self.lean_seconds is None:
                        self.lean_seconds = time.monotonic() - self._began
                    self._name = event.problem
                    self._phase, self._open, self._goal = "searching", {event.goals}, event.goals
                    self._opened, self._checked = time.monotonic(), None
                case Trying():
                    self._phase, self._tried = "searching", True
                    self._goal, self._tactic, self._since = event.state, event.action, time.monotonic()
                case Turned():
                    self._phase, self._tactic, self._since = event.what, "", time.monotonic()
                case Stepped():
                    self._calls = event.cost.lean_calls
                    if event.outcome == "solved":
                        self._open.discard(event.state)
                    self._open |= set(event.goals)
                    self._tactic, self._since = "", time.monotonic()
                case Verified():
                    self._phase, self._tactic = "keeping the best proof", ""
                case Ended():
                    self._phase = ""
            text = self._text() if first else ""
        if first and self._terminal and not self._quiet:
            self._draw(text)  # at once: what is tried first may take no longer than a tick

    def phase(self, text: str) -> None:
        """Say what else is done now."""
        with self._lock:
            self._phase, self._tactic, self._since = text, "", time.monotonic()

    # -- what is shown -------------------------------------------------------------------------------------------------

    def _tick(self) -> None:
        while not self._end.wait(TERMINAL_SECONDS if self._terminal else 0.5):
            with self._lock:
                text = self._text()
            if not text:
                continue
            if self._terminal:
                self._draw(text)
            elif time.monotonic() - self._said >= LOG_SECONDS:
                self._line(text)

    def _text(self) -> str:
        if not self._phase:
            return ""
        now = time.monotonic()
        seconds = f"{now - self._opened:.0f} s"
        calls = f"{self._calls} call" + ("" if self._calls == 1 else "s")
        if self._phase != "searching":
            checked = self._checked is not None and now - self._checked > CHECKED_SECONDS
            phase = "starting Lean" if checked else self._phase
            said = f"{phase}, {calls}, {seconds}" if self._calls else f"{phase}, {seconds}"
            return f"{self._name}: {said}" if self._name else said
        goals = f"{len(self._open)} open goal" + ("" if len(self._open) == 1 else "s")
        target = " ".join(self._goal.partition("⊢")[2].split()) or " ".join(self._goal.split())
        hand = f" ← {' '.join(self._tactic.split())}" if self._tactic else ""
        waited = f" ({now - self._since:.0f} s)" if self._tactic and now - self._since >= 2 else ""
        before = f"{_cut(self._name, 24)}: {calls}, {goals}, {seconds} | ⊢ "
        left = max(30, (self._columns() if self._terminal else LOG_COLUMNS) - len(before) - len(waited))
        hand = _cut(hand, max(left // 2, left - len(target)))  # goal and tactic share what the line has
        return f"{before}{_cut(target, left - len(hand))}{hand}{waited}"

    def _draw(self, text: str) -> None:
        self._write(f"\r\x1b[2K{_cut(text if self._name else f'prover: {text}', self._columns())}")

    def _columns(self) -> int:
        return max(20, shutil.get_terminal_size((80, 24)).columns - 1)

    def _line(self, text: str) -> None:
        self._said = time.monotonic()
        if not self._quiet:
            self._write(("\r\x1b[2K" if self._terminal else "") + f"prover: {text}\n")

    def _write(self, text: str) -> None:
        try:
            sys.stderr.write(text)
            sys.stderr.flush()
        except (OSError, ValueError, AttributeError):
            pass  # nobody reads it any more

    def say(self, text: str) -> None:
        """Print a line that stays, also where it is quiet: something that changes what an answer means."""
        self.clear()
        self._write(f"prover: {text}\n")

    def clear(self) -> None:
        """Take the changing line away, so that something else can be printed."""
        if self._terminal and not self._quiet:
            self._write("\r\x1b[2K")

    def pause(self) -> None:
        """Show nothing until the next `begin`."""
        with self._lock:
            self._phase = ""
        self.clear()

    def close(self) -> None:
        """End the thread."""
        self._end.set()
        if self._thread is not None:
            self._thread.join(1.0)
        self.clear()


class SoftStop:
    """Cancels a token at the first Ctrl-C or after some seconds of search, and leaves at the second Ctrl-C.

    Before the search has begun there is nothing to show, and the first Ctrl-C leaves.
    """

    def __init__(self, live: Live, seconds: float | None) -> None:
        self.token = CancelToken()
        self._live = live
        self.seconds = seconds
        self._timer: threading.Timer | None = None
        self._before: Any = None
        self._begun = False
        self.interrupted = False
        self.timed_out = False

    def __enter__(self) -> SoftStop:
        self._live.searching = self._search_began
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._signalled)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    def _search_began(self) -> None:
        self._begun = True
        if self.seconds is not None and self._timer is None:
            self._timer = threading.Timer(self.seconds, self._expired)
            self._timer.daemon = True
            self._timer.start()

    def _expired(self) -> None:
        self.timed_out = True
        self.token.cancel()

    def _signalled(self, number: int, frame: FrameType | None) -> None:
        if self.interrupted:
            self._live.clear()
            os._exit(INTERRUPTED)
        if not self._begun:  # nothing was found yet that could be shown
            raise KeyboardInterrupt
        self.interrupted = True
        self._live.phase("stopping; Ctrl-C again leaves at once")
        self.token.cancel()


def _cut(text: str, columns: int) -> str:
    return text if len(text) <= columns else f"{text[: columns - 1]}…"

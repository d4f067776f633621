"""A pseudo-terminal with a command in it: what is shown, and when."""

from __future__ import annotations

import itertools
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@dataclass
class Terminal:
    """A running `prover` command on a terminal of its own; `shown` holds (seconds since the start, text)."""

    arguments: Sequence[str]
    folder: Path | None = None
    environment: Mapping[str, str] | None = None
    shown: list[tuple[float, str]] = field(default_factory=list)
    code: int | None = None

    def __post_init__(self) -> None:
        self._master, slave = pty.openpty()
        command = [sys.executable, "-c", "from prover.cli import main; main()", *self.arguments]
        environment = {**(os.environ if self.environment is None else self.environment), "COLUMNS": "110"}
        environment["PYTHONPATH"] = os.pathsep.join([str(ROOT), *filter(None, [environment.get("PYTHONPATH")])])
        self._began = time.monotonic()
        self._process = subprocess.Popen(
            command,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            close_fds=True,
            start_new_session=True,
            cwd=self.folder,
            env=environment,
        )
        os.close(slave)

    @property
    def text(self) -> str:
        """Everything that was shown, without control sequences."""
        return _CONTROL.sub("", "".join(text for _, text in self.shown)).replace("\r", "\n")

    def until(self, wanted: Callable[[str], bool], seconds: float) -> bool:
        """Read until what was shown satisfies a condition, or the command ends, or the time is over."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if wanted(self.text):
                return True
            ready, _, _ = select.select([self._master], [], [], 0.1)
            if ready:
                try:
                    text = os.read(self._master, 65536).decode(errors="replace")
                except OSError:  # the terminal closed
                    break
                if not text:
                    break
                self.shown.append((time.monotonic() - self._began, text))
            elif self._process.poll() is not None:
                break
        return wanted(self.text)

    def interrupt(self) -> float:
        """Press Ctrl-C and return the moment."""
        self._process.send_signal(signal.SIGINT)
        return time.monotonic() - self._began

    def wait(self, seconds: float) -> int:
        """Read to the end and return the exit code; a command that does not end is killed."""
        self.until(lambda _: False, seconds)
        while self._process.poll() is None and self.seconds < seconds:
            time.sleep(0.02)
        try:
            self.code = self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self.code = self._process.wait()
        os.close(self._master)
        return self.code

    @property
    def seconds(self) -> float:
        """How long the command has run."""
        return time.monotonic() - self._began

    @property
    def longest_silence(self) -> float:
        """The longest time between two things shown."""
        times = [0.0, *(when for when, _ in self.shown)]
        return max((later - earlier for earlier, later in itertools.pairwise(times)), default=0.0)

"""What a run shows while it goes on: nothing is said of its pace before there is one."""

from __future__ import annotations

import io
import sys

import pytest

from prover.bench.watch import RunWatcher


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_before_the_first_result_no_end_is_foretold(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    watcher = RunWatcher()
    watcher.begin(3, [])
    watcher.end()
    shown = terminal.getvalue()
    assert "0/3" in shown and "0 proved" in shown and "0:00:00" in shown
    assert "left" not in shown and "/min" not in shown

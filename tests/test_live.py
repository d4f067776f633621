"""The line that changes while a search runs: what it shows, and that it shows the first tactic at once."""

from __future__ import annotations

import io
import subprocess
import sys

import pytest

from prover.commands import live as shown
from prover.commands.live import Live
from prover.commands.progress import told
from prover.events import Started, Stepped, Trying, Turned
from prover.types import CostRecord
from search.tree import Outcome


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def opened(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Put a terminal in the place of standard error, in the test itself: pytest's own stands there before."""
    made = Terminal()
    monkeypatch.setattr(sys, "stderr", made)
    monkeypatch.setattr(shown, "TERMINAL_SECONDS", 3600.0)  # the thread draws nothing: what is seen is drawn at once
    monkeypatch.setenv("COLUMNS", "80")
    return made


GOAL = "n : ℕ\n⊢ " + " + ".join(["n"] * 60) + " = 0"


def last(terminal: Terminal) -> str:
    return terminal.getvalue().rpartition("\x1b[2K")[2]


def test_the_first_tactic_is_shown_at_once_with_its_goal(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = opened(monkeypatch)
    with Live() as live:
        live.begin("t", 300)
        assert "proving t, at most 300 s" in terminal.getvalue()
        live(Started(problem="t", seed=0, goals=GOAL))
        live(Trying(problem="t", seed=0, state=GOAL, action="nlinarith [sq_nonneg (a - b)]"))
        line = last(terminal)
        assert line.startswith("t: 0 calls, 1 open goal, 0 s | ⊢ n + n") and "← nlinarith [sq" in line
        assert len(line) < 80


def test_the_first_line_waits_for_nothing_that_searches() -> None:
    code = "import sys, prover.cli, prover.commands.prove as p; p.Live().__enter__(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"pydantic", "search", "prover.types", "prover.registry"} & set(done.stdout.split())


def test_steps_count_calls_and_goals(monkeypatch: pytest.MonkeyPatch) -> None:
    opened(monkeypatch)
    with Live() as live:
        live.begin("t", None)
        live(Started(problem="t", seed=0, goals=GOAL))
        live(Trying(problem="t", seed=0, state=GOAL, action="constructor"))
        step = Stepped(
            problem="t", seed=0, number=1, state=GOAL, action="constructor", outcome=Outcome.ADVANCED,
            goals=("⊢ a", "⊢ b"), log_prob=-1.0, cost=CostRecord(lean_calls=1),
        )  # fmt: skip
        live(step)
        assert "1 call, 3 open goals" in live._text()
        live(Turned(problem="t", seed=0, what="looking for a counterexample"))
        assert live._text().startswith("t: looking for a counterexample, 1 call, 0 s")
        live(Trying(problem="t", seed=0, state=GOAL, action="simp"))
        assert "← simp" in live._text()


def test_a_check_that_has_ended_is_not_shown_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    opened(monkeypatch)
    with Live() as live:
        live.begin("t", None)
        live.setup("checking", 378_000_000, 383_000_000)
        assert "checking, 378 of 383 MB" in live._text()
        monkeypatch.setattr(shown, "CHECKED_SECONDS", -1.0)
        assert "starting Lean" in live._text()


def test_a_share_is_a_bar_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = opened(monkeypatch)
    told("library is not on this machine: it is fetched now")
    told("30 of 120 modules, 900 theorems; 3 minutes left")
    assert f"{'█' * 6}{'░' * 18} 30 of 120 modules" in terminal.getvalue() and not terminal.getvalue().endswith("\n")
    told("120 of 120 modules, 4000 theorems; 0 minutes left")
    assert terminal.getvalue().endswith("left\n")

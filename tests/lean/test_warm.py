"""Lean started in the background while the rest of a command is prepared."""

from __future__ import annotations

from contextlib import suppress

import psutil
import pytest

from prover.errors import StatementError
from prover.lean.embedded.install import Installation
from prover.lean.open import open_lean
from prover.lean.session import Limits
from prover.types import Problem

pytestmark = pytest.mark.cold

PROBLEM = Problem(name="t", statement="theorem t (p : Prop) (h : p) : p := by")
WRONG = Problem(name="w", statement="theorem w (n : ℕ) : n + = n := by")


def drivers() -> set[int]:
    """The Lean processes of this process that run."""
    found = set()
    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.ZombieProcess, psutil.NoSuchProcess):  # it has ended
            if any(word.endswith(".cjs") for word in child.cmdline()):
                found.add(child.pid)
    return found


def test_a_problem_is_open_when_it_is_asked_for(lean: Installation) -> None:
    before = drivers()
    with open_lean("embedded", "core", Limits()) as env:
        env.warm(PROBLEM)
        env.warm(PROBLEM)
        state = env.pool.start(PROBLEM)
        assert [goal.target for goal in state.goals] == ["p"]
        assert len(drivers() - before) == 2, "one searches, one has read the statement"
        assert env.pool.stats.restarts == 0
    assert drivers() <= before


def test_closing_does_not_wait_for_what_is_opened_and_leaves_nothing(lean: Installation) -> None:
    before = drivers()
    for _ in range(2):
        env = open_lean("embedded", "core", Limits())
        env.warm(PROBLEM)
        env.close()
        assert drivers() <= before


def test_what_is_wrong_with_a_statement_is_said_when_it_is_opened(lean: Installation) -> None:
    with open_lean("embedded", "core", Limits()) as env:
        env.warm(WRONG)
        with pytest.raises(StatementError, match="does not accept the statement of w"):
            env.pool.start(WRONG)

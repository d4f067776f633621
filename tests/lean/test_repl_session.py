"""Sessions over a connection, where the process behind it dies over a statement."""

from __future__ import annotations

import pytest

from prover.errors import StatementError, WorkerDied
from prover.lean.repl_connection import Answer, Reached
from prover.lean.repl_session import ReplSession
from prover.types import LeanInfo, Problem
from search.types import RejectionKind, Solved
from tests.bench import toy

PROBLEM = Problem(name="t", statement="theorem t : True := by")


class Frail:
    """A connection that dies over its first statements, and then proves whatever it is asked."""

    def __init__(self, deaths: int) -> None:
        self.deaths, self.opened = deaths, 0

    def open(self, problem: Problem) -> Reached:
        self.opened += 1
        if self.opened <= self.deaths:
            raise WorkerDied(RejectionKind.KILLED, f"killed by signal {self.opened}")
        return Reached(0, ("⊢ True",))

    def is_open(self, problem: Problem) -> bool:
        return self.opened > self.deaths

    def run(self, problem: Problem, number: int, block: str) -> Answer:
        return Reached(number + 1, ())

    def drop(self, problem: Problem) -> None: ...

    def resident_mb(self) -> float:
        return 0.0

    @property
    def info(self) -> LeanInfo:
        return toy.LEAN

    def interrupt(self) -> None: ...

    def close(self) -> None: ...


def test_a_statement_has_a_second_process() -> None:
    connection = Frail(deaths=1)
    session = ReplSession(connection)
    state = session.start(PROBLEM)
    assert (connection.opened, session.stats.restarts) == (2, 1)
    assert isinstance(session.step(state, "trivial"), Solved) and session.stats.replays == 0


def test_a_statement_that_ends_two_processes_is_refused() -> None:
    connection = Frail(deaths=3)
    session = ReplSession(connection)
    with pytest.raises(StatementError, match="died over the statement of t: killed by signal 2"):
        session.start(PROBLEM)
    assert (connection.opened, session.stats.restarts) == (2, 2)

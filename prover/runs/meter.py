"""Session wrapper: tracks the cost of attempts in progress (to report work lost on a kill) and supports cancellation.

A search tells its cost when it ends; its cost so far is read here, one level below.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from prover.lean.session import ForwardingSession, Session
from prover.types import Problem, ProofState
from search.types import Cost, Step


class Stopped(Exception):
    """The run was interrupted: unwinds a search that is in progress, leaving no row."""


class Account:
    """The cost of the problems in progress so far, and whether they are to be cancelled. Thread-safe.

    `stop` is the token that cancels them; without one the account has its own.
    """

    def __init__(self, stop: threading.Event | None = None) -> None:
        self._lock = threading.Lock()
        self._spent: dict[str, Cost] = {}
        self._names: dict[str, str] = {}
        self._stop = stop if stop is not None else threading.Event()

    def stop(self) -> None:
        """Let every session raise `Stopped` at its next step."""
        self._stop.set()

    @property
    def stopped(self) -> bool:
        return self._stop.is_set()

    def check(self) -> None:
        """Raise `Stopped` once the run is to stop."""
        if self._stop.is_set():
            raise Stopped

    def opened(self, key: str, name: str) -> None:
        """Note under which key the states of a problem go."""
        with self._lock:
            self._names[key] = name

    def add(self, key: str, cost: Cost) -> None:
        """Enter a cost under the key that a state carries."""
        with self._lock:
            name = self._names.get(key, key)
            self._spent[name] = self._spent.get(name, Cost()) + cost

    def spent(self, name: str) -> Cost:
        """Return what a problem has cost since it was last forgotten."""
        with self._lock:
            return self._spent.get(name, Cost())

    def forget(self, name: str) -> None:
        """Begin at nothing again."""
        with self._lock:
            self._spent.pop(name, None)


class MeteredSession(ForwardingSession):
    """A session whose steps are entered in an account."""

    def __init__(self, inner: Session, account: Account) -> None:
        super().__init__(inner)
        self._account = account

    def start(self, problem: Problem) -> ProofState:
        self._account.check()
        state = self._inner.start(problem)
        self._account.opened(state.problem, problem.name)
        return state

    def step(self, state: ProofState, tactic: str) -> Step[ProofState]:
        self._account.check()
        step = self._inner.step(state, tactic)
        self._account.add(state.problem, step.cost)
        return step


def metered(make: Callable[[], Session], account: Account) -> Callable[[], Session]:
    """Return a factory of sessions that are entered in an account."""
    return lambda: MeteredSession(make(), account)

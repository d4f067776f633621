"""N sessions behind `step_many`: the environment that a search sees.

Every request is answered, in the order of the requests, also when a worker fails: a worker that dies is replaced,
the state is rebuilt by replay, and a step that ended without a verdict is repeated once, at its own cost. Which worker
answers never changes an answer, so results do not depend on the number of workers.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from types import TracebackType

from prover.cancel import POLL_SECONDS, CancelToken
from prover.lean.session import Session, SessionFactory, SessionStats
from prover.types import LeanInfo, Problem, ProofState
from search.types import Rejected, Step

RETRIES = 1


class Pool:
    """Sessions of one kind, each driven by one thread at a time. May be shared by the threads of several searches."""

    def __init__(self, make: SessionFactory, workers: int = 1) -> None:
        if workers < 1:
            raise ValueError("a pool needs at least one worker")
        self._idle: list[Session] = [make() for _ in range(workers)]
        self._all: tuple[Session, ...] = tuple(self._idle)
        self._free = threading.Condition()
        self._busy: dict[int, tuple[Session, CancelToken]] = {}
        self._threads = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="lean") if workers > 1 else None

    @property
    def workers(self) -> int:
        return len(self._all)

    def start(self, problem: Problem, token: CancelToken | None = None) -> ProofState:
        """Open a problem on one of the workers. Raises `StatementError` if its statement does not elaborate."""
        session = self._take(None, token)
        try:
            with _whole(session):
                state = session.start(problem)
        finally:
            self._give(session)
        for other in self._all:
            other.register(problem)
        return state

    def step(self, state: ProofState, action: str, token: CancelToken | None = None) -> Step[ProofState]:
        """Run a tactic, or a whole block, on a state."""
        session = self._take(state, token)
        try:
            with _whole(session):
                return _step(session, state, action, token)
        finally:
            self._give(session)

    def step_many(
        self, requests: Sequence[tuple[ProofState, str]], token: CancelToken | None = None
    ) -> list[Step[ProofState]]:
        """Run several, on as many workers as are free; the answers are in the order of the requests."""
        if self._threads is None or len(requests) < 2:
            return [self.step(state, action, token) for state, action in requests]
        queue = _Queue(requests)
        answers: list[Step[ProofState] | None] = [None] * len(requests)
        lanes = min(self.workers, len(requests))
        for lane in [self._threads.submit(self._work, queue, answers, token) for _ in range(lanes)]:
            lane.result()
        return [answer for answer in answers if answer is not None]

    def split(self, state: ProofState) -> Sequence[ProofState]:
        """Return the independent parts of a state."""
        return self._all[0].split(state)

    def release(self, problem: Problem) -> None:
        """Free what the workers keep of a problem whose search has ended."""
        with self._free:
            idle, self._idle = self._idle, []
        # A worker that is busy with another problem keeps its states until they are evicted; that is bounded too.
        for session in idle:
            session.release(problem)
        with self._free:
            self._idle.extend(idle)
            self._free.notify_all()

    @property
    def info(self) -> LeanInfo:
        return self._all[0].info

    @property
    def stats(self) -> SessionStats:
        """The sum over the workers."""
        total = SessionStats()
        for session in self._all:
            one = session.stats
            total = replace(
                total,
                restarts=total.restarts + one.restarts,
                replays=total.replays + one.replays,
                replayed_moves=total.replayed_moves + one.replayed_moves,
                evictions=total.evictions + one.evictions,
            )
        return total

    def close(self) -> None:
        """End every worker."""
        for session in self._all:
            session.close()
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)

    def __enter__(self) -> Pool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _work(self, queue: _Queue, answers: list[Step[ProofState] | None], token: CancelToken | None) -> None:
        session = self._take(None, token)
        try:
            while (index := queue.next(session)) is not None:
                state, action = queue.requests[index]
                answers[index] = _step(session, state, action, token)
        finally:
            self._give(session)

    def interrupt(self, token: CancelToken) -> None:
        """End the steps in progress that a token was given for; their workers start again when they are needed."""
        with self._free:
            for session, owner in self._busy.values():
                if owner is token:
                    session.interrupt()

    def _take(self, state: ProofState | None, token: CancelToken | None) -> Session:
        """Take an idle worker, one that holds the state if there is one. Raises `search.Cancelled`."""
        with self._free:
            while not self._idle:
                self._free.wait(POLL_SECONDS if token is not None else None)
                if token is not None:
                    token.check()
            positions = range(len(self._idle)) if state is not None else ()
            held = (position for position in positions if state is not None and self._idle[position].is_loaded(state))
            session = self._idle.pop(next(held, 0))
            if token is not None:
                self._busy[id(session)] = (session, token)
            return session

    def _give(self, session: Session) -> None:
        with self._free:
            self._busy.pop(id(session), None)
            self._idle.append(session)
            self._free.notify()


class _Queue:
    """Requests that several workers take from: each prefers those whose state it holds."""

    def __init__(self, requests: Sequence[tuple[ProofState, str]]) -> None:
        self.requests = requests
        self._left = list(range(len(requests)))
        self._lock = threading.Lock()

    def next(self, session: Session) -> int | None:
        with self._lock:
            if not self._left:
                return None
            for position, index in enumerate(self._left):
                if session.is_loaded(self.requests[index][0]):
                    return self._left.pop(position)
            return self._left.pop(0)


@contextmanager
def _whole(session: Session) -> Iterator[None]:
    """End the process of a session that Ctrl-C leaves in the middle of an answer."""
    try:
        yield
    except BaseException as error:
        if not isinstance(error, Exception):
            session.close()
        raise


class Attended:
    """A pool as the environment of one search, which a token can cancel."""

    def __init__(self, pool: Pool, token: CancelToken) -> None:
        self._pool = pool
        self._token = token

    def step(self, state: ProofState, action: str) -> Step[ProofState]:
        return self._pool.step(state, action, self._token)

    def step_many(self, requests: Sequence[tuple[ProofState, str]]) -> list[Step[ProofState]]:
        return self._pool.step_many(requests, self._token)

    def split(self, state: ProofState) -> Sequence[ProofState]:
        return self._pool.split(state)


def _step(session: Session, state: ProofState, action: str, token: CancelToken | None) -> Step[ProofState]:
    if token is not None:
        token.check()
    step = session.step(state, action)
    for _ in range(RETRIES):
        if not isinstance(step, Rejected) or step.kind.is_verdict or (token is not None and token.cancelled):
            break
        before = step.cost
        step = session.step(state, action)
        step = replace(step, cost=before + step.cost)
    return step

"""N sessions behind `step_many`: the environment that a search sees.

Every request is answered, in the order of the requests, whatever happens to a worker: a worker that dies is replaced,
the state is rebuilt by replay, and a step that ended without a verdict is repeated once, at its own cost. Which worker
answers never changes an answer, so results do not depend on the number of workers.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from types import TracebackType

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
        self._threads = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="lean") if workers > 1 else None

    @property
    def workers(self) -> int:
        return len(self._all)

    def start(self, problem: Problem) -> ProofState:
        """Open a problem on one of the workers. Raises `StatementError` if its statement does not elaborate."""
        session = self._take(None)
        try:
            state = session.start(problem)
        finally:
            self._give(session)
        for other in self._all:
            other.know(problem)
        return state

    def step(self, state: ProofState, action: str) -> Step[ProofState]:
        """Run a tactic, or a whole block, on a state."""
        session = self._take(state)
        try:
            return _step(session, state, action)
        finally:
            self._give(session)

    def step_many(self, requests: Sequence[tuple[ProofState, str]]) -> list[Step[ProofState]]:
        """Run several, on as many workers as are free; the answers are in the order of the requests."""
        if self._threads is None or len(requests) < 2:
            return [self.step(state, action) for state, action in requests]
        queue = _Queue(requests)
        answers: list[Step[ProofState] | None] = [None] * len(requests)
        lanes = min(self.workers, len(requests))
        for lane in [self._threads.submit(self._work, queue, answers) for _ in range(lanes)]:
            lane.result()
        return [answer for answer in answers if answer is not None]

    def split(self, state: ProofState) -> Sequence[ProofState]:
        """Return the independent parts of a state."""
        return self._all[0].split(state)

    def forget(self, problem: Problem) -> None:
        """Free what the workers keep of a problem whose search has ended."""
        with self._free:
            idle, self._idle = self._idle, []
        # A worker that is busy with another problem keeps its states until they are evicted; that is bounded too.
        for session in idle:
            session.forget(problem)
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

    def _work(self, queue: _Queue, answers: list[Step[ProofState] | None]) -> None:
        session = self._take(None)
        try:
            while (index := queue.next(session)) is not None:
                state, action = queue.requests[index]
                answers[index] = _step(session, state, action)
        finally:
            self._give(session)

    def _take(self, state: ProofState | None) -> Session:
        """Take an idle worker, one that holds the state if there is one."""
        with self._free:
            while not self._idle:
                self._free.wait()
            for position, session in enumerate(self._idle):
                if state is not None and session.holds(state):
                    return self._idle.pop(position)
            return self._idle.pop(0)

    def _give(self, session: Session) -> None:
        with self._free:
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
                if session.holds(self.requests[index][0]):
                    return self._left.pop(position)
            return self._left.pop(0)


def _step(session: Session, state: ProofState, action: str) -> Step[ProofState]:
    step = session.step(state, action)
    for _ in range(RETRIES):
        if not isinstance(step, Rejected) or step.kind.is_verdict:
            break
        before = step.cost
        step = session.step(state, action)
        step = replace(step, cost=before + step.cost)
    return step

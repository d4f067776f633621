"""The session that every backend offers, and what surrounds it: limits, contexts and the environment of a search."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from prover.errors import StatementError, WorkerDied
from prover.lean.kernel.choice import KernelChoice
from prover.types import LeanInfo, Problem, ProofState
from search.types import RejectionKind, Step

Opened = TypeVar("Opened")

STATEMENT_HEARTBEATS = 200_000
"""Lean's own limit of a declaration: what a step may cost says nothing about statements."""
STATEMENT_SECONDS = 120.0
"""The least wall clock that guards a statement, whose heartbeats decide: a busy machine must not refuse it."""
LARGEST_STEP = 2_000_000
"""Heartbeats are counted in 31 bits of single allocations."""
SHORT, MOST_TIMES = 300, 10
"""Up to how many characters a tactic gets the limit of a step, and how many times that the longest get."""
VERIFIED_STEP = 50_000
"""Heartbeats, in thousands, that the verifier allows for a step at least."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one step may take. Heartbeats decide; the wall clock and the memory only guard.

    `heartbeats` is in thousands of small allocations, as Lean's `maxHeartbeats`. The heap of an embedded worker cannot
    exceed 2 GiB; one whose resident memory exceeds `recycle_mb` is replaced between two steps, before that matters.
    `states` bounds how many proof states a worker keeps; evicted ones are rebuilt by replay. `kernel` says which
    kernels have to accept a proof that the embedded verifier judges.
    """

    heartbeats: int = 200_000
    wall_seconds: float = 300.0
    recycle_mb: int = 2_000
    states: int = 4_000
    kernel: KernelChoice = KernelChoice.DEFAULT

    def for_step(self, tactic: str) -> int:
        """Return what a step may cost: more for a long tactic, whose text alone takes time to elaborate.

        Two thousand heartbeats for each character after the first `SHORT`, at most `MOST_TIMES` times the limit.
        """
        longer = self.heartbeats + 2 * max(0, len(tactic) - SHORT)
        return min(longer, MOST_TIMES * self.heartbeats, LARGEST_STEP)

    def for_verification(self) -> Limits:
        """Return what the verifier allows for each step: a search may be strict with its steps, most of which fail, but
        what its steps left to unification and to the kernel is paid for when the proof is elaborated whole."""
        return replace(self, heartbeats=max(self.heartbeats, VERIFIED_STEP))


@dataclass(frozen=True, slots=True)
class SessionStats:
    """What a session did in addition to the steps it was asked for."""

    restarts: int = 0
    replays: int = 0
    replayed_moves: int = 0
    evictions: int = 0


class Session(Protocol):
    """A conversation with Lean about proof states. Not thread-safe."""

    def start(self, problem: Problem) -> ProofState:
        """Open a problem. Raises `StatementError` with Lean's message if the statement does not elaborate."""
        ...

    def register(self, problem: Problem) -> None:
        """Take note of a problem that was opened elsewhere, so that its states can be rebuilt here."""
        ...

    def step(self, state: ProofState, tactic: str) -> Step[ProofState]:
        """Run a tactic, or a whole block of them, on a state."""
        ...

    def split(self, state: ProofState) -> tuple[ProofState, ...]:
        """Return the independent parts of a state, each proved apart; at most one of them has several goals."""
        ...

    def is_loaded(self, state: ProofState) -> bool:
        """Tell whether the state is at hand, so that a step on it needs no replay."""
        ...

    def release(self, problem: Problem) -> None:
        """Free what is kept of a problem, once its search has ended."""
        ...

    def interrupt(self) -> None:
        """End the process in the middle of a step, which becomes a `Rejected`. May be called from any thread."""
        ...

    @property
    def info(self) -> LeanInfo: ...

    @property
    def stats(self) -> SessionStats: ...

    def close(self) -> None: ...


class ForwardingSession:
    """A session that asks another one; what is built on it changes some of the answers."""

    def __init__(self, inner: Session) -> None:
        self._inner = inner

    def start(self, problem: Problem) -> ProofState:
        return self._inner.start(problem)

    def register(self, problem: Problem) -> None:
        self._inner.register(problem)

    def step(self, state: ProofState, tactic: str) -> Step[ProofState]:
        return self._inner.step(state, tactic)

    def split(self, state: ProofState) -> tuple[ProofState, ...]:
        return self._inner.split(state)

    def is_loaded(self, state: ProofState) -> bool:
        return self._inner.is_loaded(state)

    def release(self, problem: Problem) -> None:
        self._inner.release(problem)

    def interrupt(self) -> None:
        self._inner.interrupt()

    @property
    def info(self) -> LeanInfo:
        return self._inner.info

    @property
    def stats(self) -> SessionStats:
        return self._inner.stats

    def close(self) -> None:
        self._inner.close()


SessionFactory = Callable[[], Session]


def problem_key(problem: Problem) -> str:
    """Return the name under which sessions know a problem."""
    return f"{problem.name}:{problem.statement_sha256[:16]}"


def end_process(pid: int | None) -> None:
    """End a process and what it started, without waiting: the thread that speaks with it finds out and clears up."""
    if pid is None:
        return
    import psutil

    try:
        process = psutil.Process(pid)
        family = [*process.children(recursive=True), process]
    except psutil.Error:
        return
    for member in family:
        try:
            member.kill()
        except psutil.Error:
            pass


def opened(problem: Problem, opening: Callable[[], Opened], lost: Callable[[], None]) -> Opened:
    """Open a problem, and once more where that ended the process; `lost` is called for each process that is gone.

    Raises `StatementError` when a second process has died too.
    """
    try:
        return opening()
    except WorkerDied:
        lost()  # a process can be killed, or be near its end for what it did before: a statement has two
    try:
        return opening()
    except WorkerDied as died:
        lost()
        raise unsurvived(problem, died) from died


def unsurvived(problem: Problem, died: WorkerDied) -> StatementError:
    """Return what is said of a statement over which Lean ended."""
    why = f"no answer within {STATEMENT_SECONDS:g} s" if died.kind is RejectionKind.WALL else str(died)
    return StatementError(f"Lean died over the statement of {problem.name}: {why}; state it in smaller parts")

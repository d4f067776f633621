"""What the run engine adds to Lean and the policy: `make bench-engine`.

Attempts are made as `prover bench` makes them, by two threads over real Lean, and every call of a session, of the
verifier and of the policy is timed from the thread that waits for it, and so is the search for counterexamples. What
is left of the threads' time is the proof search, the journal and the store: the overhead, at most 5 % by the goal. That
one thread waits at the end, when no problem is left for it, is shown by itself. Ctrl-C ends it early.
"""

from __future__ import annotations

import argparse
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from prover.bench.choose import choose, in_context
from prover.bench.config import run_config
from prover.bench.folder import open_run
from prover.bench.run import run
from prover.bench.watch import Quiet
from prover.config import SearchConfig, make_policy, search_config
from prover.lean.open import open_verifier, session_factory
from prover.lean.pool import Pool
from prover.lean.session import ForwardingSession, Session
from prover.lean.verifier import ForwardingVerifier, SharedVerifier, Verifier
from prover.policies.protocol import NamedPolicy, Prepared, ProblemPolicy
from prover.problems.target import find_dataset
from prover.refute import run as refuting
from prover.runs.meter import Account, metered
from prover.runs.records import Result, Task
from prover.runs.solver import Solver, lean_info
from prover.runs.threads import Threads
from prover.runs.work import SolverWork
from prover.types import Problem, ProofState, Verdict
from search.types import Proposals, Step

T = TypeVar("T")


class Clock:
    """Seconds of all threads, by what they waited for."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.seconds = {"Lean": 0.0, "verifier": 0.0, "policy": 0.0, "counterexamples": 0.0, "attempts": 0.0}
        self.attempts = 0
        self.ended: dict[int, float] = {}
        """When each thread ended its last attempt."""

    def timed(self, name: str, work: Callable[[], T]) -> T:
        began = time.perf_counter()
        try:
            return work()
        finally:
            with self._lock:
                self.seconds[name] += time.perf_counter() - began


class TimedSession(ForwardingSession):
    def __init__(self, inner: Session, clock: Clock) -> None:
        super().__init__(inner)
        self._clock = clock

    def start(self, problem: Problem) -> ProofState:
        return self._clock.timed("Lean", lambda: self._inner.start(problem))

    def step(self, state: ProofState, tactic: str) -> Step[ProofState]:
        return self._clock.timed("Lean", lambda: self._inner.step(state, tactic))


class TimedVerifier(ForwardingVerifier):
    def __init__(self, inner: Verifier, clock: Clock) -> None:
        super().__init__(inner)
        self._clock = clock

    def verify(self, problem: Problem, proof: str, steps: int = 0) -> Verdict:
        return self._clock.timed("verifier", lambda: self._inner.verify(problem, proof, steps))


@dataclass(frozen=True)
class TimedPolicy:
    inner: ProblemPolicy
    clock: Clock

    @property
    def name(self) -> str:
        return self.inner.name

    def prepare(self, problem: Problem, seed: int) -> Prepared:
        found = self.inner.prepare(problem, seed)
        return replace(found, policy=_Timed(found.policy, self.clock))

    def load(self) -> None:
        self.inner.load()

    def close(self) -> None:
        self.inner.close()


@dataclass(frozen=True)
class _Timed:
    inner: NamedPolicy
    clock: Clock

    @property
    def name(self) -> str:
        return self.inner.name

    def suggest(self, states: Sequence[ProofState], k: int) -> list[Proposals]:
        return self.clock.timed("policy", lambda: self.inner.suggest(states, k))


@dataclass
class TimedWork(SolverWork):
    clock: Clock | None = None

    def attempt(self, task: Task) -> Result:
        assert self.clock is not None
        try:
            return self.clock.timed("attempts", lambda: super(TimedWork, self).attempt(task))
        finally:
            self.clock.attempts += 1
            self.clock.ended[threading.get_ident()] = time.perf_counter()


@dataclass(frozen=True)
class OpenTimed:
    search: SearchConfig
    clock: Clock

    def __call__(self, workers: int, stop: threading.Event) -> TimedWork:
        search, account = self.search, Account(stop)
        policy = TimedPolicy(make_policy(search.policy), self.clock)
        policy.load()
        make = session_factory(search.lean, search.context, search.limits)
        pool = Pool(metered(lambda: TimedSession(make(), self.clock), account), workers)
        verifier = TimedVerifier(SharedVerifier(open_verifier(search.lean, search.context, search.limits)), self.clock)
        solver = Solver(search, pool, verifier, policy)
        return TimedWork(solver.attempt, account, policy.name, search.strategy.name, solver.close, clock=self.clock)

    def label(self) -> tuple[str, str]:
        return str(self.search.policy), self.search.strategy.name


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset", nargs="?", default="minif2f/valid")
    parser.add_argument("--problems", type=int, default=100)
    parser.add_argument("--calls", type=int, default=30, help="budget of a problem in Lean calls")
    given = parser.parse_args()
    search = search_config(budget=f"lean_calls={given.calls}", heartbeats=2_000, workers=2)
    dataset, selection = choose(find_dataset(given.dataset, None, search.context), None, given.problems)
    search = in_context(search, dataset)
    config, clock = run_config(dataset, lean_info(search), search, selection=selection), Clock()
    look = getattr(refuting, "find")  # noqa: B009 - replaced where it is used
    setattr(refuting, "find", lambda *given: clock.timed("counterexamples", lambda: look(*given)))  # noqa: B010
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder, open_run(Path(folder) / "run", config, dataset) as opened:
        with suppress(KeyboardInterrupt):
            run(opened, dataset.problems, OpenTimed(search, clock), Threads(2), Quiet())
        wall = time.perf_counter() - began
    seconds, threads = clock.seconds, 2 * wall
    outside = ("Lean", "verifier", "policy", "counterexamples")
    idle = 2 * max(clock.ended.values()) - sum(clock.ended.values())
    print(f"{clock.attempts} problems, {given.calls} Lean calls each, 2 workers: {wall:.1f} s of wall clock")
    rest = seconds["attempts"] - sum(seconds[name] for name in outside)
    shown = {name: seconds[name] for name in outside} | {
        "search": rest,
        "engine": threads - seconds["attempts"] - idle,
        "idle end": idle,
    }
    for name, spent in shown.items():
        print(f"  {name:16}{spent:10.1f} s  {100 * spent / threads:5.1f} % of the threads' time")
    overhead = shown["search"] + shown["engine"]
    print(
        f"overhead, search and engine: {100 * overhead / (threads - idle):.1f} % of the time until the end (goal: 5 %)"
    )


if __name__ == "__main__":
    main()

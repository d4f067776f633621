"""Steps a second with one worker and with two, on the same steps, and memory over 20,000 of them: `make bench-pool`.

The steps are those that best-first searches of the problems in `data/multi_goal.jsonl` asked for, in their order.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path

import psutil

from prover.lean.embedded.session import EmbeddedSession
from prover.lean.open import session_factory
from prover.lean.pool import Pool
from prover.lean.session import Limits
from prover.policies.templates.automation import AutomationPolicy
from prover.types import Problem, ProofState
from search.best_first import best_first
from search.types import Budget, Step

PROBLEMS = Path(__file__).parents[2] / "data" / "multi_goal.jsonl"
LIMITS = Limits(heartbeats=500, wall_seconds=60.0)
MEGABYTE = 2**20

Asked = list[list[tuple[ProofState, str]]]
"""The steps of each problem."""


class Recording:
    """An environment that passes on, and notes what it was asked."""

    def __init__(self, inner: Pool) -> None:
        self._inner = inner
        self.asked: list[tuple[ProofState, str]] = []

    def step(self, state: ProofState, action: str) -> Step[ProofState]:
        self.asked.append((state, action))
        return self._inner.step(state, action)

    def step_many(self, requests: Sequence[tuple[ProofState, str]]) -> list[Step[ProofState]]:
        self.asked.extend(requests)
        return self._inner.step_many(requests)

    def split(self, state: ProofState) -> Sequence[ProofState]:
        return self._inner.split(state)


def problems() -> list[Problem]:
    """Return the problems that the steps are of."""
    rows = map(json.loads, PROBLEMS.read_text(encoding="utf-8").splitlines())
    return [Problem(name=row["name"], statement=row["formal_statement"]) for row in rows]


def record(pool: Pool, calls: int) -> Asked:
    """Return the steps that searches ask for."""
    asked = []
    for problem in problems():
        recording = Recording(pool)
        best_first(pool.start(problem), recording, AutomationPolicy(), Budget(lean_calls=calls))
        asked.append(recording.asked)
    return asked


def run(pool: Pool, asked: Asked) -> float:
    """Take all steps, as one list, and return the seconds that they took."""
    began = time.monotonic()
    pool.step_many([step for steps in asked for step in steps])
    return time.monotonic() - began


def resident(pool: Pool) -> list[int]:
    """Return the resident memory of each worker in megabytes."""
    pids = [session.pid for session in pool._all if isinstance(session, EmbeddedSession)]
    return [psutil.Process(pid).memory_info().rss // MEGABYTE for pid in pids if pid is not None]


def soak(steps: int, calls: int) -> None:
    """Take that many steps on two workers, every problem opened anew each time; print their memory by tenths."""
    with Pool(session_factory("embedded", "core", LIMITS), 2) as pool:
        asked = record(pool, calls)
        taken, rows = 0, 0
        while taken < steps:
            for problem in problems():
                pool.start(problem)
            run(pool, asked)
            for problem in problems():
                pool.release(problem)
            taken += sum(map(len, asked))
            if taken >= (rows + 1) * steps / 10:
                rows += 1
                print(f"{taken:6} steps  {resident(pool)} MB", flush=True)
        print(f"workers that were replaced: {pool.stats.restarts}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=24, help="Lean calls a problem")
    parser.add_argument("--rounds", type=int, default=3, help="how often each number of workers takes its turn")
    parser.add_argument("--soak", type=int, default=20_000, help="steps of the soak; 0 leaves it out")
    parser.add_argument("--soak-calls", type=int, default=8, help="Lean calls a problem in the soak: short steps")
    given = parser.parse_args()
    pools = {workers: Pool(session_factory("embedded", "core", LIMITS), workers) for workers in (1, 2)}
    asked = record(pools[1], given.calls)
    count = sum(map(len, asked))
    rates: dict[int, list[float]] = {1: [], 2: []}
    for pool in pools.values():  # warm: every worker has started, and knows the problems
        for problem in problems():
            pool.start(problem)
        run(pool, asked)
    for _ in range(given.rounds):  # in turns: a machine's speed drifts
        for workers, pool in pools.items():
            rates[workers].append(count / run(pool, asked))
    for workers, found in rates.items():
        print(f"{workers} worker{'s'[: workers - 1]}: {max(found):6.1f} steps a second (best of {len(found)})")
    print(f"two against one: {max(rates[2]) / max(rates[1]):.2f} on {count} steps")
    for pool in pools.values():
        pool.close()
    if given.soak:
        soak(given.soak, given.soak_calls)


if __name__ == "__main__":
    main()

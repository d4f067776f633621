"""Run a dataset: every problem attempted `samples` times, seeded one after the other, by the one loop of runs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from prover.bench.folder import PHASE, ROWS, OpenRun
from prover.config import SearchConfig
from prover.events import Ended, Event, Listen
from prover.lean.cache import LeanCache
from prover.lines import Lines
from prover.policies.models.generation import Generator
from prover.prove import Outcome
from prover.runs.executor import Executor
from prover.runs.loop import run_phase
from prover.runs.meter import Account
from prover.runs.records import Task
from prover.runs.solver import has_local_model, model_of, open_solver
from prover.runs.work import OpenWork, SolverWork
from prover.types import Attempt, Problem


class Watcher(Protocol):
    """Is told how a run progresses."""

    def begin(self, total: int, done: Sequence[Attempt]) -> None: ...

    def row(self, attempt: Attempt) -> None: ...

    def end(self) -> None: ...


def run(
    opened: OpenRun,
    problems: Sequence[Problem],
    open_work: OpenWork,
    executor: Executor,
    watcher: Watcher,
    *,
    stop: threading.Event | None = None,
    cached: bool = False,
) -> None:
    """Attempt everything that has no row yet. Raises `KeyboardInterrupt` when interrupted, everything tidied up.

    `cached` notes that the work shares Lean's results with other runs.
    """
    config = opened.config
    total = config.samples * len(problems)
    done = list(opened.store.attempts(PHASE))
    if len(done) == total:
        return
    rows = Lines(opened.path / ROWS)

    def tell(event: Event) -> None:
        if isinstance(event, Ended):
            rows.append(event.attempt, sync=False)
            watcher.row(event.attempt)

    watcher.begin(total, done)
    del done
    try:
        run_phase(
            opened.store,
            PHASE,
            _tasks(problems, config.search.seed, config.samples),
            open_work,
            executor=executor,
            on_event=tell,
            stop=stop,
            stamp=lambda attempt: attempt.model_copy(update={"config_sha256": config.sha256}),
            cached=cached,
        )
    finally:
        watcher.end()


def _tasks(problems: Sequence[Problem], first: int, samples: int) -> Iterator[Task]:
    for seed in range(first, first + samples):
        for place, problem in enumerate(problems):
            yield Task(place=place, problem=problem, seed=seed)


@dataclass(frozen=True, slots=True)
class OpenBench:
    """Opens the work of a benchmark in the process that does it.

    `cached` shares Lean's results with other runs; `remote` answers in the place of the policy's own language model.
    `listen` makes a listener for each attempt, in this process only.
    """

    search: SearchConfig
    cached: bool
    remote: Generator | None = None
    listen: Callable[[Problem, int], Listen] | None = None

    def __call__(self, workers: int, stop: threading.Event) -> SolverWork:
        """Open Lean and the policy for so many attempts at once. Raises `SetupError`, `PolicyError`."""
        account = Account(stop)
        answers = LeanCache() if self.cached else None
        search = self.search.model_copy(update={"workers": workers})
        solver = open_solver(search, account, answers, self.remote)

        def release() -> None:
            solver.close()
            if answers is not None:
                answers.close()

        listen = self.listen

        def solve(problem: Problem, seed: int) -> Outcome:
            return solver.attempt(problem, seed, None if listen is None else listen(problem, seed))

        return SolverWork(solve, account, str(search.policy), search.strategy.name, release)

    def label(self) -> tuple[str, str]:
        return str(self.search.policy), self.search.strategy.name

    def model(self) -> Callable[[], Generator] | None:
        return partial(model_of, self.search.policy) if has_local_model(self.search.policy) else None

    def asking(self, generator: Generator) -> OpenBench:
        return replace(self, remote=generator)

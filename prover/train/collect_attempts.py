"""The work of a phase: attempts with a policy that is learning, and what is kept of each to learn from."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from prover.config import SearchConfig
from prover.errors import ProverError
from prover.events import Ended, Event
from prover.lean.cache import LeanCache
from prover.policies.protocol import ProblemPolicy
from prover.policies.repair import without_failures
from prover.prove import Outcome
from prover.runs.executor import Executor
from prover.runs.loop import run_phase
from prover.runs.meter import Account, Stopped
from prover.runs.records import Finished, PhaseRecord, Result, StateRecord, Task, state_records
from prover.runs.solver import Solver, solver_with
from prover.runs.work import SolverWork
from prover.train.audit import Audit, audited
from prover.train.decontaminate import same_type
from prover.train.records import CorpusProblem
from prover.train.store import IterateStore
from prover.types import Attempt
from search.types import Budget

Watch = Callable[[Attempt, int, int], None]
"""Is told of every attempt, with how many are done and how many there are."""

MakePolicy = Callable[[], ProblemPolicy]
"""Makes a policy in the process that asks it; can be pickled."""


@dataclass(frozen=True, slots=True)
class OpenAttempts:
    """Opens the work of an evaluation: only outcomes are kept. `cache` is a file of Lean's results."""

    search: SearchConfig
    policy: MakePolicy
    cache: Path | None = None

    def __call__(self, workers: int, stop: threading.Event) -> SolverWork:
        """Open Lean and the policy for so many attempts at once. Raises `SetupError`, `PolicyError`."""
        solver, account, policy, release = _opened(self.search, self.policy, workers, stop, self.cache)
        return _Evaluation(solver.attempt, account, policy, self.search.strategy.name, release)

    def label(self) -> tuple[str, str]:
        return self.policy().name, self.search.strategy.name


@dataclass(frozen=True, slots=True)
class OpenGathering:
    """Opens the work of a search phase: states are kept, and the states of proofs are audited.

    `types` maps hashes of elaborated types of evaluation problems to their names: a problem with one of these is
    dropped instead of attempted. `everything` proposes what is audited, `most` tactics a state at most; 0 audits none.
    `datasets` says, by place, where problems come from, and `efforts` how many times the budget a problem is given, if
    not once. `cache` is a file of Lean's results.
    """

    search: SearchConfig
    policy: MakePolicy
    types: dict[int, str]
    datasets: dict[int, str]
    everything: MakePolicy
    most: int
    efforts: dict[int, int] = field(default_factory=dict)
    cache: Path | None = None

    def __call__(self, workers: int, stop: threading.Event) -> SolverWork:
        """Open Lean and the policy for so many attempts at once. Raises `SetupError`, `PolicyError`."""
        solver, account, policy, release = _opened(self.search, self.policy, workers, stop, self.cache)
        audit = Audit(self.everything(), self.most) if self.most else None
        return _Gathering(
            solver.attempt,
            account,
            policy,
            self.search.strategy.name,
            release,
            solver=solver,
            audit=audit,
            types=self.types,
            datasets=self.datasets,
            budget=self.search.budget.limits(),
            efforts=self.efforts,
        )

    def label(self) -> tuple[str, str]:
        return self.policy().name, self.search.strategy.name


def _opened(
    search: SearchConfig, make: MakePolicy, workers: int, stop: threading.Event, cache: Path | None
) -> tuple[Solver, Account, str, Callable[[], None]]:
    """Return a solver with its account, the policy's name, and what closes all that was opened."""
    answers = None if cache is None else LeanCache(cache)
    account, policy = Account(stop), make()
    solver = solver_with(policy, search.model_copy(update={"workers": workers}), account, answers)

    def release() -> None:
        solver.close()
        if answers is not None:
            answers.close()

    return solver, account, policy.name, release


class _Evaluation(SolverWork):
    """Attempts of which only the outcome is kept."""

    def result(self, task: Task) -> Result:
        outcome = self.solve(task.problem, task.seed)
        return Finished(attempt=outcome.attempt, verified=outcome.verified)


@dataclass(kw_only=True)
class _Gathering(SolverWork):
    """Attempts to learn from."""

    solver: Solver
    audit: Audit | None
    types: dict[int, str]
    datasets: dict[int, str]
    budget: Budget
    efforts: dict[int, int]

    def result(self, task: Task) -> Result:
        digest = self.solver.pool.start(task.problem).goals[0].digest
        dropped = same_type(self.types, task.problem.name, self.datasets[task.place], digest)
        if dropped is not None:
            return dropped
        budget = self.budget.times(self.efforts.get(task.place, 1))
        outcome = self.solver.attempt_within(task.problem, task.seed, budget)
        return Finished(attempt=outcome.attempt, verified=outcome.verified, states=tuple(self._states(task, outcome)))

    def _states(self, task: Task, outcome: Outcome) -> Sequence[StateRecord]:
        states = state_records(task.problem.name, outcome.search, outcome.verified)
        if self.audit is None or outcome.verified is None or outcome.search is None or outcome.search.proof is None:
            return states
        proof = without_failures(outcome.search.proof)
        try:
            return audited(task.problem, proof, states, self.solver, self.audit)
        except ProverError as error:
            # The proof stands; only what else could have been learnt from it is lost.
            if self.account.stopped:
                raise Stopped from error
            return states


def attempt_all(
    store: IterateStore,
    phase: PhaseRecord,
    asked: Sequence[CorpusProblem],
    open_work: OpenAttempts | OpenGathering,
    executor: Executor,
    watch: Watch,
) -> None:
    """Attempt every problem that has no row in this phase. Raises as `run_phase`."""
    # Problems of one context one after the other: a session changes from one to the next.
    order = sorted(asked, key=lambda problem: (problem.problem.context, problem.place))
    seed = open_work.search.seed
    tasks = [Task(place=problem.place, problem=problem.problem, seed=seed) for problem in order]
    done = store.attempted(phase)
    counter, turn = itertools.count(sum(task.key in done for task in tasks) + 1), threading.Lock()

    def tell(event: Event) -> None:
        if isinstance(event, Ended):
            with turn:
                watch(event.attempt, next(counter), len(tasks))

    run_phase(store, phase, tasks, open_work, executor=executor, on_event=tell)

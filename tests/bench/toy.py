"""A prover without Lean for tests of runs: games stand for problems, and everything else is the real thing.

The statement of a toy problem names the seed of a random game (`search.testing`). Outcomes depend on nothing else.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, ClassVar

from prover.bench.config import RunConfig, run_config
from prover.config import SearchConfig, search_config
from prover.errors import LeanError, StatementError
from prover.lean.cache import LeanCache, cached
from prover.lean.pool import Pool
from prover.lean.session import SessionFactory, SessionStats
from prover.policies.protocol import Prepared
from prover.policies.sketch import RuleSketcher
from prover.problems.dataset import Dataset
from prover.problems.fault import Fault
from prover.runs.meter import Account, metered
from prover.runs.solver import Solver
from prover.runs.work import SolverWork
from prover.types import (
    Goal,
    LeanInfo,
    Move,
    Problem,
    ProofState,
    Rejection,
    RejectReason,
    Tactic,
    Verdict,
    VerifiedProof,
)
from search.testing import Game, Table, random_game
from search.types import Advanced, Proposals, Rejected, Solved, Step, Suggestion

LEAN = LeanInfo(version="4.0.0-toy", backend="embedded", context="core", context_sha256="c" * 64)


def toys(count: int, faults: dict[str, Fault] | None = None) -> Dataset:
    """Return a dataset of toy problems."""
    problems = tuple(toy(f"toy_{number}", number) for number in range(count))
    return Dataset("toys", "", problems, "local", (("toys.jsonl", "f" * 64),), faults or {})


def toy(name: str, seed: int) -> Problem:
    return Problem(name=name, statement=f"theorem {name} : game {seed} := by")


def settings(**given: str | int) -> SearchConfig:
    """Return settings of a small search; `budget`, `strategy`, `seed`, `workers` may be given."""
    return search_config(**{"budget": "lean_calls=40", **given})  # type: ignore[arg-type]


def config(dataset: Dataset, search: SearchConfig, **given: int) -> RunConfig:
    return run_config(dataset, LEAN, search, **given)  # type: ignore[arg-type]


def table(problem: Problem) -> Table:
    return random_game(int(problem.statement.split()[4]), goals=6, actions=5, solved=0.12)


@dataclass
class ToySession:
    """A session over games. `delay` slows every step; problems called `broken…` and `unreadable…` fail as named.

    `asked` counts the steps of all sessions.
    """

    asked: ClassVar[int] = 0
    delay: float = 0.0
    games: dict[str, Game] = field(default_factory=dict)

    def start(self, problem: Problem) -> ProofState:
        if problem.name.startswith("unreadable"):
            raise StatementError(f"Lean does not accept the statement of {problem.name}")
        self.register(problem)
        return _state(problem.name, ("g0",), ())

    def register(self, problem: Problem) -> None:
        self.games[problem.name] = Game(table(problem))

    def step(self, state: ProofState, tactic: str) -> Step[ProofState]:
        if state.problem.startswith("broken"):
            raise LeanError("Lean is gone")
        ToySession.asked += 1
        if self.delay:
            time.sleep(self.delay)
        goals = tuple(goal.text for goal in state.goals)
        step = self.games[state.problem].step(goals, tactic)
        if isinstance(step, Advanced):
            return Advanced(_state(state.problem, step.state, (*state.trail, Tactic(tactic))), step.cost)
        return step if isinstance(step, Solved) else Rejected(step.kind, step.reason, step.cost)

    def split(self, state: ProofState) -> tuple[ProofState, ...]:
        return tuple(_state(state.problem, (goal.text,), state.trail) for goal in state.goals)

    def is_loaded(self, state: ProofState) -> bool:
        return True

    def release(self, problem: Problem) -> None: ...

    def interrupt(self) -> None: ...

    @property
    def info(self) -> LeanInfo:
        return LEAN

    @property
    def stats(self) -> SessionStats:
        return SessionStats()

    def close(self) -> None: ...


def _state(problem: str, goals: Sequence[str], trail: tuple[Move, ...]) -> ProofState:
    return ProofState(problem, tuple(Goal(text, 0, None, (), text) for text in goals), trail)


class ToyVerifier:
    """Accepts what the search found; rejects every proof of a problem called `doubtful…`."""

    def verify(self, problem: Problem, proof: str, steps: int = 0) -> Verdict:
        facts: dict[str, Any] = {
            "problem": problem.name,
            "statement_sha256": problem.statement_sha256,
            "lean": LEAN,
            "heartbeats": 1,
        }
        if problem.name.startswith("doubtful"):
            return Rejection(**facts, reason=RejectReason.KERNEL, message="the kernel refuses it")
        return VerifiedProof(**facts, proof=proof, axioms=("propext",), type_digest="d")

    def info(self, problem: Problem) -> LeanInfo:
        return LEAN

    def close(self) -> None: ...


class ToyPolicy:
    """Proposes every action of a game that might exist."""

    name = "toy"

    def suggest(self, states: Sequence[ProofState], k: int) -> list[Proposals]:
        return [Proposals(tuple(Suggestion(f"a{number}", -1.0 - number / 10) for number in range(5))) for _ in states]

    def prepare(self, problem: Problem, seed: int) -> Prepared:
        return Prepared(self, RuleSketcher())

    def load(self) -> None: ...

    def close(self) -> None: ...


def solver(search: SearchConfig, account: Account, delay: float = 0.0, answers: LeanCache | None = None) -> Solver:
    """Return what makes attempts at toy problems: the real pool, `prove`, account and cache around the toys above."""
    sessions: SessionFactory = partial(ToySession, delay)
    if answers is not None:
        sessions = cached(sessions, answers, search.limits)
    pool = Pool(metered(sessions, account), search.workers)
    return Solver(search, pool, ToyVerifier(), ToyPolicy())  # type: ignore[arg-type]


@dataclass(frozen=True)
class OpenToys:
    """Opens work on toy problems, in this process or in another."""

    search: SearchConfig
    delay: float = 0.0
    answers: LeanCache | None = None

    def __call__(self, workers: int, stop: threading.Event) -> SolverWork:
        account = Account(stop)
        made = solver(self.search.model_copy(update={"workers": workers}), account, self.delay, self.answers)
        return SolverWork(made.attempt, account, str(self.search.policy), self.search.strategy.name, made.close)

    def label(self) -> tuple[str, str]:
        return str(self.search.policy), self.search.strategy.name

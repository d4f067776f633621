"""Work on toy problems that breaks its process, as the tests of executors need it."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

import psutil

from prover.config import SearchConfig
from prover.policies.models.batcher import Batcher
from prover.policies.models.generation import Answer, Completion, Generation, Generator, Request
from prover.policies.recipes import Sampling, TextPrompt
from prover.prove import Outcome
from prover.runs.meter import Account
from prover.runs.records import Result, Task
from prover.runs.solver import open_solver
from prover.runs.work import SolverWork
from prover.types import Attempt, Problem
from search.types import Cost
from tests.bench import toy


@dataclass(frozen=True)
class OpenPoison(toy.OpenToys):
    """Toy problems, but those called `poison…` kill the process that attempts them, every time."""

    def __call__(self, workers: int, stop: threading.Event) -> SolverWork:
        work = super().__call__(workers, stop)
        return _Poison(work.solve, work.account, work.policy, work.strategy, work.release)


class _Poison(SolverWork):
    def result(self, task: Task) -> Result:
        if task.problem.name.startswith("poison"):
            os.kill(os.getpid(), signal.SIGKILL)
        return super().result(task)


class _Killing(Account):
    """Kills the Lean processes of this process after its third step, so many times."""

    def __init__(self, stop: threading.Event, kills: int) -> None:
        super().__init__(stop)
        self._kills = kills
        self._steps = 0

    def add(self, key: str, cost: Cost) -> None:
        super().add(key, cost)
        self._steps += 1
        if self._steps % 3 == 0 and self._kills:
            self._kills -= 1
            for child in psutil.Process().children(recursive=True):
                try:
                    if "main.cjs" in " ".join(child.cmdline()):
                        child.kill()
                except psutil.Error:  # it has ended
                    continue


@dataclass(frozen=True)
class OpenKilling:
    """Real Lean, whose processes are killed in the middle of searches."""

    search: SearchConfig
    kills: int

    def __call__(self, workers: int, stop: threading.Event) -> SolverWork:
        account = _Killing(stop, self.kills)
        solver = open_solver(self.search.model_copy(update={"workers": workers}), account)
        return SolverWork(solver.attempt, account, *self.label(), solver.close)

    def label(self) -> tuple[str, str]:
        return str(self.search.policy), self.search.strategy.name


def at_once(problem: Problem, seed: int) -> Outcome:
    """An attempt that costs nothing."""
    facts = {"problem": problem.name, "statement_sha256": problem.statement_sha256, "policy": "toy", "cost": {}}
    row = Attempt.model_validate({**facts, "strategy": "best-first", "seed": seed, "status": "unproved"})
    return Outcome(row, None)


class Echo:
    """A model that says how many requests it was asked together; a negative seed kills its process.

    Its first batch with a positive seed lasts until `COMPANY` requests have come.
    """

    def __init__(self) -> None:
        self.come = threading.Semaphore(0)
        self.waited = False

    def generate(self, requests: Sequence[Request]) -> list[Answer]:
        if requests[0].seed < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        if requests[0].seed > 0 and not self.waited:
            self.waited = True
            for _ in range(COMPANY):
                assert self.come.acquire(timeout=60.0)
            time.sleep(0.2)  # from the door to the queue
        return [Generation((Completion(f"{len(requests)}", -1.0, 1, True),), 1, 0.0) for _ in requests]

    def load(self) -> None: ...

    def close(self) -> None: ...


class Door:
    """Counts who comes in."""

    def __init__(self) -> None:
        self.echo = Echo()
        self.batcher = Batcher(self.echo)

    def generate(self, requests: Sequence[Request]) -> list[Answer]:
        if requests[0].seed > 0:
            self.echo.come.release()
        return self.batcher.generate(requests)

    def load(self) -> None: ...

    def close(self) -> None: ...


COMPANY = 3


def door() -> Generator:
    return Door()


def ask(model: Generator, seed: int) -> str:
    """Return what the model says: how many requests it was asked together."""
    (answer,) = model.generate([Request(TextPrompt("p"), 1, Sampling(max_tokens=8), seed)])
    assert isinstance(answer, Generation)
    return answer.completions[0].text

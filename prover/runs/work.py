"""Attempts as a process makes them: a task in, a result out, and nothing that breaks one attempt ends another."""

from __future__ import annotations

import gzip
import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from prover.errors import ProverError
from prover.policies.models.generation import Generator
from prover.prove import Outcome, failed
from prover.runs.meter import Account, Stopped
from prover.runs.records import Finished, Result, Task, TaskKey
from prover.types import CostRecord, Problem, ProofState
from search.export import GraphDocument, to_document, to_networkx
from search.result import SearchResult

LONGEST_REASON = 2000

Solve = Callable[[Problem, int], Outcome]
"""Makes an attempt at a problem with a seed. May raise: then the attempt failed, and the row says why."""


class Work(Protocol):
    """Makes attempts in one process, several at once, each in a thread."""

    def attempt(self, task: Task) -> Result:
        """Make one attempt. Raises `Stopped` when it is cancelled, and nothing else."""
        ...

    def spent(self) -> Mapping[TaskKey, CostRecord]:
        """Return what the attempts in progress have cost so far."""
        ...

    def close(self) -> None:
        """End Lean's processes and release the policy."""
        ...


class OpenWork(Protocol):
    """Opens work in the process that does it. An executor over several processes needs one that can be pickled."""

    def __call__(self, workers: int, stop: threading.Event) -> Work:
        """Open what makes so many attempts at once, cancelled by the event. Raises `SetupError`, `PolicyError`."""
        ...

    def label(self) -> tuple[str, str]:
        """Return policy and strategy as they stand in rows, for attempts whose process died."""
        ...


@runtime_checkable
class SharesModel(Protocol):
    """Work whose policy asks a language model with weights: one process can answer for all others."""

    def model(self) -> Callable[[], Generator] | None:
        """Return what makes the model, not loaded, in another process; None if this policy has no weights here."""
        ...

    def asking(self, generator: Generator) -> OpenWork:
        """Return the same work, asking another generator."""
        ...


@dataclass
class SolverWork:
    """Work done by a function from a problem and a seed to an outcome; `policy` and `strategy` name it in rows.

    `account` knows the cost so far and whether to stop; `release` is called at the end.
    """

    solve: Solve
    account: Account
    policy: str
    strategy: str
    release: Callable[[], None] = lambda: None
    _began: dict[TaskKey, tuple[str, float]] = field(default_factory=dict)

    def attempt(self, task: Task) -> Result:
        self.account.check()
        self.account.forget(task.problem.name)
        self._began[task.key] = task.problem.name, time.monotonic()
        try:
            return self.result(task)
        except Stopped:
            raise
        except Exception as error:
            # It is this problem's failure, and the other problems continue.
            if self.account.stopped:
                raise Stopped from error
            return self._broken(task, error)
        finally:
            self._began.pop(task.key, None)

    def result(self, task: Task) -> Result:
        """Make the attempt and say what is kept of it: here, the whole search."""
        outcome = self.solve(task.problem, task.seed)
        return Finished(
            attempt=outcome.attempt,
            verified=outcome.verified,
            search=b"" if outcome.search is None else packed(document(outcome.search)),
        )

    def spent(self) -> Mapping[TaskKey, CostRecord]:
        return {key: self._cost(name, began) for key, (name, began) in list(self._began.items())}

    def close(self) -> None:
        self.release()

    def _cost(self, problem: str, began: float) -> CostRecord:
        return CostRecord.of(self.account.spent(problem), time.monotonic() - began)

    def _broken(self, task: Task, error: Exception) -> Finished:
        if not isinstance(error, ProverError):
            error = ProverError(f"internal error: {type(error).__name__}: {error}")
        row = failed(task.problem, error, self.policy, self.strategy, task.seed)
        return Finished(attempt=row.model_copy(update={"cost": self._cost(*self._began[task.key])}))


@dataclass(frozen=True, slots=True)
class OpenSolve:
    """Opens work done by a function that opens nothing itself."""

    solve: Solve
    policy: str
    strategy: str

    def __call__(self, workers: int, stop: threading.Event) -> SolverWork:
        return SolverWork(self.solve, Account(stop), self.policy, self.strategy)

    def label(self) -> tuple[str, str]:
        return self.policy, self.strategy


def document(search: SearchResult[ProofState]) -> GraphDocument:
    """Return a search as it is kept: whole, except that Lean's messages are cut to `LONGEST_REASON` characters."""
    found = to_document(to_networkx(search.graph, lambda state: state.text))
    for edge in found["edges"]:
        if len(edge["reason"]) > LONGEST_REASON:
            edge["reason"] = f"{edge['reason'][:LONGEST_REASON]}…"
    return found


def packed(search: GraphDocument) -> bytes:
    """Return a search as compressed JSON."""
    text = json.dumps(search, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return gzip.compress(text.encode(), 6, mtime=0)

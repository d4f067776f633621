"""Run a dataset: every problem attempted, every attempt on the disk before it counts.

A run can be killed at any moment and started again. What has a row is done; what was begun without one is done again,
and what it had cost is listed apart (`prover.bench.journal.lost`). Threads share one pool, a problem each; no outcome
depends on their number or on the order in which they finish.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import UTC, datetime
from typing import Literal, Protocol

from prover.bench.folder import Folder, read_run
from prover.bench.journal import Ended, Sitting, Spent, Started
from prover.bench.lines import write_whole
from prover.bench.machine import this_machine
from prover.bench.meter import Account, Stopped
from prover.errors import ProverError
from prover.prove import Outcome, failed
from prover.types import Attempt, CostRecord, Problem, ProofState
from search.export import GraphDocument, to_document, to_networkx
from search.result import SearchResult

Solver = Callable[[Problem, int], Outcome]
"""Makes an attempt at a problem with a seed. May raise: then the attempt failed, and the row says why."""

EVERY_SECONDS = 2.0
STOP_SECONDS = 10.0
LONGEST_REASON = 2000
STATEMENT = "statement: "
"""How the message of a row begins whose statement does not elaborate: that is no failure of the machine."""


class Watcher(Protocol):
    """Is told how a run goes."""

    def begin(self, total: int, done: Sequence[Attempt]) -> None: ...

    def row(self, attempt: Attempt) -> None: ...

    def end(self) -> None: ...


def run(
    folder: Folder,
    problems: Sequence[Problem],
    solve: Solver,
    account: Account,
    watcher: Watcher,
    workers: int,
    *,
    cached: bool = False,
) -> None:
    """Attempt everything that has no row yet. Raises `KeyboardInterrupt` when interrupted, everything tidied up.

    `cached` notes that the solver shares answers of Lean with other runs.
    """
    done = read_run(folder.path).attempts
    has_row = {(attempt.problem, attempt.seed) for attempt in done}
    seeds = range(folder.config.search.seed, folder.config.search.seed + folder.config.samples)
    left = [(problem, seed) for seed in seeds for problem in problems if (problem.name, seed) not in has_row]
    if not left:
        return
    sitting = _Sitting(folder, solve, account, watcher)
    machine = this_machine()
    folder.journal.append(
        Sitting(sitting=sitting.name, time=_now(), machine=machine, workers=workers, torn=folder.torn, cached=cached)
    )
    watcher.begin(len(done) + len(left), done)
    began = time.monotonic()
    reason: Literal["finished", "interrupted"] = "interrupted"
    threads = ThreadPoolExecutor(workers, thread_name_prefix="problem")
    futures = [threads.submit(sitting.attempt, problem, seed) for problem, seed in left]
    try:
        _wait(futures, sitting)
        reason = "finished"
    finally:
        account.stop()
        threads.shutdown(wait=False, cancel_futures=True)
        wait([future for future in futures if not future.cancelled()], STOP_SECONDS)
        watcher.end()
        seconds = round(time.monotonic() - began, 3)
        folder.journal.append(Ended(sitting=sitting.name, time=_now(), seconds=seconds, reason=reason))


def withdraw_broken(folder: Folder) -> list[str]:
    """Take back the rows of attempts that broke for reasons of the machine, so that they are made again.

    What they had cost is listed with what was lost: a run never gets a second chance in secret.
    """
    found = read_run(folder.path)
    broken = [it for it in found.attempts if it.status == "error" and not it.message.startswith(STATEMENT)]
    begun = {(it.problem, it.seed): it.sitting for it in found.events if isinstance(it, Started)}
    for it in broken:
        sitting = begun.get((it.problem, it.seed), "")
        folder.journal.append(Spent(sitting=sitting, problem=it.problem, seed=it.seed, cost=it.cost))
    kept = [it for it in found.attempts if it not in broken]
    if broken:
        write_whole(folder.attempts.path, "".join(f"{it.model_dump_json()}\n" for it in kept).encode())
    return [it.problem for it in broken]


class _Sitting:
    """From the start, or a resumption, of a run to its end or interruption."""

    def __init__(self, folder: Folder, solve: Solver, account: Account, watcher: Watcher) -> None:
        self.name = uuid.uuid4().hex[:12]
        self._folder = folder
        self._solve = solve
        self._account = account
        self._watcher = watcher
        self._begun: dict[tuple[str, int], float] = {}

    def attempt(self, problem: Problem, seed: int) -> None:
        if self._account.stopped:
            return
        key = problem.name, seed
        self._folder.journal.append(Started(sitting=self.name, problem=problem.name, seed=seed, time=_now()))
        self._account.forget(problem.name)
        self._begun[key] = time.monotonic()
        try:
            outcome = self._solve(problem, seed)
        except Stopped:
            self._note(key)
            return
        except Exception as error:
            # Whatever broke, it is this problem's failure, and the other problems go on.
            if self._account.stopped:
                self._note(key)
                return
            outcome = Outcome(self._broken(problem, seed, error), None)
        finally:
            self._begun.pop(key, None)
        if outcome.search is not None:
            self._folder.keep_tree(problem.name, seed, document(outcome.search))
        row = outcome.attempt.model_copy(update={"config_sha256": self._folder.config.sha256})
        self._folder.attempts.append(row)
        self._watcher.row(row)

    def note_all(self) -> None:
        """Write down what the attempts in progress have cost so far."""
        for key in list(self._begun):
            self._note(key)

    def _note(self, key: tuple[str, int]) -> None:
        problem, seed = key
        cost = self._cost(key)
        if cost is not None:
            self._folder.journal.append(Spent(sitting=self.name, problem=problem, seed=seed, cost=cost), sync=False)

    def _cost(self, key: tuple[str, int]) -> CostRecord | None:
        began = self._begun.get(key)
        return None if began is None else CostRecord.of(self._account.spent(key[0]), time.monotonic() - began)

    def _broken(self, problem: Problem, seed: int, error: Exception) -> Attempt:
        if not isinstance(error, ProverError):
            error = ProverError(f"internal error: {type(error).__name__}: {error}")
        search = self._folder.config.search
        row = failed(problem, error, str(search.policy), search.strategy.name, seed)
        cost = self._cost((problem.name, seed))
        return row if cost is None else row.model_copy(update={"cost": cost})


def document(search: SearchResult[ProofState]) -> GraphDocument:
    """Return a search as it is kept: whole, but for the length of Lean's messages."""
    found = to_document(to_networkx(search.graph, lambda state: state.text))
    for edge in found["edges"]:
        if len(edge["reason"]) > LONGEST_REASON:
            edge["reason"] = f"{edge['reason'][:LONGEST_REASON]}…"
    return found


def _wait(futures: list[Future[None]], sitting: _Sitting) -> None:
    pending = set(futures)
    while pending:
        finished, pending = wait(pending, EVERY_SECONDS, FIRST_COMPLETED)
        for future in finished:
            future.result()  # only what must end the run raises here: a full disk, say
        sitting.note_all()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")

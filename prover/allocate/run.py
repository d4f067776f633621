"""`prover bench --allocate`: one budget of Lean calls for a whole run, spent in slices where a model expects most.

A slice makes the search of a problem again with a larger budget: all calls of the slices before it are answered from
the run's own cache of Lean results, so it costs its new calls and no more, and what the search does is the same as if
it had had that budget at once. Decisions are made for a batch of problems at a time, from what the slices before have
shown, so they depend neither on the number of workers nor on the order in which these finish; each batch is settled in
the store before it begins and each slice noted as it ends, so a killed run makes the same decisions again.

When the budget is spent, every problem has its share, and the rows are made by the ordinary loop under these shares.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from prover.allocate.model import AllocationModel
from prover.allocate.trace import trace
from prover.config import SearchConfig
from prover.errors import ProverError, UsageError
from prover.lean.cache import LeanCache
from prover.prove import Outcome
from prover.runs.meter import Account
from prover.runs.solver import Solver, open_solver
from prover.runs.store import Store
from prover.runs.work import SolverWork, document
from prover.types import Frozen, Problem
from search.types import Budget, Stop

BATCH = 8
"""Problems that get a slice between two decisions; the first batch is all problems."""
MOST = 8
"""No problem gets more than so many times the mean."""


class Share(Frozen):
    """What a problem has been given so far. `chance` is the model's for the next slice; `batch` the last it was in.

    `calls` is the budget of its search; `used` what that took, which is less where the search ended by itself.
    """

    calls: int = 0
    used: int = 0
    batch: int = -1
    state: Literal["open", "ended"] = "open"
    chance: float = 1.0


MakeSolver = Callable[[SearchConfig, Account, LeanCache], Solver]
"""Opens what makes attempts, its calls answered from a cache as far as they are there."""
Tell = Callable[[str], None]
"""Is told how the allocation goes, a line each time."""


def check(search: SearchConfig, samples: int, deterministic: bool) -> int:
    """Return the mean number of Lean calls a problem. Raises `UsageError` for a run that cannot be allocated."""
    calls = search.budget.lean_calls
    if calls is None or search.budget.set() != {"lean_calls": calls}:
        raise UsageError(
            "--allocate spends Lean calls and nothing else: write --budget lean_calls=N, the mean a problem"
        )
    if samples != 1 or not deterministic or search.strategy.reads_budget:
        raise UsageError(
            "--allocate makes a search again with a larger budget, which has to be the same search: leave --samples "
            "out, and take a policy that answers the same each time (automation) and a strategy that does not read its "
            "budget (best-first)"
        )
    return calls


def allocate(
    store: Store,
    problems: Sequence[Problem],
    search: SearchConfig,
    model: AllocationModel,
    cache: Path,
    *,
    workers: int,
    tell: Tell = lambda line: None,
    make: MakeSolver = open_solver,
) -> dict[str, int]:
    """Decide how many Lean calls every problem gets, by name, making the searches that this takes.

    Raises `KeyboardInterrupt`, with all that is known in the store, and what keeps Lean from being used.
    """
    mean = search.budget.lean_calls or 0
    total, most, slice = mean * len(problems), mean * MOST, min(model.slice, mean)
    shares = _shares(store, problems)
    answers = LeanCache(cache)
    stop = threading.Event()
    solver = make(search.model_copy(update={"workers": workers}), Account(stop), answers)
    try:
        number = int(store.get("allocation batches") or 0)
        while True:
            places = _batch(store, number, shares, slice, total, most)
            if not places:
                break
            left = [place for place in places if shares[place].batch < number]
            turn = partial(_turn, solver, problems, shares, model, number, slice, most)
            with ThreadPoolExecutor(workers) as threads:
                try:
                    for place, share in zip(left, threads.map(turn, left), strict=True):
                        shares[place] = share
                        store.extend({_key(place): share.model_dump_json()}, 0, ())
                except BaseException:
                    stop.set()
                    raise
            number += 1
            store.extend({"allocation batches": str(number)}, 0, ())
            spent = sum(share.used for share in shares)
            ended = sum(share.state == "ended" for share in shares)
            tell(f"allocated {spent} of {total} Lean calls, {ended} of {len(shares)} searches ended")
    finally:
        solver.close()
        answers.close()
    return {problem.name: max(1, share.calls) for problem, share in zip(problems, shares, strict=True)}


def _key(place: int) -> str:
    return f"allocation share {place}"


def _shares(store: Store, problems: Sequence[Problem]) -> list[Share]:
    found = (store.get(_key(place)) for place in range(len(problems)))
    return [Share() if text is None else Share.model_validate_json(text) for text in found]


def _batch(store: Store, number: int, shares: Sequence[Share], slice: int, total: int, most: int) -> list[int]:
    """Return the places that get a slice next, settled once; none when the budget is spent."""
    key = f"allocation batch {number}"
    kept = store.get(key)
    if kept is None:
        free = total - sum(share.used for share in shares)
        open_ = [place for place, share in enumerate(shares) if share.state == "open" and share.calls < most]
        open_.sort(key=lambda place: (-shares[place].chance, place))
        kept = json.dumps(open_[: min(free // slice, len(shares) if number == 0 else BATCH)])
        store.settle(key, kept)
    return [int(place) for place in json.loads(kept)]


def _turn(
    solver: Solver,
    problems: Sequence[Problem],
    shares: Sequence[Share],
    model: AllocationModel,
    number: int,
    slice: int,
    most: int,
    place: int,
) -> Share:
    """Give one problem a slice and return what it has now."""
    before = shares[place]
    calls = min(most, before.calls + slice)
    given = {"calls": calls, "batch": number}
    try:
        outcome = solver.attempt_within(problems[place], 0, Budget(lean_calls=calls), disprove=False)
    except ProverError:
        # The row says why, when it is made.
        return before.model_copy(update={**given, "state": "ended"})
    used = outcome.attempt.cost.lean_calls
    if outcome.search is None or outcome.attempt.stop is not Stop.BUDGET:
        return before.model_copy(update={**given, "used": used, "state": "ended"})
    seen = trace(problems[place].name, document(outcome.search), False)
    chance = model.chance(seen.features(used))
    return before.model_copy(update={**given, "used": used, "chance": chance})


@dataclass(frozen=True, slots=True)
class OpenAllocated:
    """Opens the work of the rows: each problem under the budget that it was given. `cache` holds the calls."""

    search: SearchConfig
    given: dict[str, int]
    cache: Path
    make: MakeSolver = open_solver

    def __call__(self, workers: int, stop: threading.Event) -> SolverWork:
        """Open Lean and the policy for so many attempts at once. Raises `SetupError`, `PolicyError`."""
        account, answers = Account(stop), LeanCache(self.cache)
        solver = self.make(self.search.model_copy(update={"workers": workers}), account, answers)

        def release() -> None:
            solver.close()
            answers.close()

        def solve(problem: Problem, seed: int) -> Outcome:
            account.check()
            return solver.attempt_within(problem, seed, Budget(lean_calls=self.given[problem.name]))

        return SolverWork(solve, account, str(self.search.policy), self.search.strategy.name, release)

    def label(self) -> tuple[str, str]:
        return str(self.search.policy), self.search.strategy.name

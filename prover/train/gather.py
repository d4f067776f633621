"""Attempt the problems of a phase, each attempt written down whole before it counts.

Threads take a problem each, as in `prover.bench.run`; no outcome depends on their number or order, so a phase that was
killed and resumed ends with the same rows as one that was not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass

from prover.bench.engine import Engine, engine_with
from prover.bench.meter import Account, Stopped
from prover.config import SearchConfig
from prover.errors import ProverError
from prover.lean.answers import Answers
from prover.policies.protocol import ProblemPolicy
from prover.policies.repair import without_failures
from prover.prove import Outcome, failed
from prover.train.audit import Audit, audited
from prover.train.decontaminate import Guard
from prover.train.records import Asked, PhaseRecord, Visited, visited
from prover.train.store import Store
from prover.types import Attempt

Watch = Callable[[Attempt, int, int], None]
"""Told of every attempt, with how many are done and how many there are."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What attempts are made with during a phase."""

    engine: Engine
    account: Account
    search: SearchConfig
    policy: str
    audit: Audit | None = None


@contextmanager
def bench(
    search: SearchConfig, policy: ProblemPolicy, answers: Answers | None = None, audit: Audit | None = None
) -> Iterator[Bench]:
    """Open Lean for a phase, and close it whatever happens."""
    account = Account()
    engine = engine_with(policy, search, account, answers)
    try:
        yield Bench(engine, account, search, policy.name, audit)
    finally:
        account.stop()
        engine.close()


def attempt_all(
    store: Store,
    phase: PhaseRecord,
    asked: Sequence[Asked],
    using: Bench,
    watch: Watch,
    guard: Guard | None = None,
) -> None:
    """Attempt every problem that has no row in this phase.

    With a guard, states are kept, to learn from, and a problem whose elaborated type is that of an evaluation problem
    is dropped instead of attempted; without one, only outcomes are kept.
    """
    done = store.attempted(phase)
    # Problems of one context one after the other: a session changes from one to the next.
    left = sorted((it for it in asked if it.place not in done), key=lambda it: (it.problem.context, it.place))
    count = len(asked) - len(left)

    def one(it: Asked) -> None:
        nonlocal count
        if using.account.stopped:
            return
        try:
            outcome = _attempt(store, it, using, guard)
            if outcome is None:
                return
            states = _states(it, outcome, using) if guard is not None else ()
        except Stopped:
            return
        store.add_attempt(phase, it.place, outcome.attempt, outcome.verified, states)
        count += 1
        watch(outcome.attempt, count, len(asked))

    threads = ThreadPoolExecutor(using.search.workers, thread_name_prefix="problem")
    futures = [threads.submit(one, it) for it in left]
    try:
        for future in wait(futures, return_when=FIRST_EXCEPTION).done:
            future.result()
    finally:
        using.account.stop()
        threads.shutdown(wait=True, cancel_futures=True)


def _states(it: Asked, outcome: Outcome, using: Bench) -> list[Visited]:
    states = visited(it.problem.name, outcome.search, outcome.verified)
    if using.audit is None or outcome.verified is None or outcome.search is None or outcome.search.proof is None:
        return states
    proof = without_failures(outcome.search.proof)
    try:
        return audited(it.problem, proof, states, using.engine, using.audit)
    except Stopped:
        raise
    except ProverError as error:
        # The proof stands; only what else could have been learnt from it is lost.
        if using.account.stopped:
            raise Stopped from error
        return states


def _attempt(store: Store, it: Asked, using: Bench, guard: Guard | None) -> Outcome | None:
    search = using.search
    try:
        if guard is not None:
            finding = guard.same_type(it, using.engine.pool.start(it.problem).goals[0].digest)
            if finding is not None:
                store.drop([finding])
                return None
        return using.engine.attempt(it.problem, search.seed)
    except Stopped:
        raise
    except Exception as error:
        # Whatever broke, it is this problem's failure, and the other problems go on.
        if using.account.stopped:
            raise Stopped from error
        known = error if isinstance(error, ProverError) else ProverError(f"internal error: {error!r}")
        return Outcome(failed(it.problem, known, using.policy, search.strategy.name, search.seed), None)

"""What attempts are made with: Lean, a verifier and a policy, opened once for a whole run."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import TracebackType

from prover.bench.meter import Account, metered
from prover.config import SearchConfig, make_policy
from prover.lean.answers import Answers
from prover.lean.embedded.install import Progress
from prover.lean.judge import ForwardingJudge, Judge
from prover.lean.open import open_verifier, session_factory
from prover.lean.pool import Pool
from prover.policies.protocol import AnyPolicy, NamedPolicy, ProblemPolicy
from prover.prove import Outcome, prove
from prover.types import LeanInfo, Problem, ProofState, Verdict
from search.types import Proposals


class SharedJudge(ForwardingJudge):
    """A verifier for several threads: they take turns."""

    def __init__(self, inner: Judge) -> None:
        super().__init__(inner)
        self._turn = threading.Lock()

    def verify(self, problem: Problem, proof: str, steps: int = 0) -> Verdict:
        with self._turn:
            return self._inner.verify(problem, proof, steps)

    def check_statement(self, problem: Problem) -> None:
        with self._turn:
            self._inner.check_statement(problem)


@dataclass(frozen=True, slots=True)
class SharedPolicy:
    """A policy for several threads: they take turns, because few policies can be asked twice at once."""

    inner: NamedPolicy
    turn: threading.Lock = field(default_factory=threading.Lock)

    @property
    def name(self) -> str:
        return self.inner.name

    def suggest(self, states: Sequence[ProofState], k: int) -> list[Proposals]:
        with self.turn:
            return self.inner.suggest(states, k)


class Engine:
    """Makes attempts, from several threads at once. Lean (`pool`, `verifier`) starts when it is needed."""

    def __init__(self, search: SearchConfig, pool: Pool, verifier: Judge, policy: AnyPolicy) -> None:
        self.pool = pool
        self._search = search
        self.verifier = verifier
        self._policy = policy

    def attempt(self, problem: Problem, seed: int) -> Outcome:
        """Make one attempt. Raises whatever keeps the search from beginning or breaks it."""
        search = self._search
        return prove(
            problem,
            self.pool,
            self.verifier,
            self._policy,
            search.strategy.name,
            search.budget.limits(),
            seed=seed,
            # Every worker has a problem of its own: what a search would ask for in advance could only be wasted.
            options={"width": 1, **search.strategy.options},
        )

    def close(self) -> None:
        """End Lean's processes, and let the model go."""
        if isinstance(self._policy, ProblemPolicy):
            self._policy.close()
        self.pool.close()
        self.verifier.close()

    def __enter__(self) -> Engine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def lean_info(search: SearchConfig, progress: Progress | None = None) -> LeanInfo:
    """Return which Lean and which context a search uses, installing it if need be. Raises `SetupError`."""
    return session_factory(search.lean.value, search.context, search.limits, progress)().info


def open_engine(search: SearchConfig, account: Account, answers: Answers | None = None) -> Engine:
    """Return what makes attempts under these settings; `answers` is what Lean has answered before.

    Raises `UsageError`, `SetupError`, `PolicyError`.
    """
    return engine_with(make_policy(search.policy), search, account, answers)


def engine_with(policy: AnyPolicy, search: SearchConfig, account: Account, answers: Answers | None = None) -> Engine:
    """Return what makes attempts with a policy of one's own, whatever the settings name. Raises as `open_engine`."""
    policy = shared(policy)
    lean, limits = search.lean.value, search.limits
    pool = Pool(metered(session_factory(lean, search.context, limits, answers=answers), account), search.workers)
    return Engine(search, pool, SharedJudge(open_verifier(lean, search.context, limits, answers)), policy)


def shared(policy: AnyPolicy) -> AnyPolicy:
    """Return a policy that several threads may ask: a model merges their requests itself and is loaded here."""
    if isinstance(policy, ProblemPolicy):
        policy.load()
        return policy
    return SharedPolicy(policy)

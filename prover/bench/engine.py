"""What attempts are made with: Lean, a verifier and a policy, opened once for a whole run."""

from __future__ import annotations

from types import TracebackType

from prover.bench.meter import Account, metered
from prover.config import SearchConfig, make_policy
from prover.lean.answers import Answers
from prover.lean.embedded.install import Progress
from prover.lean.judge import Judge, SharedJudge
from prover.lean.open import open_verifier, session_factory
from prover.lean.pool import Pool
from prover.policies.protocol import ProblemPolicy
from prover.prove import Outcome, prove
from prover.types import LeanInfo, Problem


class Engine:
    """Makes attempts, from several threads at once. Lean (`pool`, `verifier`) starts when it is needed."""

    def __init__(self, search: SearchConfig, pool: Pool, verifier: Judge, policy: ProblemPolicy) -> None:
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
            search.strategy,
            search.budget.limits(),
            seed=seed,
            width=1,  # every worker has a problem of its own: what is asked for in advance could only be wasted
        )

    def close(self) -> None:
        """End Lean's processes, and let the model go."""
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
    return session_factory(search.lean, search.context, search.limits, progress)().info


def open_engine(search: SearchConfig, account: Account, answers: Answers | None = None) -> Engine:
    """Return what makes attempts under these settings; `answers` is what Lean has answered before.

    Raises `UsageError`, `SetupError`, `PolicyError`.
    """
    return engine_with(make_policy(search.policy), search, account, answers)


def engine_with(
    policy: ProblemPolicy, search: SearchConfig, account: Account, answers: Answers | None = None
) -> Engine:
    """Return what makes attempts with a policy of one's own, whatever the settings name. Raises as `open_engine`."""
    policy.load()
    lean, limits = search.lean, search.limits
    pool = Pool(metered(session_factory(lean, search.context, limits, answers=answers), account), search.workers)
    return Engine(search, pool, SharedJudge(open_verifier(lean, search.context, limits, answers)), policy)

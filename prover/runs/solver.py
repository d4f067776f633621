"""What a process makes attempts with: Lean, a verifier and a policy, opened once."""

from __future__ import annotations

from dataclasses import replace
from types import TracebackType

from prover.config import PolicySpec, SearchConfig, make_policy
from prover.events import Listen
from prover.lean.cache import LeanCache
from prover.lean.embedded.install import Progress
from prover.lean.open import open_verifier, session_factory
from prover.lean.pool import Pool
from prover.lean.verifier import SharedVerifier, Verifier
from prover.policies.models.batcher import Batcher
from prover.policies.models.generation import Generator
from prover.policies.models.model import ModelPolicy
from prover.policies.protocol import ProblemPolicy
from prover.prove import Outcome, prove
from prover.refute.run import USUAL
from prover.runs.meter import Account, metered
from prover.types import LeanInfo, Problem
from search.types import Budget


class Solver:
    """Makes attempts, from several threads at once. Lean (`pool`, `verifier`) starts when it is needed."""

    def __init__(self, search: SearchConfig, pool: Pool, verifier: Verifier, policy: ProblemPolicy) -> None:
        self.pool = pool
        self._search = search
        self.verifier = verifier
        self._policy = policy

    def attempt(self, problem: Problem, seed: int, listen: Listen | None = None) -> Outcome:
        """Make one attempt, of which `listen` is told. Raises what keeps the search from beginning or breaks it."""
        return self.attempt_within(problem, seed, self._search.budget.limits(), listen)

    def attempt_within(
        self, problem: Problem, seed: int, budget: Budget, listen: Listen | None = None, disprove: bool = True
    ) -> Outcome:
        """Make one attempt under another budget; without `disprove` no counterexample is looked for."""
        return prove(
            problem,
            self.pool,
            self.verifier,
            self._policy,
            self._search.strategy,
            budget,
            seed=seed,
            width=1,  # every worker has a problem of its own: what is asked for in advance could only be wasted
            listen=listen,
            disprove=USUAL if disprove else None,
        )

    def close(self) -> None:
        """End Lean's processes, and release the model."""
        self._policy.close()
        self.pool.close()
        self.verifier.close()

    def __enter__(self) -> Solver:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def lean_info(search: SearchConfig, progress: Progress | None = None) -> LeanInfo:
    """Return which Lean and which context a search uses, installing it where it is missing. Raises `SetupError`."""
    return session_factory(search.lean, search.context, search.limits, progress)().info


def open_solver(
    search: SearchConfig, account: Account, answers: LeanCache | None = None, model: Generator | None = None
) -> Solver:
    """Return what makes attempts under these settings; `answers` is the cache of Lean's results.

    `model` answers in the place of the language model that the policy would load. Raises `UsageError`, `SetupError`,
    `PolicyError`.
    """
    policy = search.make_policy()
    if model is not None and isinstance(policy, ModelPolicy):
        policy = replace(policy, generator=model)
    return solver_with(policy, search, account, answers)


def has_local_model(spec: PolicySpec) -> bool:
    """Tell whether a policy loads a language model into its process: an endpoint's model stands elsewhere."""
    policy = make_policy(spec)
    return isinstance(policy, ModelPolicy) and isinstance(policy.generator, Batcher)


def model_of(spec: PolicySpec) -> Generator:
    """Return the language model of a policy, not loaded."""
    policy = make_policy(spec)
    assert isinstance(policy, ModelPolicy)
    return policy.generator


def solver_with(
    policy: ProblemPolicy, search: SearchConfig, account: Account, answers: LeanCache | None = None
) -> Solver:
    """Return what makes attempts with this policy instead of the one that the settings name."""
    policy.load()
    lean, limits = search.lean, search.limits
    pool = Pool(metered(session_factory(lean, search.context, limits, answers=answers), account), search.workers)
    return Solver(search, pool, SharedVerifier(open_verifier(lean, search.context, limits)), policy)

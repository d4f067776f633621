"""prove(problem, session, policy, strategy, budget) -> Attempt: one search, one cold verification, one row."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from typing import Any

from prover.errors import StatementError, UsageError
from prover.lean.judge import Judge
from prover.lean.pool import Pool
from prover.policies.protocol import AnyPolicy, Prepared, ProblemPolicy
from prover.policies.protocol import NamedPolicy as NamedPolicy
from prover.policies.repair import without_failures
from prover.policies.sketch import RuleSketcher
from prover.script import Parts, PartsAfter, script, steps
from prover.shorten import shorten
from prover.types import Attempt, CostRecord, Problem, ProofState, VerifiedProof
from search.result import SearchResult
from search.strategies import STRATEGIES
from search.types import Advanced, Budget, Cost


@dataclass(frozen=True, slots=True)
class Outcome:
    """An attempt with the search behind it, and the verified proof where there is one.

    `search` is None where the search could not begin.
    """

    attempt: Attempt
    search: SearchResult[ProofState] | None
    verified: VerifiedProof | None = None


def prove(
    problem: Problem,
    pool: Pool,
    verifier: Judge,
    policy: AnyPolicy,
    strategy: str,
    budget: Budget,
    *,
    seed: int = 0,
    options: dict[str, Any] | None = None,
    minimise: bool = False,
) -> Outcome:
    """Search for a proof and judge what was found. Raises `StatementError` if the statement does not elaborate.

    The attempt says `proved` only with a `VerifiedProof`. A script that the search believes in and the verifier does
    not is `unproved`, with the verifier's message. `minimise` keeps a shorter script beside the one that was found.
    """
    began = time.monotonic()
    named = STRATEGIES[strategy]
    root = pool.start(problem)
    settings = named.options(**{"width": 4 * pool.workers if pool.workers > 1 else 1, "retries": 0, **(options or {})})
    asked = _prepared(policy, problem, seed)
    _affordable(asked, settings.k, strategy, budget)
    extra = {"sketcher": asked.sketcher} if strategy == "subgoal" else {}
    result = named.search(root, asked.around(pool), asked.policy, budget, seed=seed, options=settings, **extra)

    row: dict[str, Any] = {
        "problem": problem.name,
        "statement_sha256": problem.statement_sha256,
        "lean": verifier.info(problem),
        "policy": policy.name,
        "strategy": strategy,
        "seed": seed,
        "stop": result.stop,
        "limit": result.limit,
        "wasted": CostRecord.of(result.wasted, 0.0),
        "retries": result.retries,
        "first_success": dict(result.first_success) if result.first_success else None,
        "status": "unproved",
    }
    verified: VerifiedProof | None = None
    if result.proof is not None:
        after: PartsAfter = partial(parts_after, pool)
        proof = without_failures(result.proof)
        text = script(proof, after)
        verdict = verifier.verify(problem, text, steps(proof))
        if isinstance(verdict, VerifiedProof):
            verified = verdict
            smaller = shorten(problem, proof, verifier, after) if minimise else None
            row |= {"status": "proved", "proof": verdict.proof, "axioms": verdict.axioms, "minimised": smaller}
        else:
            row |= {
                "message": f"the verifier rejects what the search found ({verdict.reason.value}): {verdict.message}"
            }
        row |= {"verdict": verdict.verdict}
    pool.forget(problem)
    return Outcome(Attempt(**row, cost=CostRecord.of(result.cost, time.monotonic() - began)), result, verified)


def failed(problem: Problem, error: Exception, policy: str, strategy: str, seed: int) -> Attempt:
    """Return the row of a problem whose search could not begin or broke: a failure that is listed, never dropped."""
    return Attempt(
        problem=problem.name,
        statement_sha256=problem.statement_sha256,
        status="error",
        message=("statement: " if isinstance(error, StatementError) else "") + str(error),
        policy=policy,
        strategy=strategy,
        seed=seed,
        cost=CostRecord.of(Cost(), 0.0),
    )


def _prepared(policy: AnyPolicy, problem: Problem, seed: int) -> Prepared:
    return policy.prepare(problem, seed) if isinstance(policy, ProblemPolicy) else Prepared(policy, RuleSketcher())


def _affordable(asked: Prepared, k: int, strategy: str, budget: Budget) -> None:
    """Raise `UsageError` where a single request takes more generations than there are: nothing could be found."""
    needed = k if asked.samples is None else asked.samples
    if budget.generations is not None and needed > budget.generations:
        raise UsageError(
            f"--budget generations={budget.generations} is less than the {needed} that the policy is asked for "
            f"at once: write --strategy '{strategy}?k={budget.generations}'"
        )


def parts_after(pool: Pool, state: ProofState, action: str) -> Parts:
    """Carry out an action again and return the positions of the goals that belong together afterwards."""
    step = pool.step(state, action)
    return step.state.parts if isinstance(step, Advanced) else ()

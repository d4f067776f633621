"""prove(problem, session, policy, strategy, budget) -> Attempt: one search, one cold verification, one row."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from prover.errors import StatementError
from prover.lean.pool import Pool
from prover.lean.verify import Verifier
from prover.policy.sketch import RuleSketcher
from prover.script import Parts, PartsAfter, script, steps
from prover.shorten import shorten
from prover.types import Attempt, CostRecord, Problem, ProofState, VerifiedProof
from search.result import SearchResult
from search.strategies import STRATEGIES
from search.types import Advanced, Budget, Cost, Policy


class NamedPolicy(Policy[ProofState], Protocol):
    """A policy that says what it is, as it stands in every row."""

    @property
    def name(self) -> str: ...


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
    verifier: Verifier,
    policy: NamedPolicy,
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
    extra = {"sketcher": RuleSketcher()} if strategy == "subgoal" else {}
    result = named.search(root, pool, policy, budget, seed=seed, options=settings, **extra)

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
        after: PartsAfter = partial(_parts_after, pool)
        text = script(result.proof, after)
        verdict = verifier.verify(problem, text, steps(result.proof))
        if isinstance(verdict, VerifiedProof):
            verified = verdict
            smaller = shorten(problem, result.proof, verifier, after) if minimise else None
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


def _parts_after(pool: Pool, state: ProofState, action: str) -> Parts:
    step = pool.step(state, action)
    return step.state.parts if isinstance(step, Advanced) else ()

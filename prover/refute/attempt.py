"""What a refutation is in the row of an attempt, and how it is printed."""

from __future__ import annotations

import time
from typing import Any

from prover.events import Listen, Started, Turned
from prover.lean.block import indent
from prover.lean.pool import Pool
from prover.lean.verifier import Verifier
from prover.refute.run import Effort, Refutation, refute
from prover.types import Attempt, CostRecord, Disproof, Problem
from search.types import Cost

POLICY = "counterexamples"


def disproved(found: Refutation | None) -> dict[str, Any]:
    """Return the fields of an attempt that a refutation sets; without a proof it is a remark and nothing more."""
    if found is None:
        return {}
    if found.verified is None:
        return {
            "message": f"it looks false: {found.counterexample}; Lean has accepted no proof of that, so nothing is "
            "claimed: check that the statement says what is meant"
        }
    cost = CostRecord.of(found.cost, found.cost.lean_seconds)
    verified = found.verified
    proof = Disproof(statement=found.problem.statement, proof=verified.proof, axioms=verified.axioms, cost=cost)
    return {
        "status": "refuted",
        "counterexample": found.counterexample,
        "disproof": proof,
        "message": f"the statement is false: {found.counterexample}",
    }


def disprove(problem: Problem, pool: Pool, verifier: Verifier, effort: Effort, listen: Listen | None = None) -> Attempt:
    """Return the attempt that only looks for a counterexample. `listen` is told when it begins.

    Raises `StatementError` if the statement does not elaborate.
    """
    began = time.monotonic()
    root = pool.start(problem)
    if listen is not None:
        listen(Started(problem=problem.name, seed=0, goals=root.text))
        if getattr(listen, "trying", False):
            listen(Turned(problem=problem.name, seed=0, what="looking for a counterexample"))
    found = refute(problem, root, pool, verifier, effort)
    pool.release(problem)
    row = disproved(found) or {"message": "no counterexample was found; that says nothing about its truth"}
    spent = found.cost if found is not None else Cost()
    return Attempt(
        problem=problem.name,
        statement_sha256=problem.statement_sha256,
        policy=POLICY,
        strategy="disprove",
        seed=0,
        lean=verifier.info(problem),
        cost=CostRecord.of(spent, time.monotonic() - began),
        **({"status": "unproved"} | row),
    )


def refuted_lines(problem: Problem, attempt: Attempt) -> list[str]:
    """Return what is printed of a refuted statement."""
    if attempt.disproof is None:
        return []
    lean = attempt.lean
    where = f"Lean {lean.version} ({lean.backend}, context {lean.context})" if lean is not None else "Lean"
    return [
        f"{problem.name}: refuted: it is false for {attempt.counterexample}",
        "",
        attempt.disproof.statement,
        indent(attempt.disproof.proof, 2),
        "",
        f"accepted by {where}; axioms: {', '.join(attempt.disproof.axioms) or 'none'}",
    ]

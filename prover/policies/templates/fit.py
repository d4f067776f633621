"""Count how often each template is right, by goal shape: `python -m prover.policies.templates.fit DATASET…`.

A search proves what it can of a sample of train statements, once what they quantify over is introduced. At every goal
on the way of a proof all proposals are tried: each template with an action that closes the goal there is credited, and
so is the one that the proof continued with. All proposals are tried, so the counts do not depend on the current prior.
The table's `base`, set by hand, stands for what a sample is too small to show.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from prover.errors import StatementError
from prover.lean.open import session_factory
from prover.lean.pool import Pool
from prover.lean.session import Limits
from prover.policies.goal_context import NEEDED, GoalContext
from prover.policies.templates.automation import AutomationPolicy, proposed
from prover.policies.templates.goal_features import domain, shape
from prover.policies.templates.priors import load
from prover.policies.templates.templates import TEMPLATES
from prover.problems.target import find_dataset
from prover.types import Goal, Problem, ProofState
from search.best_first import BestFirstOptions, best_first
from search.proof import Proof
from search.types import Advanced, Budget, Solved

PRIORS = Path(__file__).with_name("priors.json")
EVERY = 10_000
"""Proposals asked for where all of them are wanted."""

Counts = dict[str, Counter[str]]


def sample(names: Sequence[str], size: int) -> list[Problem]:
    """Return that many problems of every dataset, chosen by the hash of their statement."""
    chosen: list[Problem] = []
    for name in names:
        problems = sorted(
            find_dataset(name, None, "core").problems,
            key=lambda problem: hashlib.sha256(problem.statement_sha256.encode()).digest(),
        )
        chosen += problems[:size]
    return chosen


def count(problem: Problem, pool: Pool, calls: int) -> Counter[tuple[str, str]]:
    """Return how often each template was right, by key of the goal, on the way of a proof of one problem."""
    found: Counter[tuple[str, str]] = Counter()
    try:
        root = _introduced(pool.start(problem), pool)
    except StatementError:
        return found
    policy = AutomationPolicy().prepare(problem, 0).policy
    result = best_first(root, pool, policy, Budget(lean_calls=calls), options=BestFirstOptions(k=EVERY))
    if result.proof is not None:
        for state, action in _path(result.proof):
            goal = state.goals[0]
            for template in _right(state, action, pool, GoalContext(NEEDED.intersection(problem.lacks))):
                for key in keys(goal):
                    found[key, template] += 1
    pool.release(problem)
    return found


def _introduced(state: ProofState, pool: Pool) -> ProofState:
    """Introduce the variables and hypotheses of a statement: automation would close most goals before they are seen."""
    while (target := shape(state.goals[0].target)).head in ("forall", "implies", "let"):
        step = pool.step(state, next(TEMPLATES["intro"](state.goals[0], target)))
        if not isinstance(step, Advanced):
            break
        state = step.state
    return state


def keys(goal: Goal) -> tuple[str, str]:
    """Return the rows of the table that a goal counts for.

    None is for all shapes together: a sample of one kind of statement says little about shapes that it does not have.
    """
    head = shape(goal.target).head
    return head, f"{head}/{domain(goal)}"


def _path(proof: Proof[ProofState]) -> Iterator[tuple[ProofState, str]]:
    if proof.action:
        yield proof.state, proof.action
    for child in proof.children:
        yield from _path(child)


def _right(state: ProofState, taken: str, pool: Pool, scope: GoalContext) -> Iterator[str]:
    for name, actions in proposed(state.goals[0], TEMPLATES, scope):
        if taken in actions or any(isinstance(step, Solved) for step in pool.step_many([(state, a) for a in actions])):
            yield name


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("datasets", nargs="+", help="train splits, such as lean_workbook/train")
    parser.add_argument("--size", type=int, default=150, help="statements of each dataset")
    parser.add_argument("--calls", type=int, default=24, help="Lean calls of the search for a proof")
    parser.add_argument("--heartbeats", type=int, default=1_000, help="thousands a step")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--out", type=Path, default=PRIORS)
    given = parser.parse_args()
    if bad := [name for name in given.datasets if not name.endswith("/train")]:
        parser.error(f"priors are fitted on train splits, and {bad[0]} is none")
    problems = sample(given.datasets, given.size)
    limits = Limits(heartbeats=given.heartbeats, wall_seconds=10.0)
    counts: Counts = defaultdict(Counter)
    proved = 0
    with (
        Pool(session_factory("embedded", "core", limits), given.workers) as pool,
        ThreadPoolExecutor(given.workers) as threads,
    ):
        futures = [threads.submit(count, problem, pool, given.calls) for problem in problems]
        for number, future in enumerate(futures, 1):
            found = future.result()
            proved += bool(found)
            for (key, template), times in found.items():
                counts[key][template] += times
            print(f"{number}/{len(futures)} statements, {proved} proved", file=sys.stderr, flush=True)
    table = {
        "source": {
            "datasets": given.datasets, "size": given.size, "calls": given.calls, "heartbeats": given.heartbeats,
            "statements": len(problems), "proved": proved,
        },
        "base": load().base,
        "factors": load().factors,
        "counts": {key: dict(sorted(counts[key].items())) for key in sorted(counts)},
    }  # fmt: skip
    given.out.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

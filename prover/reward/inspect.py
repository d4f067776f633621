"""inspect_ai's faces, under its entry point: a task over any dataset of ours, a scorer, and a solver without a model.

inspect eval prover/lean -T dataset=minif2f/valid --model MODEL
inspect eval prover/lean -T dataset=textbook/all -T solver=search --model mockllm/model
"""

from __future__ import annotations

import asyncio

from inspect_ai import Task, task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.scorer import CORRECT, INCORRECT, Score, Scorer, Target, accuracy, scorer, stderr
from inspect_ai.solver import Generate, Solver, TaskState, generate, solver

from prover.problems.target import read_target
from prover.reward.shared import shared_rewards
from prover.types import Problem

PROMPT = """Prove this theorem in Lean 4. Answer with one ```lean code block that holds the whole theorem and its proof.

```lean
{statement}
  sorry
```"""


@task
def lean(dataset: str = "textbook/all", context: str = "core", limit: int | None = None, solver: str = "model") -> Task:
    """Prove the problems of a dataset. `solver` is `model`, or `search` for our own search."""
    problems = read_target(dataset, None, context)[:limit]
    samples = [
        Sample(
            id=problem.name,
            input=PROMPT.format(statement=problem.statement),
            target=problem.statement,
            metadata={"problem": problem.model_dump(mode="json")},
        )
        for problem in problems
    ]
    chosen = search() if solver == "search" else generate()
    return Task(dataset=MemoryDataset(samples, name=dataset), solver=chosen, scorer=lean_verified())


@scorer(metrics=[accuracy(), stderr()])
def lean_verified() -> Scorer:
    """Judge an answer by the verifier; the explanation is its message, the metadata its axioms."""

    async def score(state: TaskState, target: Target) -> Score:
        problem = Problem.model_validate(state.metadata["problem"])
        (found,) = await shared_rewards().ascore([(problem, state.output.completion)])
        return Score(
            value=CORRECT if found.value == 1.0 else INCORRECT,
            answer=found.proof,
            explanation=found.message or found.kind,
            metadata={"kind": found.kind, "axioms": list(found.axioms)},
        )

    return score


@solver
def search(budget: str = "lean_calls=200", policy: str = "automation") -> Solver:
    """Answer with the proof that our own search finds; no model is asked."""
    from prover.api import Prover

    prover = Prover(policy=policy, budget=budget)

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        problem = Problem.model_validate(state.metadata["problem"])
        attempt = await asyncio.to_thread(prover.prove, problem)
        state.output.completion = attempt.minimised or attempt.proof or ""
        state.metadata["cost"] = {name: amount for name, _, amount in attempt.cost.items()}
        return state

    return solve

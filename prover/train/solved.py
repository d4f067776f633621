"""Solved steps as examples in a prompt: those of the verified proofs so far, the most alike to a state first.

What a model is shown in a search (`hf:…?examples=`) is what it was shown in training: the same steps, found by the same
retrieval, never one of the problem itself (demonstrations of TheoremLlama 2407.03203, chosen by likeness of the step as
in BoostStep 2501.03226).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from prover.errors import UsageError
from prover.lean.goals import parse_goal
from prover.policies.models.extras import require_extra
from prover.policies.recipes import RECIPES, Example, Recipe
from prover.policies.retrieval.index import Retrieval
from prover.policies.retrieval.rank import Bm25
from prover.queries import asks
from prover.train.export import write_jsonl
from prover.train.rows import Similar, nothing
from prover.types import Problem, ProofState, TrainingExample

LONGEST = 600
"""Characters of a step that is shown: a prompt has to leave room for the goal."""


def solved_steps(examples: Sequence[TrainingExample]) -> list[tuple[str, Example]]:
    """Return the solved steps of examples, each with the name of its problem: of a state the first right tactic."""
    found: dict[str, tuple[str, Example]] = {}
    for example in examples:
        tactic = next((tactic for tactic in example.positives if not asks(tactic)), None)
        if tactic is not None and len(example.state) + len(tactic) <= LONGEST:
            found.setdefault(example.state, (example.problem, Example(example.state, tactic)))
    return list(found.values())


def check_shown(recipe: Recipe) -> None:
    """Raise `UsageError` if a recipe has no place for solved steps, `SetupError` without what finds them."""
    if recipe.kind != "tactic" or "examples" not in recipe.slots:
        able = sorted(name for name, known in RECIPES.items() if known.kind == "tactic" and "examples" in known.slots)
        raise UsageError(f"the recipe {recipe.name} has no place for solved steps: use {' or '.join(able)}")
    require_extra("bm25s", "examples", "retrieval")


def retrieval_of(steps: Sequence[tuple[str, Example]]) -> Retrieval:
    """Return what finds steps by BM25."""
    return Retrieval([], {}, steps, Bm25)


def shown(examples: Sequence[TrainingExample], count: int, path: Path) -> tuple[Path | None, Similar]:
    """Write the solved steps of examples to a file, and return it with what finds the `count` most alike to a state.

    Where `count` is 0, nothing is written and nothing is shown.
    """
    if not count:
        return None, nothing
    steps = solved_steps(examples)
    write_jsonl(
        [{"problem": name, "state": step.state, "tactic": step.tactic} for name, step in steps], path
    )  # fmt: skip
    retrieval = retrieval_of(steps)

    def similar(example: TrainingExample) -> Sequence[Example]:
        problem = Problem(name=example.problem, statement=example.statement)
        state = ProofState(example.problem, (parse_goal(example.goals[0], 0),), ())
        return retrieval.examples(problem, state, count)

    return path, similar

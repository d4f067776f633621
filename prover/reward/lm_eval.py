"""lm-evaluation-harness' face (0.4.13): a folder of tasks for `--include_path`, and the functions that they name.

lm_eval --include_path FOLDER --tasks proofsmith_lean --metadata '{"dataset": "minif2f/valid"}' --model …
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from prover.problems.target import read_target
from prover.reward.shared import shared_rewards
from prover.types import Problem

FOLDER = Path(__file__).parent / "lm_eval_tasks"


def documents(dataset: str = "textbook/all", context: str = "core", **given: Any) -> dict[str, Any]:
    """Return the problems of a dataset, what `prover prove` takes as its TARGET, as documents of the split `test`."""
    from datasets import Dataset

    rows = [
        {"name": problem.name, "formal_statement": problem.statement, "problem": problem.model_dump_json()}
        for problem in read_target(dataset, None, context)
    ]
    return {"test": Dataset.from_list(rows)}


def process_results(document: dict[str, Any], results: Sequence[Any]) -> dict[str, float]:
    """Return whether one of the answers to a document proves its `problem`, else its `formal_statement`."""
    written = document.get("problem")
    statement = Problem.model_validate_json(written) if written else document["formal_statement"]
    answers = [answer for result in results for answer in ([result] if isinstance(result, str) else result)]
    scores = shared_rewards().score([(statement, answer) for answer in answers])
    return {"verified": max((score.value for score in scores), default=0.0)}

"""lm-evaluation-harness' face: a folder of tasks for `--include_path`, and the functions that they name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from prover.reward.shared import shared_rewards

FOLDER = Path(__file__).parent / "lm_eval_tasks"


def process_results(document: dict[str, Any], results: Sequence[Any]) -> dict[str, float]:
    """Return whether one of the answers to a document proves its `formal_statement`."""
    answers = [answer for result in results for answer in ([result] if isinstance(result, str) else result)]
    scores = shared_rewards().score([(document["formal_statement"], answer) for answer in answers])
    return {"verified": max((score.value for score in scores), default=0.0)}

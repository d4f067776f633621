"""verl's face: `custom_reward_function.path=…/prover/reward/verl.py`, `.name=compute_scores`, with the batch manager
(`reward_model.reward_manager=batch`).

The statement of a row stands in `extra_info["formal_statement"]`, else in its ground truth.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from prover.reward.shared import shared_rewards


def compute_scores(
    data_sources: Sequence[str],
    solution_strs: Sequence[str],
    ground_truths: Sequence[str],
    extra_infos: Sequence[Mapping[str, Any] | None] | None = None,
    **settings: Any,
) -> list[dict[str, Any]]:
    """Return a row for each solution: `score`, and `acc` and `kind` for the log."""
    infos = extra_infos if extra_infos is not None else [None] * len(solution_strs)
    statements = [
        str((info or {}).get("formal_statement") or truth) for info, truth in zip(infos, ground_truths, strict=True)
    ]
    scores = shared_rewards().score(list(zip(statements, solution_strs, strict=True)))
    return [{"score": score.value, "acc": score.value, "kind": score.kind} for score in scores]

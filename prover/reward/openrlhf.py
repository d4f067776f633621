"""OpenRLHF's face: `--remote_rm_url …/prover/reward/openrlhf.py`. The labels of the dataset are statements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from prover.reward.score import metrics
from prover.reward.shared import shared_rewards


def reward_func(queries: Sequence[str], prompts: Sequence[str], labels: Sequence[str]) -> dict[str, Any]:
    """Return the rewards of queries, each a prompt with its answer, and the share of each kind of failure."""
    pairs = [(label, query.removeprefix(prompt)) for query, prompt, label in zip(queries, prompts, labels, strict=True)]
    scores = shared_rewards().score(pairs)
    values = [score.value for score in scores]
    logs = {name: [share] * len(values) for name, share in metrics(scores).items()}
    try:
        import torch
    except ImportError:
        return {"rewards": values, "scores": values, "extra_logs": logs}
    made = torch.tensor(values)
    return {"rewards": made, "scores": made, "extra_logs": {name: torch.tensor(row) for name, row in logs.items()}}

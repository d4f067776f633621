"""A learner: it learns nothing, and says so."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from prover.policies.protocol import ProblemPolicy
from prover.policies.templates.automation import AutomationPolicy
from prover.train.examples import data_sha256
from prover.train.records import ModelRecord
from prover.types import TrainingExample


class ToyLearner:
    """Counts the examples and searches as before."""

    def train(self, examples: Sequence[TrainingExample], parent: Path | None, seed: int, out: Path) -> ModelRecord:
        out.mkdir(parents=True, exist_ok=True)
        (out / "model.json").write_text(json.dumps({"examples": len(examples)}), encoding="utf-8")
        sha256 = data_sha256(examples)
        return ModelRecord(
            name=out.name,
            round=0,
            sha256=sha256,
            data_sha256=sha256,
            examples=len(examples),
            parameters=0,
            seed=seed,
            preset="toy",
        )

    def policy(self, folder: Path) -> ProblemPolicy:
        return AutomationPolicy()

    def baseline(self, examples: Sequence[TrainingExample]) -> ProblemPolicy | None:
        return None

"""A learner: it learns nothing, and says so."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from prover.policies.protocol import ProblemPolicy
from prover.policies.templates.automation import AutomationPolicy
from prover.train.examples import TrainingExample, data_sha256
from prover.train.records import ModelRecord


class ToyLearner:
    """Counts the examples and searches as before."""

    name = "toy-learner"
    spec = "toy-learner 1"
    premises = 0
    without = 0.0

    def train(
        self,
        examples: Sequence[TrainingExample],
        corpus: Sequence[str],
        parent: Path | None,
        seed: int,
        out: Path,
        *,
        name: str,
        number: int = 0,
        **more: Any,
    ) -> ModelRecord:
        out.mkdir(parents=True, exist_ok=True)
        (out / "model.json").write_text(json.dumps({"examples": len(examples)}), encoding="utf-8")
        sha256 = data_sha256(examples)
        return ModelRecord(
            name=name,
            round=number,
            sha256=sha256,
            data_sha256=sha256,
            examples=len(examples),
            parameters=0,
            seed=seed,
            preset="toy",
        )

    def policy(self, folder: Path) -> ProblemPolicy:
        return AutomationPolicy()

    def first(self, examples: Sequence[TrainingExample] = ()) -> ProblemPolicy:
        return AutomationPolicy()

    def baseline(self, examples: Sequence[TrainingExample], name: str, out: Path) -> bool:
        return False

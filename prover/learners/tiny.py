"""The learner of the small decoder: from nothing, on the CPU (`prover.policies.tiny`)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from prover.learners import LearnerEntry
from prover.learners.learner import Learner, Watch
from prover.policies.protocol import ProblemPolicy
from prover.policies.tiny.policy import load_tiny
from prover.registry import Entry, packages
from prover.train.explore import first_policy
from prover.train.fit import TinyPreset
from prover.train.learn import table_of, train_tiny, write_table
from prover.train.preset import TINY
from prover.train.records import ModelRecord
from prover.types import Frozen, TrainingExample


class TinyLearner(Frozen):
    """Trains a decoder on judged tactics. Its control is the table: counts of the templates that proofs used."""

    preset: TinyPreset = TINY

    @property
    def name(self) -> str:
        return "tiny"

    @property
    def spec(self) -> str:
        return f"tiny {self.preset.model_dump_json()}"

    @property
    def premises(self) -> int:
        return self.preset.premises

    @property
    def without(self) -> float:
        return self.preset.without

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
        command: str = "",
        watch: Watch = lambda step, steps, loss: None,
    ) -> ModelRecord:
        return train_tiny(
            examples,
            corpus,
            self.preset,
            seed,
            out,
            name=name,
            number=number,
            parent=parent,
            command=command,
            watch=watch,
        )

    def policy(self, folder: Path) -> ProblemPolicy:
        return load_tiny(folder)

    def first(self, examples: Sequence[TrainingExample] = ()) -> ProblemPolicy:
        return first_policy(table_of(examples) if examples else None, self.preset.premises)

    def baseline(self, examples: Sequence[TrainingExample], name: str, out: Path) -> bool:
        write_table(examples, name, out, self.preset.premises)
        return True


def _make(settings: object, spec: object) -> Learner:
    return TinyLearner()


LEARNER: LearnerEntry = Entry(
    name="tiny",
    summary="a small decoder from scratch, on the CPU",
    make=_make,
    check=lambda: packages("ml", "torch", "transformers", "tokenizers"),
    extra="ml",
)

"""The learner `tiny`: a small decoder, from scratch, on the CPU."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pydantic import Field

from prover.learners import Learner, LearnerEntry
from prover.learners.rounds import Round
from prover.policies.protocol import ProblemPolicy
from prover.policies.templates.priors import Priors
from prover.policies.tiny.policy import load_tiny
from prover.policies.tiny.table import TablePolicy, base
from prover.registry import Entry, packages
from prover.train.explore import first_policy
from prover.train.fit import TinyPreset
from prover.train.learn import table_of, train_tiny, write_table
from prover.train.preset import TINY
from prover.train.records import ModelRecord
from prover.types import Frozen, TrainingExample


class TinyLearner(Frozen):
    """Trains the decoder of the policy `tiny`; its baseline is a table of which templates were right."""

    preset: TinyPreset = TINY

    @property
    def spec(self) -> str:
        return f"tiny {self.preset.model_dump_json()}"

    @property
    def premises(self) -> int:
        return self.preset.premises

    @property
    def without(self) -> float:
        return self.preset.without

    def train(self, examples: Sequence[TrainingExample], parent: Path | None, seed: int, out: Path) -> ModelRecord:
        """Train on examples; without a parent, a tokenizer is learned from their goals and tactics first.

        Raises `SetupError` without PyTorch, `ValueError` if nothing was proved that could be learned from.
        """
        texts = [text for example in examples for text in (*example.goals, *example.positives)]
        return self.train_round(examples, parent, seed, out, Round(0, out.name, () if parent else texts))

    def train_round(
        self, examples: Sequence[TrainingExample], parent: Path | None, seed: int, out: Path, made: Round
    ) -> ModelRecord:
        return train_tiny(
            examples,
            made.corpus,
            self.preset,
            seed,
            out,
            name=made.name,
            number=made.number,
            parent=parent,
            command=made.command,
            watch=made.watch,
        )

    def policy(self, folder: Path) -> ProblemPolicy:
        """Return the policy of a trained folder. Raises `PolicyError`."""
        return load_tiny(folder)

    def first(self, examples: Sequence[TrainingExample] = ()) -> ProblemPolicy:
        return first_policy(table_of(examples) if examples else None, self.preset.premises)

    def baseline(self, examples: Sequence[TrainingExample]) -> ProblemPolicy | None:
        """Return the table alone."""
        return TablePolicy(Priors(table_of(examples), base()), "table", self.preset.premises)

    def write_baseline(self, examples: Sequence[TrainingExample], name: str, out: Path) -> None:
        """Write the table as a model without weights."""
        write_table(examples, name, out, self.preset.premises)


class TinyOptions(Frozen):
    """What stands behind `tiny?`: fields of `TinyPreset`."""

    epochs: int = Field(default=TINY.epochs, ge=1)
    coverage: int = Field(default=TINY.coverage, ge=1)


def _make(options: TinyOptions, spec: object) -> Learner:
    return TinyLearner(preset=TINY.model_copy(update=options.model_dump()))


LEARNER: LearnerEntry = Entry(
    name="tiny",
    summary="a small decoder from scratch, on the CPU",
    make=_make,
    settings=TinyOptions,
    check=lambda: packages("ml", "torch", "transformers", "tokenizers"),
    extra="ml",
)

"""The learner `tiny`: a small decoder, from scratch, on the CPU."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from prover.learners import Learner, LearnerEntry
from prover.policies.protocol import ProblemPolicy
from prover.policies.tiny.policy import load_tiny
from prover.registry import Entry, packages
from prover.train.examples import TrainingExample
from prover.train.explore import first_policy
from prover.train.learn import table_of, train_tiny
from prover.train.preset import TINY
from prover.train.records import ModelRecord


class TinyLearner:
    """Trains the decoder of the policy `tiny`; its baseline is a table of which templates were right."""

    def train(self, examples: Sequence[TrainingExample], parent: Path | None, seed: int, out: Path) -> ModelRecord:
        """Train on examples; without a parent, a tokenizer is learned from their goals and tactics first.

        Raises `SetupError` without PyTorch, `ValueError` if nothing was proved that could be learned from.
        """
        texts = [text for example in examples for text in (*example.goals, *example.positives)]
        return train_tiny(examples, () if parent else texts, TINY, seed, out, name=out.name, parent=parent)

    def policy(self, folder: Path) -> ProblemPolicy:
        """Return the policy of a trained folder. Raises `PolicyError`."""
        return load_tiny(folder)

    def baseline(self, examples: Sequence[TrainingExample]) -> ProblemPolicy | None:
        """Return the table alone."""
        return first_policy(table_of(examples), TINY.premises)


def _make(settings: object, spec: object) -> Learner:
    return TinyLearner()


LEARNER: LearnerEntry = Entry(
    name="tiny",
    summary="a small decoder from scratch, on the CPU",
    make=_make,
    check=lambda: packages("ml", "torch", "transformers", "tokenizers"),
    extra="ml",
)

"""The registry of learners: what `prover iterate` trains between two rounds of search."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Protocol, runtime_checkable

from prover.registry import Entry, Registry, Spec, of_protocol

if TYPE_CHECKING:
    from prover.policies.protocol import ProblemPolicy
    from prover.train.records import ModelRecord
    from prover.types import TrainingExample


@runtime_checkable
class Learner(Protocol):
    """Makes a policy of training examples. What it trains lies in a folder, and the same seed gives the same folder."""

    def train(self, examples: Sequence[TrainingExample], parent: Path | None, seed: int, out: Path) -> ModelRecord:
        """Train on examples, from the model of an earlier round if there is one, and write the model to `out`."""
        ...

    def policy(self, folder: Path) -> ProblemPolicy:
        """Return the policy that a folder of `train` holds. Raises `PolicyError`."""
        ...

    def baseline(self, examples: Sequence[TrainingExample]) -> ProblemPolicy | None:
        """Return what a model has to beat: the same examples counted, not learned. None if there is no such thing."""
        ...


LearnerEntry = Entry[Learner]


LEARNERS: Registry[LearnerEntry] = Registry(
    "learner",
    "proofsmith.learners",
    {"tiny": "prover.learners.tiny:LEARNER"},
    of_protocol("learner", Learner, "train"),
)
"""Every learner by name."""


class LearnerSpec(Spec):
    """Which learner, with its settings: `tiny?epochs=4`."""

    registry: ClassVar[Registry[LearnerEntry]] = LEARNERS

    name: str = "tiny"

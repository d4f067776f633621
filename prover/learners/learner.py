"""What every learner offers to `prover iterate`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol, runtime_checkable

from prover.policies.protocol import ProblemPolicy
from prover.train.records import ModelRecord
from prover.types import TrainingExample

Watch = Callable[[int, int, float], None]
"""Is told of a training step: its number, how many there are, the loss."""


@runtime_checkable
class Learner(Protocol):
    """Trains a policy on examples, round after round. Can be pickled: a worker makes a folder's policy by itself.

    `premises`: how many lemmas are looked up for the first goal of a state and kept in its example. `without`: how many
    states without a proof are kept for each state with one.
    """

    @property
    def name(self) -> str: ...

    @property
    def spec(self) -> str:
        """All that decides what is learnt, as text: a run is never resumed with another one."""
        ...

    @property
    def premises(self) -> int: ...

    @property
    def without(self) -> float: ...

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
        """Train into a folder, from the weights of a parent if there is one, and return the model's record.

        `corpus` are texts to learn a tokenizer from. A kill loses little and changes nothing. Raises `SetupError` where
        a package is missing.
        """
        ...

    def policy(self, folder: Path) -> ProblemPolicy:
        """Return the policy of a trained folder. Raises `PolicyError` if there is none."""
        ...

    def first(self, examples: Sequence[TrainingExample] = ()) -> ProblemPolicy:
        """Return what searches while no model is promoted, given the examples so far; it proposes all that it knows."""
        ...

    def baseline(self, examples: Sequence[TrainingExample], name: str, out: Path) -> bool:
        """Write a control without learning to a folder that `policy` reads; False if this learner has none."""
        ...

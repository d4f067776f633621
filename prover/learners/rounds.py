"""What the loop of `prover iterate` asks of a learner, round after round: more than every learner has to say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

from prover.learners import Learner
from prover.policies.odds import Odds
from prover.policies.protocol import ProblemPolicy
from prover.runs.records import StateRecord
from prover.train.explore import first_policy
from prover.train.learn import table_of
from prover.train.records import ModelRecord
from prover.types import Problem, TrainingExample

Watch = Callable[[int, int, float], None]
"""Is told of a training step: its number, how many there are, the loss."""


@dataclass(frozen=True, slots=True)
class Round:
    """A round of training: its number, the name of its model, and what the loop knows besides the examples.

    `corpus` are texts to learn a tokenizer from. `command` stands in the model's lineage. `searched` yields the
    training problems so far, with the states of their searches.
    """

    number: int
    name: str
    corpus: Sequence[str] = ()
    command: str = ""
    watch: Watch = lambda step, steps, loss: None
    searched: Callable[[], Iterator[tuple[Problem, Sequence[StateRecord]]]] = lambda: iter(())


@runtime_checkable
class RoundLearner(Protocol):
    """A learner in the loop. Can be pickled: a worker process makes the policy of a folder by itself.

    `premises`: how many lemmas are looked up for the first goal of a state and kept in its example. `without`: how many
    states without a proof are kept for each state with one.
    """

    @property
    def spec(self) -> str:
        """All that decides what is learned, as text: a run is never resumed with another one."""
        ...

    @property
    def premises(self) -> int: ...

    @property
    def without(self) -> float: ...

    def train_round(
        self, examples: Sequence[TrainingExample], parent: Path | None, seed: int, out: Path, made: Round
    ) -> ModelRecord:
        """Do as `Learner.train`; a kill loses little and changes nothing."""
        ...

    def policy(self, folder: Path) -> ProblemPolicy:
        """Return the policy of a trained folder. Raises `PolicyError`."""
        ...

    def first(self, examples: Sequence[TrainingExample] = ()) -> ProblemPolicy:
        """Return what searches while no model is promoted, given the examples so far; it proposes all that it knows."""
        ...

    def baseline(self, examples: Sequence[TrainingExample]) -> ProblemPolicy | None:
        """Return what a model has to beat, or None."""
        ...


@runtime_checkable
class WritesBaseline(Protocol):
    """A learner whose baseline is a model too: it is kept in the folder of the run for later measurements."""

    def write_baseline(self, examples: Sequence[TrainingExample], name: str, out: Path) -> None:
        """Write it to a folder that `policy` reads."""
        ...


@runtime_checkable
class NamesBaseline(Protocol):
    """A learner whose baseline is no table of frequencies."""

    @property
    def baseline_name(self) -> str:
        """What it is, as reports name it."""
        ...


@runtime_checkable
class SearchesAlong(Protocol):
    """A learner whose last model searches for training data whether it was promoted or not, beside what it knows."""

    def searcher(self, folder: Path, examples: Sequence[TrainingExample]) -> ProblemPolicy:
        """Return what searches once there is a model; it was trained on these examples."""
        ...


@runtime_checkable
class Calibrates(Protocol):
    """A learner whose models are put on one scale with other sources of proposals, and keep it."""

    def sources(self, folder: Path) -> Sequence[tuple[str, ProblemPolicy]]:
        """Return the sources that are to be on one scale, each with its name, the model of a folder among them."""
        ...

    def keep_odds(self, odds: Odds, folder: Path) -> None:
        """Write down how likely the proposals of each source are to prove a goal."""
        ...


@runtime_checkable
class TrainsCritic(Protocol):
    """A learner that in some rounds trains a critic of states beside its model (`prover.learners.critic`)."""

    def criticises(self, number: int) -> bool:
        """Tell whether a round is to have a critic."""
        ...

    def critic(self, folder: Path, number: int) -> ModelRecord | None:
        """Return the record of the critic of a round, beside the folder of its model; None if there was too little."""
        ...

    def valued(self, folder: Path, number: int) -> ProblemPolicy:
        """Return the policy of a trained folder with the critic of its round."""
        ...


@dataclass(frozen=True, slots=True)
class PlainRounds:
    """Any learner in the loop: templates search before there is a model, and every state with a proof is kept."""

    spec: str
    learner: Learner
    premises: int = 0
    without: float = 4.0

    def train_round(
        self, examples: Sequence[TrainingExample], parent: Path | None, seed: int, out: Path, made: Round
    ) -> ModelRecord:
        record = self.learner.train(examples, parent, seed, out)
        return record.model_copy(update={"name": made.name, "round": made.number})

    def policy(self, folder: Path) -> ProblemPolicy:
        return self.learner.policy(folder)

    def first(self, examples: Sequence[TrainingExample] = ()) -> ProblemPolicy:
        return first_policy(table_of(examples) if examples else None)

    def baseline(self, examples: Sequence[TrainingExample]) -> ProblemPolicy | None:
        return self.learner.baseline(examples)


def in_rounds(spec: str, learner: Learner) -> RoundLearner:
    """Return a learner as the loop asks it."""
    return learner if isinstance(learner, RoundLearner) else PlainRounds(spec, learner)

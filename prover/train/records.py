"""What a run of the loop keeps besides attempts, as frozen values. Nothing here touches a disk."""

from __future__ import annotations

from enum import StrEnum

from prover.types import Attempt, Frozen, Problem

CONJECTURES = "conjectures"
"""The dataset of problems that a run made itself (`prover.conjecture`)."""
DISPROOFS = "disproofs"
"""The dataset of negations of train problems that were refuted; they are never searched, only learnt from."""


class Role(StrEnum):
    """What a problem is for. Only `TRAIN` ever becomes training data.

    `PROMOTE` problems decide which model is promoted, `REPORT` problems give the figures: the halves of the frozen
    evaluation never meet. `GUARD` problems are the rest of the evaluation splits: nothing is done with them but to keep
    what is equal to them out of the training data.
    """

    TRAIN = "train"
    PROMOTE = "promote"
    REPORT = "report"
    GUARD = "guard"


class CorpusProblem(Frozen):
    """A problem of a run: its place, which orders everything, the dataset it came from and what it is for."""

    place: int
    dataset: str
    role: Role
    problem: Problem


class Bin(Frozen):
    """Some states that a critic thinks about equally likely to be proved: the mean chance `said`, and what was so."""

    said: float
    states: int
    proved: int


class Reliability(Frozen):
    """How the chances of a critic agree with what was proved, on problems that neither it nor their map was fitted on.

    `brier` is the mean squared error of the chances (Brier 1950), `blind` that of one chance for all states; `order` is
    the chance that of two states the proved one has the higher score (the area under the ROC curve).
    """

    problems: int
    states: int
    proved: int
    brier: float
    blind: float
    order: float
    bins: tuple[Bin, ...]


class ModelRecord(Frozen):
    """A model of a run with its lineage: from which model it was trained, on what, with what seed.

    `sha256` is that of its weights; `data_sha256` that of the examples; `parent` the weights that it began from.
    `reliability` is a critic's.
    """

    name: str
    round: int
    sha256: str
    parent: str = ""
    data_sha256: str
    examples: int
    parameters: int
    seed: int
    preset: str
    promoted: bool = False
    losses: tuple[tuple[int, float], ...] = ()
    held_out: tuple[tuple[int, float], ...] = ()
    covered: tuple[tuple[int, tuple[float, ...]], ...] = ()
    reliability: Reliability | None = None


class Row(Frozen):
    """An attempt of a phase as the store gives it back."""

    place: int
    dataset: str
    role: Role
    attempt: Attempt

"""What decides what a run of the loop comes to."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from prover.config import SearchConfig
from prover.types import Frozen

SWITCHES = ("conjecture", "conjecturers", "disproofs", "curriculum")


class IterateConfig(Frozen):
    """Everything that decides what a run of the loop comes to; `workers` decides only how fast.

    `search` and `evaluation` say how training problems are searched and how every policy is measured. `problems` says
    how many are searched in each round, the last entry in all later ones, by `shares` of the datasets (1 if not named);
    `valid` says how many are drawn from each dataset. `audit`: how many proposals are tried at every state of a proof
    once it is found (`prover.train.audit`). `calibration`: on how many problems chances of success are fitted
    (`prover.learners.calibrate`). `promotion`: the level of the two-sided McNemar test at which a model is promoted, if
    it proved more; with a hundred problems a stricter one would promote nothing. `learner` is all that decides what is
    learnt (`RoundLearner.spec`).
    `conjecture`: the largest share of a round's problems that the run makes itself (`prover.conjecture`), by the
    `conjecturers` that are named or all that need no target. `disproofs`: whether proofs of the negations of refuted
    train statements are learnt from (`prover.train.disproofs`). `curriculum`: whether budgets double after failures
    (`prover.train.efforts`) instead of being the same for all.
    """

    train: tuple[str, ...]
    valid: dict[str, int]
    shares: dict[str, float] = Field(default_factory=dict)
    rounds: int = Field(default=3, ge=1)
    seed: int = 0
    problems: tuple[Annotated[int, Field(ge=1)], ...] = Field(default=(600,), min_length=1)
    search: SearchConfig
    evaluation: SearchConfig
    temperature: float = 1.0
    audit: int = Field(default=96, ge=0)
    calibration: int = Field(default=40, ge=0)
    promotion: float = 0.2
    learner: str
    conjecture: float = Field(default=0.0, ge=0.0, le=0.5)
    conjecturers: tuple[str, ...] = ()
    disproofs: bool = False
    curriculum: bool = False

    def searched(self, number: int) -> int:
        """Return how many problems a round searches."""
        return self.problems[min(number, len(self.problems)) - 1]

    def settled(self) -> str:
        """Return the configuration as a run keeps it. A switch that is off is not in it: older runs have none."""
        return self.model_dump_json(exclude={name for name in SWITCHES if not getattr(self, name)})

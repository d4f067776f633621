"""What is mined from a traced repository: tactics with the states around them and the premises they name."""

from __future__ import annotations

from prover.types import Frozen, Judged, Label, Problem, TrainingExample


class Premise(Frozen):
    """A theorem or definition that a tactic names, and the file that declares it."""

    name: str
    file: str


class MinedStep(Frozen):
    """One tactic of a proof that Lean compiled; `depth` counts the tactics before it.

    `state_after` is `no goals` where nothing is left, as Lean prints it.
    """

    repository: str
    commit: str
    file: str
    theorem: str
    statement: str
    depth: int
    state_before: str
    tactic: str
    state_after: str
    premises: tuple[Premise, ...]

    def example(self) -> TrainingExample:
        """Return the step as a training example: the proof that it stands in was compiled by Lean."""
        problem = Problem(name=self.theorem, statement=f"{self.statement} by", context="mathlib")
        goals = tuple(goal for goal in self.state_before.split("\n\n") if goal.strip())
        judged = (Judged(tactic=self.tactic, label=Label.PROVED, log_prob=0.0),)
        return TrainingExample(
            problem=problem.name,
            statement_sha256=problem.statement_sha256,
            statement=problem.statement,
            goals=goals,
            depth=self.depth,
            judged=judged,
        )


class Progress(Frozen):
    """How far a mining process is; `total` is 0 where nobody knows."""

    stage: str
    done: int
    total: int

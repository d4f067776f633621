"""The bodies of our own routes, `/v1/…`: what may be asked, and what is answered.

A field that is not known is refused (422): what a client asks for is never ignored.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, field_validator, model_validator

from prover.serve.agents.lemmas import Lemma
from prover.serve.worker.answers import GoalView, Message
from prover.serve.worker.budgets import Units
from prover.serve.worker.jobs import Asked
from prover.strategies import StrategySpec
from prover.types import Frozen, Problem, Verdict

Seconds = Annotated[float | None, Field(gt=0, description="Limit on the answer, in seconds; the server has one too")]


class Body(Frozen):
    """What a route reads. It is built with its route: at the first request, pydantic would warn of FastAPI's fields."""

    model_config = ConfigDict(defer_build=False)


class Question(Body):
    """A trusted statement: its text, or a problem as `prover` writes it."""

    statement: str = Field("", description="`theorem NAME … := by`, or a proposition")
    header: str = Field("", description="Lean source that stands above the statement")
    context: str = Field("", description="The Lean context; the server's where it is empty")
    problem: Problem | None = None

    @model_validator(mode="after")
    def _one(self) -> Question:
        if (self.problem is None) == (not self.statement.strip()):
            raise ValueError("give `statement`, or `problem`, and one of them only")
        return self

    def asked(self) -> Asked:
        """Return the statement as a worker reads it."""
        return Asked(statement=self.statement, header=self.header, context=self.context, problem=self.problem)


class VerifyQuestion(Question):
    """A proof, a block of tactics or a whole file, of a trusted statement."""

    proof: str
    seconds: Seconds = None


class VerifyAnswer(Frozen):
    """The verdict. A rejection is also a message, as Lean's own would be."""

    verdict: Verdict = Field(discriminator="verdict")
    messages: tuple[Message, ...] = ()


class ProveQuestion(Question):
    """What to search for, and what that may cost (`lean_calls=100`, or a table of units)."""

    budget: Units = Field(default_factory=lambda: {"lean_calls": 1_000.0})
    strategy: str = "best-first"
    seed: int = Field(0, ge=0)
    style: Literal["readable", "shortest", "first"] = "readable"
    seconds: Seconds = None
    stream: bool = Field(False, description="Answer with server-sent events")
    name: str = Field("", max_length=64, pattern=r"^[A-Za-z0-9_-]*$", description="The name to cancel the search by")

    @field_validator("strategy")
    @classmethod
    def _known(cls, given: str) -> str:
        StrategySpec.model_validate(given)
        return given


class RefuteQuestion(Question):
    """The statement that may be false."""

    seconds: Seconds = None


class FillQuestion(Body):
    """A Lean source with `sorry` in it; `only` names the one theorem that is wanted."""

    text: str
    source: str = "text"
    only: str | None = None
    budget: Units = Field(default_factory=lambda: {"lean_calls": 1_000.0})
    seconds: Seconds = None


class StartQuestion(Question):
    """The statement whose state is wanted."""

    seconds: Seconds = None


class StateAnswer(Frozen):
    """A state by name, and its goals."""

    state: str
    goals: tuple[GoalView, ...]


class StepQuestion(Body):
    """Tactics for a state: each tried on it by itself, or with `chain` one after the other until one fails."""

    state: str
    tactics: tuple[str, ...] = Field(min_length=1)
    chain: bool = False
    seconds: Seconds = None


class StepResult(Frozen):
    """What became of a tactic. `solved` means that no goal is left, which only `/v1/verify` makes a proof."""

    tactic: str
    outcome: Literal["solved", "advanced", "rejected", "limit"]
    state: str | None = None
    goals: tuple[GoalView, ...] = ()
    messages: tuple[Message, ...] = ()
    heartbeats: int = 0


class StepAnswer(Frozen):
    """What became of the tactics, in order."""

    results: tuple[StepResult, ...]


class LemmaAnswer(Frozen):
    """Lemmas, the nearest first."""

    items: tuple[Lemma, ...]
    searched: tuple[str, ...]


class Cancelled(Frozen):
    """Whether there was such a search to cancel."""

    cancelled: bool


class ServerFacts(Frozen):
    """What the server is."""

    version: str
    lean: dict[str, str]
    workers: int
    requests: int
    waiting: int

"""What worker processes answer the server, each a frozen model in a frame of its own (`prover.serve.worker.jobs`)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from prover.events import Event
from prover.fill.run import Filling
from prover.types import Attempt, Frozen, Verdict


class Position(Frozen):
    """A place in a source text: `line` from 1, `column` from 0, in code points."""

    line: int = Field(ge=1)
    column: int = Field(default=0, ge=0)


class Message(Frozen):
    """One message about a source text, as Lean's REPL reports it."""

    severity: Literal["trace", "info", "warning", "error"]
    pos: Position
    endPos: Position | None = None
    data: str


class Sorry(Frozen):
    """A hole in a source text; `goal` is empty where Lean was not asked for it."""

    pos: Position
    endPos: Position
    goal: str = ""


class GoalView(Frozen):
    """One goal: as Lean prints it, and taken apart."""

    text: str
    case: str | None = None
    hypotheses: tuple[HypothesisView, ...] = ()
    target: str


class HypothesisView(Frozen):
    """Hypotheses of one type; `value` is set for a `let`."""

    names: tuple[str, ...]
    type: str
    value: str | None = None


class Reached(Frozen):
    """A proof state: its goals, and the moves that rebuild it (a tactic, or the goals to keep)."""

    goals: tuple[GoalView, ...]
    trail: tuple[str | tuple[int, ...], ...]


class Stepped(Frozen):
    """What became of a tactic: a new state, no goal left, or Lean's reason against it."""

    tactic: str
    outcome: Literal["solved", "advanced", "rejected", "limit"]
    reached: Reached | None = None
    reason: str = ""
    heartbeats: int = 0


class Checked(Frozen):
    """What was found in a source text. It is valid if no message is an error and there is no hole."""

    kind: Literal["checked"] = "checked"
    messages: tuple[Message, ...] = ()
    sorries: tuple[Sorry, ...] = ()
    axioms: tuple[str, ...] = ()
    theorems: tuple[str, ...] = ()


class Judged(Frozen):
    """A verdict."""

    kind: Literal["judged"] = "judged"
    verdict: Annotated[Verdict, Field(discriminator="verdict")]


class Opened(Frozen):
    """The state of a statement."""

    kind: Literal["opened"] = "opened"
    reached: Reached


class SteppedMany(Frozen):
    """What became of tactics, in order."""

    kind: Literal["stepped"] = "stepped"
    steps: tuple[Stepped, ...]


class Attempted(Frozen):
    """The row of a search."""

    kind: Literal["attempted"] = "attempted"
    attempt: Attempt


class GoalsAt(Frozen):
    """The goals before and after a line; None where Lean does not get there, and `message` why."""

    kind: Literal["goals"] = "goals"
    line_context: str
    before: tuple[str, ...] | None
    after: tuple[str, ...] | None
    message: str = ""


class TriedAt(Frozen):
    """The goals that a snippet leaves in the place of a line; None where it fails, and `message` how."""

    snippet: str
    goals: tuple[str, ...] | None
    message: str = ""


class TriedMany(Frozen):
    """What became of snippets, in order."""

    kind: Literal["tried"] = "tried"
    items: tuple[TriedAt, ...]


class FilledText(Frozen):
    """What came of a text with holes."""

    kind: Literal["filled"] = "filled"
    filling: Filling


class Refused(Frozen):
    """The question cannot be answered, and why. `lean` says that Lean failed, not the question; `cancelled`, nobody."""

    kind: Literal["refused"] = "refused"
    error: Literal["input", "statement", "lean", "internal", "cancelled"]
    message: str


Answer = GoalsAt | TriedMany | Checked | Judged | Opened | SteppedMany | Attempted | FilledText | Refused


class Ready(Frozen):
    """A worker is warm: which Lean it holds."""

    ready: Literal[True] = True
    version: str
    backend: str
    context: str
    context_sha256: str
    policy: str


class Told(Frozen):
    """An event of the job in progress."""

    number: int
    event: Annotated[Event, Field(discriminator="event")]


class Done(Frozen):
    """The answer to a job. `seconds` is what it took in the worker."""

    number: int
    seconds: float
    answer: Annotated[Answer, Field(discriminator="kind")]


FromWorker: TypeAdapter[Ready | Told | Done] = TypeAdapter(Ready | Told | Done)

"""What the server and its worker processes say to each other: one JSON document in a frame, each a frozen model.

A frame is four bytes of length, little endian, and UTF-8 JSON. A worker does one job at a time and answers with any
number of `Told`, then one `Done`. `Cancel` may come in between.
"""

from __future__ import annotations

import struct
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from prover.events import Event
from prover.fill.run import Filling
from prover.policies.entry import PolicySpec
from prover.strategies import StrategySpec
from prover.types import Attempt, Frozen, Problem, Verdict

HEADER = struct.Struct("<I")
LARGEST_FRAME = 64 * 2**20


class WorkerSettings(Frozen):
    """What a worker process is started with: which Lean, the limits of a step and of a verdict, the policy."""

    lean: str = "embedded"
    context: str = "core"
    policy: PolicySpec = Field(default_factory=PolicySpec)
    step_heartbeats: int = Field(default=6_000, ge=1)
    step_seconds: float = Field(default=30.0, gt=0)
    heartbeats: int = Field(default=200_000, ge=1)
    wall_seconds: float = Field(default=300.0, gt=0)
    mathlib_is_core: bool = False
    warm: bool = True


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


class Asked(Frozen):
    """A statement as a client sends it: its text, or a `problem` that was read already.

    The text is read in the worker: what it costs to read a hostile one is the worker's. `context` is the server's
    where it is empty.
    """

    statement: str = ""
    header: str = ""
    context: str = ""
    problem: Problem | None = None


# -- jobs --------------------------------------------------------------------------------------------------------------


class CheckJob(Frozen):
    """Judge a whole source text, all of its theorems. With `asked`, judge it as a proof of that alone."""

    kind: Literal["check"] = "check"
    code: str
    asked: Asked | None = None


class VerifyJob(Frozen):
    """Judge a proof of a trusted statement."""

    kind: Literal["verify"] = "verify"
    asked: Asked
    proof: str


class StartJob(Frozen):
    """Open a statement."""

    kind: Literal["start"] = "start"
    asked: Asked


class StepJob(Frozen):
    """Carry out tactics on a state: each by itself, or with `chain` one after the other until one fails."""

    kind: Literal["step"] = "step"
    asked: Asked
    trail: tuple[str | tuple[int, ...], ...]
    tactics: tuple[str, ...]
    chain: bool = False


class ProveJob(Frozen):
    """Search for a proof and have it verified; with `disprove`, look for a counterexample and nothing else."""

    kind: Literal["prove"] = "prove"
    asked: Asked
    budget: dict[str, float]
    strategy: StrategySpec = Field(default_factory=StrategySpec)
    seed: int = 0
    style: Literal["readable", "shortest", "first"] = "readable"
    disprove: bool = False
    listen: bool = False


class FillJob(Frozen):
    """Fill the holes of a source text."""

    kind: Literal["fill"] = "fill"
    text: str
    source: str
    only: str | None = None
    budget: dict[str, float]
    strategy: StrategySpec = Field(default_factory=StrategySpec)
    seed: int = 0


class GoalJob(Frozen):
    """Show the goals at a line, from 1, of a source text."""

    kind: Literal["goal"] = "goal"
    text: str
    line: int


class TryJob(Frozen):
    """Say what each of several snippets would do in the place of a line of a source text."""

    kind: Literal["try"] = "try"
    text: str
    line: int
    snippets: tuple[str, ...]


Job = GoalJob | TryJob | CheckJob | VerifyJob | StartJob | StepJob | ProveJob | FillJob


class Order(Frozen):
    """A job and its number."""

    number: int
    job: Annotated[Job, Field(discriminator="kind")]


class Cancel(Frozen):
    """The job of this number is no longer wanted."""

    cancel: int


class Pause(Frozen):
    """The search in progress has to wait, or to go on."""

    paused: bool


FromServer: TypeAdapter[Order | Cancel | Pause] = TypeAdapter(Order | Cancel | Pause)

# -- answers -----------------------------------------------------------------------------------------------------------


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


def frame(message: Frozen) -> bytes:
    """Return the frame of a message."""
    body = message.model_dump_json().encode()
    return HEADER.pack(len(body)) + body

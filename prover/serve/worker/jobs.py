"""What the server says to its worker processes: one JSON document in a frame, each a frozen model.

A frame is four bytes of length, little endian, and UTF-8 JSON. A worker does one job at a time and answers with any
number of `Told`, then one `Done` (`prover.serve.worker.answers`). `Cancel` may come in between.
"""

from __future__ import annotations

import struct
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from prover.policies.entry import PolicySpec
from prover.strategies import StrategySpec
from prover.types import Frozen, Problem

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


def frame(message: Frozen) -> bytes:
    """Return the frame of a message."""
    body = message.model_dump_json().encode()
    return HEADER.pack(len(body)) + body

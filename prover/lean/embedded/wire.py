"""The wire between Python and the driver: every request and reply as a frozen model, and the frame around them.

A frame is four bytes of length, little endian, and UTF-8 JSON. Requests are answered in order, one reply each. States
and problems are numbers that Python chooses. Mirrored by `driver/main.cjs` and `driver/operations.cjs`.
"""

from __future__ import annotations

import struct
from typing import Literal, TypeVar

from pydantic import Field

from prover.types import Frozen

HEADER = struct.Struct("<I")
LARGEST_FRAME = 64 * 2**20


class Message(Frozen):
    """One of Lean's messages; `line` counts from 1, `column` from 0, in the source that was sent."""

    severity: str
    line: int
    column: int
    text: str


class WireGoal(Frozen):
    text: str
    digest: int


class Load(Frozen):
    """Import modules: the context that problems stand on from now on. Several are kept, by `key`.

    `files` holds compiled modules of ours, in base64 by file name. With `before`, a module of Lean's library, the
    context holds what that module imports and nothing else.
    """

    op: Literal["load"] = "load"
    key: str
    imports: tuple[str, ...]
    before: str = ""
    files: dict[str, str] = Field(default_factory=dict)


class Compile(Frozen):
    """Elaborate a source as a module, replay all of its constants with the kernel, return the compiled files."""

    op: Literal["compile"] = "compile"
    imports: tuple[str, ...]
    source: str
    module: str
    heartbeats: int


class Start(Frozen):
    """Elaborate a statement and open its goal as `state`."""

    op: Literal["start"] = "start"
    problem: int
    state: int
    header: str
    statement: str
    heartbeats: int


class StepRequest(Frozen):
    """Run a block of tactics on state `origin`; what remains becomes `state`."""

    op: Literal["step", "salvage"]
    origin: int = Field(serialization_alias="from")
    state: int
    tactic: str
    heartbeats: int


class FocusRequest(Frozen):
    """Keep only some goals of `origin` as `state`."""

    op: Literal["focus"] = "focus"
    origin: int = Field(serialization_alias="from")
    state: int
    goals: tuple[int, ...]


class Forget(Frozen):
    op: Literal["forget"] = "forget"
    states: tuple[int, ...]
    problems: tuple[int, ...]


class Allow(Frozen):
    """What a candidate proof may contain, tested on every command before it is elaborated."""

    commands: tuple[str, ...]
    kinds: tuple[str, ...]
    options: tuple[str, ...]
    attributes: tuple[str, ...]
    configurationKinds: tuple[str, ...]
    configurationNames: tuple[str, ...]
    refusedNames: tuple[str, ...]


class Judge(Frozen):
    """Elaborate a candidate on the clean context and report the facts that a verdict rests on."""

    op: Literal["judge"] = "judge"
    header: str
    statement: str
    candidate: str
    candidateHeader: str
    allow: Allow
    heartbeats: int


class Modules(Frozen):
    """List the modules of Init and Std with what they import."""

    op: Literal["modules"] = "modules"


class Contents(Frozen):
    """Ask which modules the context holds, and which of some names it knows."""

    op: Literal["contents"] = "contents"
    names: tuple[str, ...]


class Candidates(Frozen):
    """List the theorems of a module that can be stated in the context, which holds what the module imports."""

    op: Literal["candidates"] = "candidates"
    module: str
    heartbeats: int


class Restate(Frozen):
    """State theorems of a module so that they stand on their own; `kinds` is all that their syntax may consist of."""

    op: Literal["restate"] = "restate"
    module: str
    header: str
    names: tuple[str, ...]
    kinds: tuple[str, ...]
    heartbeats: int


Request = (
    Load | Compile | Start | StepRequest | FocusRequest | Forget | Judge | Modules | Contents | Candidates | Restate
)


class Reply(Frozen):
    """What every reply carries; `fatal` says that the process has ended itself and why."""

    id: int
    heap: int
    fatal: Literal["crash", "memory"] | None = None
    message: str = ""


class Ready(Reply):
    version: str


class Loaded(Reply):
    messages: tuple[Message, ...]
    commands: int


class View(Reply):
    """A state: its goals in order and the positions of those that depend on each other."""

    status: Literal["ok", "refused", "nothing", "solved", "advanced", "error", "heartbeats"]
    name: str = ""
    goals: tuple[WireGoal, ...] = ()
    parts: tuple[tuple[int, ...], ...] = ()
    heartbeats: int = 0
    hints: tuple[str, ...] = ()
    prefix: str = ""
    messages: tuple[Message, ...] = ()
    stage: Literal["header", "statement"] = "statement"


R = TypeVar("R", bound="Reply")


class Forgotten(Reply):
    states: int


class Constant(Frozen):
    """A constant that is new; `given` says that trusted source, the context's or the header's, declares it."""

    name: str
    kind: str
    safe: bool
    given: bool


class Bodiless(Frozen):
    """An imported constant whose body the package does not hold; `proposition` says that it states a theorem."""

    name: str
    kind: str
    safe: bool
    proposition: bool


class Refusal(Frozen):
    """What a candidate contains that no proof may."""

    stage: Literal["syntax", "command", "syntax-kind", "name", "option", "attribute", "configuration"]
    what: str
    at: Message | None = None


class Facts(Reply):
    """Facts about a candidate from the driver. Only `prover.lean.embedded.verify` draws a verdict from them."""

    status: Literal["judged", "statement"]
    name: str = ""
    refused: Refusal | None = None
    messages: tuple[Message, ...] = ()
    commands: int = 0
    difference: str | None = None
    fresh: tuple[Constant, ...] = ()
    bodiless: tuple[Bodiless, ...] = ()
    context: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    kernel: str | None = None
    typeDigest: str = ""
    statementUses: tuple[str, ...] = ()
    heartbeats: int = 0


class Compiled(Reply):
    """Compiled files, in base64 by name, and what an audit of every constant in them found."""

    messages: tuple[Message, ...]
    constants: tuple[Constant, ...]
    bodiless: tuple[Bodiless, ...]
    kernel: str | None
    files: dict[str, str]


class LibraryModule(Frozen):
    """A module of Lean's library, the modules that it imports itself, and how much it might state.

    `stated` counts what looks like a theorem and has a name that people gave: some of these are definitions.
    """

    name: str
    imports: tuple[str, ...]
    stated: int


class ModuleList(Reply):
    modules: tuple[LibraryModule, ...]


class ContentsFound(Reply):
    modules: tuple[str, ...]
    names: tuple[str, ...]


class CandidateList(Reply):
    """Names as source writes them; `dropped` counts by reason what can be no candidate.

    `tactics` says whether tactics can be written in the context at all, `lacks` which automation does not work in it.
    """

    names: tuple[str, ...]
    dropped: dict[str, int]
    tactics: bool
    lacks: tuple[str, ...]


class Restated(Frozen):
    """A theorem's statement and how it was printed (0 is the plainest way), or the reason why there is none.

    `digest` is a hash of its elaborated type, names of bound variables aside.
    """

    name: str
    statement: str = ""
    way: int = 0
    digest: str = ""
    reason: str = ""


class RestatedList(Reply):
    theorems: tuple[Restated, ...]


def encode(number: int, request: Request) -> bytes:
    """Return the frame of a request."""
    body = f'{{"id":{number},'.encode() + request.model_dump_json(by_alias=True).encode()[1:]
    return HEADER.pack(len(body)) + body

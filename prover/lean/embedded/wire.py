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
    context holds what that module imports and nothing else. `warm` are sources that are elaborated once and dropped, so
    that what Lean computes when it is first needed (indices of lemmas, tables of the parser) is there afterwards.
    """

    op: Literal["load"] = "load"
    key: str
    imports: tuple[str, ...]
    before: str = ""
    files: dict[str, str] = Field(default_factory=dict)
    warm: tuple[str, ...] = ()


class Store(Frozen):
    """Write an image of the process to a file that it may write."""

    op: Literal["store"] = "store"
    path: str


class KeepCode(Frozen):
    """Write the machine code of the process to a file that it may write."""

    op: Literal["code"] = "code"
    path: str


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
    refusedParts: tuple[str, ...]


class State(Frozen):
    """Elaborate a trusted statement and write it as a document; `allow` is what its header may contain."""

    op: Literal["state"] = "state"
    header: str
    statement: str
    allow: Allow


Constants = tuple[tuple[str, str, str], ...]
"""New constants: a key that no other name has, the name as people write it, and a digest of kind, type and body."""


class Examine(Frozen):
    """Elaborate a candidate on the clean context, report what it is and write it as a document.

    `theorem`, `says` and `stated` are what the statement process answered: what a candidate that says something
    else differs in is reported, for a message that helps.
    """

    op: Literal["examine"] = "examine"
    header: str
    candidate: str
    theorem: str
    says: str
    stated: Constants
    allow: Allow
    heartbeats: int


class KernelTrust(Frozen):
    """What the kernel process refuses by name, and the axioms that it reports."""

    never: tuple[str, ...]
    compiler: str
    axioms: tuple[str, ...]


class KernelLoad(Frozen):
    """Import the context in a kernel process; `limits` are those of a document."""

    op: Literal["load"] = "load"
    key: str
    imports: tuple[str, ...]
    before: str = ""
    files: dict[str, str] = Field(default_factory=dict)
    limits: dict[str, int]
    trust: KernelTrust


class KernelJudge(Frozen):
    """Ask a kernel process whether a candidate proves a statement, two documents; the answer carries the nonce."""

    op: Literal["judge"] = "judge"
    statement: str
    candidate: str
    nonce: str
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


class LibraryRequest(Frozen):
    """Ask for a part of the context's library document; part 0 makes it."""

    op: Literal["library"] = "library"
    part: int


class ProofRequest(Frozen):
    """Elaborate a statement and a proof of it and write both as documents. Judges nothing."""

    op: Literal["proof"] = "proof"
    header: str
    statement: str
    candidate: str
    candidateHeader: str
    heartbeats: int


Request = (
    Load
    | Store
    | KeepCode
    | Compile
    | Start
    | StepRequest
    | FocusRequest
    | Forget
    | State
    | Examine
    | KernelLoad
    | KernelJudge
    | Modules
    | Contents
    | Candidates
    | Restate
    | LibraryRequest
    | ProofRequest
)


class Reply(Frozen):
    """What every reply carries; `fatal` says that the process has ended itself and why."""

    id: int
    heap: int
    fatal: Literal["crash", "memory"] | None = None
    message: str = ""


class Ready(Reply):
    """What a driver says once Lean is initialised; `stages` says when each stage of the start had ended, in seconds."""

    version: str
    stages: tuple[tuple[str, float], ...] = ()
    code: bool = False  # whether kept machine code was taken up


class Stored(Reply):
    """The size of what was written."""

    bytes: int


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


class Stated(Reply):
    """A statement as a document, with the constants that its header and it declare; or what Lean says against it."""

    status: Literal["ok", "refused"]
    messages: tuple[Message, ...] = ()
    theorem: str = ""
    typeDigest: str = ""
    says: str = ""
    document: str = ""
    stated: Constants = ()


class Foreign(Frozen):
    """A constant that a proof makes and that is no theorem and no safe definition."""

    name: str
    kind: str
    safe: bool


class Facts(Reply):
    """What an elaboration process says about a candidate. A reason to reject it; never one to accept it."""

    status: Literal["judged"]
    refused: Refusal | None = None
    messages: tuple[Message, ...] = ()
    commands: int = 0
    difference: str | None = None
    foreign: tuple[Foreign, ...] = ()
    heartbeats: int = 0
    document: str = ""


class Ruling(Reply):
    """What a kernel process says. `bodiless` are imported constants without a body that the proof rests on, `stated`
    those that the statement itself rests on, `unsound` axioms of the statement's header.
    """

    nonce: str
    accepted: bool
    reason: Literal["", "document", "axioms", "kernel", "limit", "statement"] = ""
    message: str = ""
    axioms: tuple[str, ...] = ()
    bodiless: tuple[Bodiless, ...] = ()
    stated: tuple[str, ...] = ()
    unsound: tuple[tuple[str, str], ...] = ()
    constants: int = 0


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


class LibraryPart(Reply):
    """A part of the library document, base64, and how many there are."""

    bytes: str
    parts: int


class ProofDocuments(Reply):
    """What a statement and a proof declare, two texts in the format of `docs/export-format.md`, or what Lean says."""

    messages: tuple[Message, ...]
    statement: str = ""
    candidate: str = ""


def encode(number: int, request: Request) -> bytes:
    """Return the frame of a request."""
    body = f'{{"id":{number},'.encode() + request.model_dump_json(by_alias=True).encode()[1:]
    return HEADER.pack(len(body)) + body

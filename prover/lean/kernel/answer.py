"""What the native kernel says about a proof, as its process sends it: one JSON object."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import StrEnum

VERSION = "4.35.0"
NAME = f"native {VERSION}"
LONGEST_MESSAGE = 500
MOST_THEOREMS = 10_000


class KernelReason(StrEnum):
    """Why a proof is not accepted."""

    NONE = ""
    DOCUMENT = "document"  # the candidate is not a document of the format, or needs what no proof may need
    AXIOMS = "axioms"  # it rests on something that is not trusted
    KERNEL = "kernel"  # the kernel refuses a declaration of the proof
    LIMIT = "limit"  # the kernel gave up: heartbeats, depth, memory, time
    STATEMENT = "statement"  # the statement itself does not pass; says nothing about the proof
    UNSUPPORTED = "unsupported by the native kernel"  # another kernel has to decide


@dataclass(frozen=True, slots=True)
class Outcome:
    """A verdict on one statement and one candidate.

    `axioms` are the standard axioms that the proof may rest on, all three where it uses a theorem of the library,
    whose proof no kernel has seen; `theorems` are the names of these, sorted. `constants` counts what was loaded.
    """

    accepted: bool
    reason: KernelReason = KernelReason.NONE
    message: str = ""
    axioms: tuple[str, ...] = ()
    theorems: tuple[str, ...] = ()
    constants: int = 0

    def encode(self, nonce: str) -> bytes:
        """Return the answer to the request with a nonce."""
        # Names of a candidate may stand in the message: nothing in them may steer a terminal.
        message = "".join(c if c.isprintable() else "?" for c in self.message[:LONGEST_MESSAGE])
        fields = asdict(self) | {"message": message, "nonce": nonce, "kernel": NAME}
        return json.dumps(fields, ensure_ascii=True).encode("ascii")


class Refused(Exception):
    """Why a proof or a statement is refused; becomes an `Outcome`."""

    def __init__(self, reason: KernelReason, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message

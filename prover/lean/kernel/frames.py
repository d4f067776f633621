"""The wire to the kernel process: one request, one answer.

A request is a header and two documents; the answer is four bytes of length and JSON (`answer.Outcome.encode`).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

REQUEST = struct.Struct("<32sQIIIII")
ANSWER = struct.Struct("<I")
LARGEST_ANSWER = 2**22


@dataclass(frozen=True, slots=True)
class Request:
    """What a verdict may cost, and the documents. `nonce` has 32 hexadecimal digits and comes back with the answer."""

    nonce: str
    heartbeats: int  # of one declaration, as the kernel counts: allocations of small objects
    depth: int  # of the kernel's recursion
    seconds: int  # of CPU, in all
    memory_mb: int
    statement: bytes
    candidate: bytes

    def header(self) -> bytes:
        return REQUEST.pack(
            self.nonce.encode("ascii"),
            self.heartbeats,
            self.depth,
            self.seconds,
            self.memory_mb,
            len(self.statement),
            len(self.candidate),
        )

"""What the native kernel says about a proof."""

from __future__ import annotations

from enum import StrEnum

from prover.lean.kernel.native import VERSION
from prover.types import Frozen

NAME = f"native {VERSION}"


class KernelReason(StrEnum):
    """Why a proof is not accepted."""

    NONE = ""
    DOCUMENT = "document"  # the statement or the candidate is not a document of the format, or breaks a rule of it
    AXIOMS = "axioms"  # it rests on something that is not trusted
    KERNEL = "kernel"  # the kernel refuses a declaration
    LIMIT = "limit"  # the kernel gave up: heartbeats, depth, memory, time
    STATEMENT = "statement"  # the statement itself does not pass; says nothing about the proof
    UNSUPPORTED = "unsupported by the native kernel"  # another kernel has to decide


class KernelAnswer(Frozen):
    """A verdict on one statement and one candidate.

    `axioms` are the standard axioms that the proof may rest on, all three where it uses a theorem of the library,
    whose proof no kernel has seen; `theorems` are the names of these, sorted.
    """

    accepted: bool
    reason: KernelReason = KernelReason.NONE
    message: str = ""
    axioms: tuple[str, ...] = ()
    theorems: tuple[str, ...] = ()
    constants: int = 0
    kernel: str = NAME

"""What the replay program reports of a compiled candidate, and what of it speaks against the proof.

Mirrors the last lines of `lean_project/Replay.lean`.
"""

from __future__ import annotations

from prover.lean.embedded.trust import STANDARD_AXIOMS
from prover.types import Frozen, RejectReason


class Constant(Frozen):
    """A constant that the candidate declares and the trusted file does not, or the theorem in question itself."""

    name: str
    kind: str
    safe: bool


class ReplayFacts(Frozen):
    """One line of JSON; `nonce` is the one that the program was given, so that no output of a proof is taken for it."""

    nonce: str
    name: str
    difference: str | None
    fresh: tuple[Constant, ...]
    axioms: tuple[str, ...]
    missing: tuple[str, ...]
    kernel: str | None
    typeDigest: str


def reject_reason(facts: ReplayFacts, is_block: bool) -> tuple[RejectReason, str] | None:
    """Return why a proof is not accepted, or None. A block of tactics declares nothing but its theorem's own parts."""
    if facts.kernel is not None:
        return RejectReason.KERNEL, f"the kernel refuses the proof: {facts.kernel}"
    if facts.difference is not None:
        return RejectReason.CHANGED, facts.difference
    if facts.missing:
        return RejectReason.CHANGED, f"the proof uses constants that do not exist: {', '.join(facts.missing[:3])}"
    for constant in facts.fresh:
        if is_block and not _belongs(constant.name, facts.name):
            return RejectReason.SYNTAX, f"the proof ends its theorem and goes on with other commands: {constant.name}"
    for axiom in facts.axioms:
        if axiom == "sorryAx":
            return RejectReason.INCOMPLETE, "the proof rests on sorryAx: it leaves something out"
        if axiom not in STANDARD_AXIOMS:
            return RejectReason.AXIOMS, f"the proof rests on {axiom}, which is not trusted"
    return None


def _belongs(name: str, theorem: str) -> bool:
    """Tell whether Lean made a constant on the way to a theorem: `t.match_1`, `_private.0.t._proof_1`."""
    parts = name.split(".")
    return name == theorem or name.startswith(f"{theorem}.") or any(part.startswith("_") for part in parts)

"""Tell a proof that fails in a tactic which `core` only imitates from one that is wrong.

`norm_num` in `core` is not Mathlib's: what it does not prove, Mathlib's may. A verdict on such a proof says
`unsupported`, so that a count of correct proofs does not take it for a mistake of the proof. `ring`,
`linear_combination` and `linarith` decide what Mathlib's decide, so a proof that fails in one of them is wrong, unless
the tactic gave up. `nlinarith` has no such standard: it tries other products than Mathlib's.
"""

from __future__ import annotations

import re

from prover.lean.core.absent import absent_tactics
from prover.lean.core.catalogue import imitated_tactics
from prover.types import Problem, Rejection, RejectReason

_LINE = re.compile(r"line (\d+) of statement and proof")
_PRODUCTS = re.compile(r"\bnlinarith found no certificate")
_GAVE_UP = re.compile(r"\ba polynomial of too many terms|\bthe arithmetic takes too long")
_DECIDED = re.compile(r"\blinarith found no certificate|\blinear_combination:|\b(?:ring|linear_combination) proves eq")
"""What tactics of the driver say when they fail or give up: such messages have no place in the source."""
_SIMPLIFIES = ("norm_num", "push_neg")
_REASONS = (RejectReason.ELABORATION, RejectReason.INCOMPLETE, RejectReason.LIMIT, RejectReason.SYNTAX)


def unsupported(problem: Problem, proof: str, rejection: Rejection) -> Rejection:
    """Return the rejection, with the reason `unsupported` where a proof in `core` failed in an imitated tactic."""
    if problem.context != "core" or rejection.reason not in _REASONS:
        return rejection
    whose = _whose(problem, proof, rejection)
    if whose is None:
        return rejection
    message = f"{whose}: judge it with --context mathlib. {rejection.message}"
    return rejection.model_copy(update={"reason": RejectReason.UNSUPPORTED, "message": message})


def _whose(problem: Problem, proof: str, rejection: Rejection) -> str | None:
    """Say in which tactic that is not Mathlib's a proof failed, or return None."""
    if rejection.reason is RejectReason.ELABORATION:
        if _PRODUCTS.search(rejection.message):
            return "`nlinarith` of `core` tries other products than Mathlib's, which may prove this"
        if _GAVE_UP.search(rejection.message):
            return "the arithmetic of `core` gave up where Mathlib's may not"
        if _DECIDED.search(rejection.message):
            return None
    tactic = _failing(problem, proof, rejection)
    if tactic is None:
        return None
    if tactic in imitated_tactics():
        return f"`{tactic}` of `core` is not Mathlib's, which may prove this"
    return f"`{tactic}` is Mathlib's, and `core` has none"


def _failing(problem: Problem, proof: str, rejection: Rejection) -> str | None:
    """Return the tactic of Mathlib's in which a proof failed, if it is one."""
    match = _LINE.search(rejection.message)
    if match is None:
        return None
    lines = _text(problem, proof)
    line = lines[int(match[1]) - 1] if 0 < int(match[1]) <= len(lines) else ""
    if rejection.reason is RejectReason.SYNTAX:
        return _first(line, absent_tactics())
    if rejection.reason is RejectReason.INCOMPLETE:  # a step before left the goal in another form
        return _first("\n".join(lines), _SIMPLIFIES)
    return _first(line, tuple(imitated_tactics()))


def _text(problem: Problem, proof: str) -> list[str]:
    """Return the lines that Lean counted: a block stands below its statement, a file alone."""
    if re.search(r"^\s*(?:theorem|lemma)\s", proof, re.MULTILINE):
        return proof.split("\n")
    body = re.sub(r"\A\s*by\b[ \t]*\n?", "", proof).strip("\n")
    return [*problem.statement.rstrip().split("\n"), *body.split("\n")]


def _first(text: str, names: tuple[str, ...]) -> str | None:
    found = [
        (match.start(), name)
        for name in names
        if (match := re.search(rf"(?<![\w.]){re.escape(name)}(?![\w'!?])", text)) is not None
    ]
    return min(found)[1] if found else None

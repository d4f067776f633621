"""What is wrong with a proof, found in what its elaboration process reports; the first finding is the reason of a
rejection. That nothing is found accepts nothing: the kernel decides.
"""

from __future__ import annotations

import re

from prover.lean.embedded import wire
from prover.types import RejectReason

Finding = tuple[RejectReason, str]

_LIMIT = re.compile(r"deterministic\)? timeout|maximum recursion depth|deep recursion|excessive memory")
_HEARTBEATS = re.compile(r"maximum number of heartbeats|\(kernel\) deterministic timeout")
_HOLES = frozenset(
    f"Lean.Parser.{kind}"
    for kind in (
        "Tactic.tacticSorry",
        "Tactic.tacticAdmit",
        "Tactic.tacticStop_",
        "Tactic.Grind.sorry",
        "Tactic.Grind.grindAdmit",
        "Term.sorry",
    )
)


def reject_reason(facts: wire.Facts) -> Finding | None:
    """Return why a proof is not accepted, or None if the kernel has to be asked."""
    for look in (_refused, _elaboration, _difference, _foreign):
        found = look(facts)
        if found is not None:
            return found
    return None


def _refused(facts: wire.Facts) -> Finding | None:
    refusal = facts.refused
    if refusal is None:
        return None
    if refusal.stage == "syntax":
        at = f" (line {refusal.at.line} of statement and proof)" if refusal.at is not None and refusal.at.line else ""
        return RejectReason.SYNTAX, f"the proof does not parse{at}: {refusal.what}"
    what = refusal.what.removeprefix("Lean.Parser.")
    if refusal.what in _HOLES or refusal.what.endswith("sorryAx"):
        return RejectReason.INCOMPLETE, f"the proof contains {what}"
    return RejectReason.FORBIDDEN, f"no proof may contain this {refusal.stage}: {what}"


def _elaboration(facts: wire.Facts) -> Finding | None:
    errors = [message for message in facts.messages if message.severity == "error"]
    if not errors:
        return None
    error = errors[0]
    reason = RejectReason.ELABORATION
    if _LIMIT.search(error.text):
        reason = RejectReason.LIMIT
    elif "unsolved goals" in error.text:
        reason = RejectReason.INCOMPLETE
    hint = "; raise --heartbeats" if _HEARTBEATS.search(error.text) else ""
    return reason, f"line {error.line} of statement and proof: {error.text}{hint}"


def _difference(facts: wire.Facts) -> Finding | None:
    return None if facts.difference is None else (RejectReason.CHANGED, facts.difference)


def _foreign(facts: wire.Facts) -> Finding | None:
    for made in facts.foreign:
        return RejectReason.AXIOMS, f"{made.name} is neither a theorem nor a safe definition ({made.kind})"
    return None

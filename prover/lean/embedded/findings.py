"""What is wrong with a proof, found in the facts that the driver reports; the first finding is the reason of a
rejection.
"""

from __future__ import annotations

import re

from prover.lean.embedded import wire
from prover.lean.embedded.trust import is_trusted
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
_DEFINITION = ("theorem", "def")
# What a problem's header may declare besides; the kernel makes them from an inductive declaration, and checks it.
_TYPE = ("inductive", "constructor", "recursor")


def first_finding(facts: wire.Facts) -> Finding | None:
    """Return why a proof is not accepted, or None if nothing speaks against it."""
    for look in (_refused, _elaboration, _difference, _foundations, _kernel):
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
    if facts.difference is not None:
        return RejectReason.CHANGED, facts.difference
    if facts.missing:
        return RejectReason.CHANGED, f"the proof uses constants that do not exist: {', '.join(facts.missing[:3])}"
    return None


def _foundations(facts: wire.Facts) -> Finding | None:
    statement = frozenset(facts.statementUses)
    for constant in facts.bodiless:
        if not is_trusted(constant, statement):
            reason = RejectReason.INCOMPLETE if constant.name == "sorryAx" else RejectReason.AXIOMS
            return reason, f"the proof rests on {constant.name}, which is not trusted"
    for fresh in facts.fresh:
        known = fresh.kind in _DEFINITION or (fresh.given and fresh.kind in _TYPE)
        if not known or not fresh.safe:
            return RejectReason.AXIOMS, f"{fresh.name} is neither a theorem nor a safe definition ({fresh.kind})"
    return None


def _kernel(facts: wire.Facts) -> Finding | None:
    if facts.kernel is None:
        return None
    return (RejectReason.LIMIT if _LIMIT.search(facts.kernel) else RejectReason.KERNEL), facts.kernel

"""State a goal inside a proof as a theorem of its own, from what Lean prints of it.

What is printed need not read back as the same: nothing rests on that, since a proof found for the theorem counts only
once it goes through in the place where the goal came from.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from prover.errors import StatementError
from prover.lean.context import CORE_VARIABLE
from prover.lean.goals import parse_goal
from prover.lean.repl_connection import mentions_metavariable

_INACCESSIBLE = re.compile(r"([^\s()\[\]{}:,⟨⟩✝]*)✝[⁰¹²³⁴⁵⁶⁷⁸⁹]*")
_WORD = re.compile(r"[^\s()\[\]{}:,⟨⟩]+")
# The context's own variable, which it puts in front of a statement itself; Lean prints it with and without namespace.
_GIVEN = {CORE_VARIABLE.removeprefix("variable [").removesuffix("]"), "Reals"}


@dataclass(frozen=True, slots=True)
class Apart:
    """A goal as a theorem, and the names that stand in it for hypotheses without one, in the order of the context."""

    statement: str
    renamed: tuple[str, ...]

    def naming(self, proof: str) -> list[str]:
        """Return the tactic that gives hypotheses the names by which a proof calls them, if it calls any."""
        used = set(re.split(r"[\s()\[\]{}:,⟨⟩.;·|]+", proof))
        return [f"rename_i {' '.join(self.renamed)}"] if used & set(self.renamed) else []


def apart(printed: str, theorem: str) -> Apart:
    """Return the theorem of a printed goal. Raises `StatementError` for a goal that is none by itself."""
    if mentions_metavariable(printed):
        raise StatementError("its goal depends on something that is still open, so it cannot be proved by itself")
    printed = re.sub(r"\Acase .*\n", "", printed)
    taken = set(_WORD.findall(printed))
    fresh: dict[str, str] = {}
    for match in _INACCESSIBLE.finditer(printed):
        if match[0] not in fresh:
            fresh[match[0]] = _unused(match[1] or "x", taken)
    goal = parse_goal(_INACCESSIBLE.sub(lambda match: fresh[match[0]], printed))
    binders = []
    for hypothesis in goal.hypotheses:
        if hypothesis.value is not None or not hypothesis.names:
            names = " ".join(hypothesis.names)
            raise StatementError(f"its goal has a local definition ({names}), which this cannot state")
        if set(hypothesis.names) <= {new for old, new in fresh.items() if old.startswith("inst✝")}:
            binders += [f"[{hypothesis.type}]"] if hypothesis.type not in _GIVEN else []
        else:
            binders.append(f"({' '.join(hypothesis.names)} : {hypothesis.type})")
    every = (name for hypothesis in goal.hypotheses for name in hypothesis.names)
    renamed = tuple(name for name in every if name in fresh.values())
    return Apart(f"theorem {' '.join([theorem, *binders])} : {goal.target} := by", renamed)


def _unused(base: str, taken: set[str]) -> str:
    number = 1
    while f"{base}_{number}" in taken:
        number += 1
    taken.add(f"{base}_{number}")
    return f"{base}_{number}"

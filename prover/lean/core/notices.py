"""One line wherever `core` might be taken for Mathlib."""

from __future__ import annotations

import re
from collections.abc import Iterable

from prover.types import Problem

_MATHLIB = re.compile(r"^\s*import\s+Mathlib\b", re.MULTILINE)
RESTATES = "`prover export PROOF --context mathlib --out FILE.lean`"
OTHER_WORLD = f"{RESTATES} restates a proof for Mathlib, --context mathlib searches there"


def asks_for_mathlib(text: str) -> bool:
    """Tell whether a text imports Mathlib."""
    return _MATHLIB.search(text) is not None


def dropped_header(problems: Iterable[Problem]) -> str | None:
    """Return what to say where problems name Mathlib in their header and are read in `core`, or None."""
    names = [problem.name for problem in problems if problem.context == "core" and asks_for_mathlib(problem.header)]
    if not names:
        return None
    whose = names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
    return (
        f"{whose}: `import Mathlib` is left out, the statement is read in `core`, which is not Mathlib; {OTHER_WORLD}"
    )


def judged_in_core(file: str) -> str:
    """Return what to say of a file that imports Mathlib and was filled with proofs judged in `core`."""
    return (
        f"{file} imports Mathlib, and its proofs were judged in `core`, which is not Mathlib: a tactic of the same "
        f"name may do something else there; {OTHER_WORLD}"
    )


def written_for(context: str) -> str:
    """Return the comment at the head of a file with proofs that says which world it is for."""
    if context == "core":
        return (
            "-- For proofsmith's `core` prelude, not for Mathlib: it does not compile there.\n"
            f"-- {RESTATES} writes it for Mathlib."
        )
    return f"-- For the context {context}."


def written(file: str, context: str) -> str:
    """Return what to say of a file of proofs that was written: which world it is for, and how to get the other."""
    if context != "core":
        return f"{file} is for the context {context}"
    restated = RESTATES.replace("PROOF", file).replace("FILE.lean", "ForMathlib.lean")
    return f"{file} is for `core`, where `prover verify` accepts it, not for Mathlib; for Mathlib: {restated}"


def not_there(names: Iterable[str]) -> str:
    """Return what to say of proofs in a file for Mathlib that use what Mathlib lacks."""
    return f"Mathlib lacks {', '.join(f'`{name}`' for name in names)}: those proofs do not compile there"

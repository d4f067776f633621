"""The contexts of native Lean: the prelude as a library, and Mathlib with the names open that problems expect."""

from __future__ import annotations

import re
from dataclasses import dataclass

from prover.errors import UsageError
from prover.lean.context import BINDS_NAMES, CORE_OPENS, CORE_VARIABLE, STRICT_NAMES, Context, context
from prover.lean.native.toolchain import CURRENT, PUBLISHED
from prover.lean.source_text import within_strings
from prover.types import Problem

MATHLIB_OPENS = "open BigOperators Real Nat Topology Rat"
"""What the upstream miniF2F files open, for a problem that brings no header of its own."""
# Longer than a letter, an unknown name in a statement is an error in any case.
_NO_NEW_NAMES = "set_option relaxedAutoImplicit false"
_NOT_OURS = re.compile(r"^\s*(import\s.*|set_option\s+(?:maxHeartbeats|maxRecDepth)\s.*)$")


@dataclass(frozen=True, slots=True)
class MathlibContext(Context):
    """Mathlib. A problem's own header replaces the usual one, without its imports and its limits.

    `source` names the release, so that the hash of the context tells one from another; nothing elaborates it.
    """

    def header(self, problem: Problem, below: str = "") -> str:
        """Return the Lean source that stands between the imports and the statement of a problem."""
        inside = within_strings(problem.header)
        own = [
            line
            for number, line in enumerate(problem.header.split("\n"))
            if number in inside or (line.strip() and not _NOT_OURS.match(line))
        ]
        opened = any(line.lstrip().startswith("open ") for line in own)
        names = [_NO_NEW_NAMES, BINDS_NAMES if problem.auto_implicit else STRICT_NAMES]
        return "\n".join([*names, *own] if opened else [*names, self.opens, *own])


def native_context(name: str) -> Context:
    """Return a context of native Lean by name. Raises `UsageError` for a name that is not known."""
    if name == "core":
        return Context("core", ("Core.Full",), context("core").source, CORE_OPENS, CORE_VARIABLE)
    if name in ("mathlib", "mathlib-v4.9"):
        release = CURRENT if name == "mathlib" else PUBLISHED
        return MathlibContext(name, ("Mathlib",), f"Mathlib {release}", MATHLIB_OPENS)
    raise UsageError(f"there is no context {name!r} for native Lean; choose from core, mathlib, mathlib-v4.9")

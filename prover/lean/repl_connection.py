"""What native Lean and LeanDojo have in common: goals as printed text, numbered states that no step ever changes.

A connection speaks to one Lean process at a time. It does not know moves, parts or trails: `repl_session.py` makes a
session of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol

from prover.lean.block import indent
from prover.lean.source_text import blanked
from prover.types import LeanInfo, Problem
from search.types import RejectionKind

_GIVES_UP = re.compile(r"\b(sorry|admit|sorryAx|stop)\b")
_HEARTBEATS = re.compile(r"\(deterministic\) timeout|maximum number of heartbeats")
# What Lean prints for a metavariable: `?w`, `?m.123`, `?left✝`.
_METAVARIABLE = re.compile(r"(?<![\w.\]])\?[\w✝]")
_OPTION = re.compile(r"(\bset_option\s+(?:synthInstance\.)?maxHeartbeats\s+)(\d+)")


@dataclass(frozen=True, slots=True)
class Reached:
    """A state that a tactic led to: its number and all of its goals in order; none are left when it is proved.

    `heartbeats`, in thousands, is 0 where the backend does not say what a step took.
    """

    number: int
    goals: tuple[str, ...]
    heartbeats: int = 0


@dataclass(frozen=True, slots=True)
class Refused:
    """A tactic that was not carried out; `kind` is a verdict, `error` or `heartbeats`."""

    message: str
    kind: RejectionKind = RejectionKind.ERROR
    heartbeats: int = 0


Answer = Reached | Refused


class ReplConnection(Protocol):
    """A connection to one Lean process. What ends the process raises `WorkerDied`; the next call starts another."""

    def open(self, problem: Problem) -> Reached:
        """State a problem. Raises `StatementError` with Lean's message if it does not elaborate."""
        ...

    def is_open(self, problem: Problem) -> bool:
        """Tell whether the states that this problem led to can still be continued."""
        ...

    def run(self, problem: Problem, number: int, block: str) -> Answer:
        """Run a block of tactics on all goals of a state. Raises `WorkerDied`."""
        ...

    def drop(self, problem: Problem) -> None:
        """Free what is kept of a problem, as far as the backend can."""
        ...

    def resident_mb(self) -> float:
        """Return the resident memory of the process, children included."""
        ...

    @property
    def info(self) -> LeanInfo: ...

    def interrupt(self) -> None:
        """End the process while it is asked something. May be called from any thread."""
        ...

    def close(self) -> None:
        """End the process; nothing happens if none runs."""
        ...


def on_first_goal(block: str) -> str:
    """Return a tactic that runs a block on the first goal alone and leaves what remains of it in front."""
    return f"focus\n{indent(block, 2)}"


def gives_up(tactic: str) -> str | None:
    """Return the word by which a tactic leaves a hole, or None. Comments and strings do not count."""
    found = _GIVES_UP.search(blanked(tactic)[0])
    return found.group(1) if found else None


def mentions_metavariable(goal: str) -> bool:
    """Tell whether a printed goal depends on something that is still open."""
    return _METAVARIABLE.search(goal) is not None


def clamped(source: str, heartbeats: int) -> str:
    """Return source in which no `set_option maxHeartbeats` buys more than a limit; for Lean, 0 is no limit at all."""

    def smaller(match: re.Match[str]) -> str:
        return match.group(0) if 0 < int(match.group(2)) <= heartbeats else f"{match.group(1)}{heartbeats}"

    return _OPTION.sub(smaller, source)


def refused(message: str, limit: int) -> Refused:
    """Return a refusal with its kind read off Lean's message; a limit names the option that raises it."""
    text = message.strip() or "Lean refuses the tactic and does not say why"
    if _HEARTBEATS.search(text):
        hint = f"(the limit of a step is {limit} thousand; raise --heartbeats)"
        return Refused(f"{text} {hint}", RejectionKind.HEARTBEATS)
    return Refused(text)

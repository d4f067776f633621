"""The search for counterexamples, in helper processes: it only computes, and would keep every other search waiting.

The first short search of a process is made in the process itself: who proves one statement does not wait for a helper
to start. What is found is the same in both places.
"""

from __future__ import annotations

import atexit
import os
import sys
import threading
from dataclasses import dataclass, field
from typing import Any

from prover.helpers import Helpers, serve
from prover.lean.goals import parse_goal
from prover.refute.kinds import Kind
from prover.refute.search import Found, simplest_found
from prover.refute.slots import Claim, claim
from prover.refute.syntax import Unread
from prover.refute.witnesses import read_witness
from prover.states import Goal

MEMORY_MB = 2_000
"""The most that a helper may take; usually it takes 40."""
MOST_HELPERS = 4
"""One feeds some 400 steps a second; there are no more of them than cores."""
SHORT = 2_000
"""So many evaluations take some milliseconds. They have a helper of their own, not to wait for seconds behind the long
searches for statements that were not proved."""
SECONDS, EVALUATIONS_A_SECOND = 20.0, 2_000
"""How long a helper is waited for. It counts its work; the clock is a guard."""


@dataclass
class _Outside:
    """The helpers of this process, and whether this process has searched before."""

    short: Helpers = field(default_factory=lambda: Helpers("prover.refute.outside", MEMORY_MB, 1))
    helpers: Helpers = field(default_factory=lambda: Helpers("prover.refute.outside", MEMORY_MB, _most()))
    lock: threading.Lock = field(default_factory=threading.Lock)
    used: bool = False

    def first(self) -> bool:
        with self.lock:
            first, self.used = not self.used, True
        if first:
            atexit.register(self.short.close)
            atexit.register(self.helpers.close)
        return first


def _most() -> int:
    return min(MOST_HELPERS, os.cpu_count() or 1)


_OUTSIDE = _Outside()


def read_claim(goal: Goal) -> Claim:
    """Return what a goal claims; type variables stand for `Bool`. Raises `Unread`."""
    return claim(goal, Kind("Bool"))


def find(goal: Goal, evaluations: int, most: int, kept: int) -> tuple[Claim, list[Found]]:
    """Return what a goal claims and counterexamples to it: of the first `most` the `kept` simplest. Raises `Unread`.

    A helper that dies is asked once more; after that nothing is found.
    """
    asked = read_claim(goal)
    if _OUTSIDE.first() and evaluations <= SHORT:
        return asked, simplest_found(asked, evaluations, most, kept)
    helpers = _OUTSIDE.short if evaluations <= SHORT else _OUTSIDE.helpers
    request = {"goal": goal.text, "evaluations": evaluations, "most": most, "kept": kept}
    for _ in range(2):
        answer = helpers.ask(request, SECONDS + evaluations / EVALUATIONS_A_SECOND)
        if answer is not None:
            break
    else:
        return asked, []
    values = asked.values
    rows = (zip(values, texts, strict=True) for texts in answer)
    return asked, [Found(tuple((value, read_witness(value.kind, text)) for value, text in row)) for row in rows]


def answer(request: dict[str, Any]) -> list[list[str]]:
    """Return the texts of witnesses for each counterexample that is kept; nothing where the goal is not read."""
    try:
        asked = read_claim(parse_goal(request["goal"]))
        found = simplest_found(asked, request["evaluations"], request["most"], request["kept"])
    except Unread:
        return []
    return [[witness.text for _, witness in candidate.chosen] for candidate in found]


if __name__ == "__main__":
    serve(answer, int(sys.argv[1]))

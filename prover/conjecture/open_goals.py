"""Goals that a search left open, and goals it proved on the way to no proof, as theorems of their own.

Subgoals as statements: SubgoalXL (Zhao et al. 2024, 2408.11172); goals of failed searches as data for the
next round: Polu et al. 2022 (2202.01344).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from prover.conjecture.conjecturer import Conjecture, Conjecturer, Seed, conjectured
from prover.lean.goals import parse_goal
from prover.registry import Entry
from search.tree import Status

LONGEST = 600
"""Characters of a goal: longer ones are seldom about one thing."""
_GIVEN = re.compile(r"Reals")
_HIDDEN = re.compile(r"([\w']+)✝([⁰¹²³⁴-⁹]*)")
_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


class OpenGoals:
    """States of failed searches, shallow ones first."""

    name = "open-goals"

    def propose(self, seeds: Sequence[Seed]) -> Iterator[Conjecture]:
        """Yield the goals of the states below the root of searches without a proof."""
        found = [(state.depth, seed, state) for seed in seeds if not seed.proved for state in seed.states]
        for depth, seed, state in sorted(found, key=lambda row: row[0]):
            if depth == 0 or len(state.goals) != 1:
                continue
            body = stated(state.goals[0])
            if body is not None:
                rule = "goal proved in a failed search" if state.status is Status.PROVED else "open goal"
                yield conjectured(seed.problem, body, seed.problem.header, self.name, rule)


def stated(text: str) -> str | None:
    """Return a printed goal as binders and conclusion, None for one that cannot be written so.

    Printing loses types and instances: what it says when it is read again is for Lean to decide, and may be another
    statement, which is then the conjecture. Local definitions and metavariables cannot be written.
    """
    if len(text) > LONGEST or "?" in text or "sorry" in text or "…" in text:
        return None
    goal = parse_goal(_HIDDEN.sub(lambda match: f"{match[1]}_{match[2].translate(_DIGITS)}i", text))
    binders = []
    for hypothesis in goal.hypotheses:
        if not hypothesis.names:
            return None
        if hypothesis.value is not None:
            return None
        if all(name.startswith("inst_") for name in hypothesis.names):
            if not _GIVEN.search(hypothesis.type):
                binders.append(f"[{hypothesis.type}]")
            continue
        binders.append(f"({' '.join(hypothesis.names)} : {hypothesis.type})")
    return f"{' '.join(binders)} : {goal.target}".strip() if goal.target else None


def _make(settings: object, spec: object) -> Conjecturer:
    return OpenGoals()


ENTRY = Entry(name="open-goals", summary="goals of failed searches as theorems of their own", make=_make)

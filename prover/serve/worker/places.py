"""The goals at a line of a file, and what tactics would do there: what an editor shows, without an editor.

The proof is run up to the line, with a tactic in its place that fails and shows the goals. Nothing below the line
matters, and nothing of it is a verdict.
"""

from __future__ import annotations

from dataclasses import dataclass

from prover.errors import InputError
from prover.lean.block import readings
from prover.lean.pool import Pool
from prover.lean.source_text import declared
from prover.serve.worker.answers import GoalsAt, TriedAt
from prover.serve.worker.jobs import TryJob
from prover.serve.worker.snippets import Refusal, theorems
from prover.types import Problem, ProofState
from search.types import Rejected, Solved

MARK = "proofsmith: the goals at this line"
_FAIL = f'fail "{MARK}"'


@dataclass(frozen=True, slots=True)
class Place:
    """A line in the proof of a theorem: the proof's lines above it, its own, and how far it is indented."""

    problem: Problem
    above: tuple[str, ...]
    line: str
    indent: str


def goals_at(text: str, line: int, context: str, pool: Pool) -> GoalsAt:
    """Return the goals before and after a line, from 1. Raises `InputError`, `StatementError`."""
    place = _place(text, line, context)
    root = pool.start(place.problem)
    before, said = _goals(pool, root, [*place.above, f"{place.indent}{_FAIL}"])
    after, later = _goals(pool, root, [*place.above, place.line, f"{place.indent}{_FAIL}"])
    return GoalsAt(line_context=place.line.strip(), before=before, after=after, message=said or later)


def tried_at(job: TryJob, context: str, pool: Pool) -> tuple[TriedAt, ...]:
    """Return what each snippet would do in the place of a line. Raises `InputError`, `StatementError`."""
    place = _place(job.text, job.line, context)
    root = pool.start(place.problem)
    found: list[TriedAt] = []
    for snippet in job.snippets:
        own = [f"{place.indent}{part}" if part.strip() else "" for part in snippet.strip("\n").split("\n")]
        goals, said = _goals(pool, root, [*place.above, *own, f"{place.indent}{_FAIL}"])
        found.append(TriedAt(snippet=snippet, goals=goals, message=said))
    return tuple(found)


def _place(text: str, line: int, context: str) -> Place:
    lines = text.split("\n")
    if not 1 <= line <= len(lines):
        raise InputError(f"the file has {len(lines)} lines; there is no line {line}")
    starts = {found.start: found for found in declared(text)}
    try:
        stated = theorems(text, context)
    except Refusal as refusal:
        raise InputError(str(refusal)) from refusal
    for theorem in stated:
        found = next((each for each in starts.values() if each.start <= theorem.start < each.proof), None)
        if found is None:
            continue
        first, last = text.count("\n", 0, found.proof) + 1, text.count("\n", 0, found.end) + 1
        if not first <= line <= last or not found.by:
            continue
        behind = text[found.proof : text.find("\n", found.proof) if "\n" in text[found.proof :] else len(text)]
        above = [] if line == first or not behind.strip() else [behind]
        above += lines[first : line - 1]
        shown = behind if line == first else lines[line - 1]
        indent = shown[: len(shown) - len(shown.lstrip())] if line != first else ""
        if not shown.strip():
            indent = _indent(above)
        return Place(theorem.problem, tuple(above), shown, indent)
    raise InputError(f"line {line} is in no proof by tactics")


def _indent(above: list[str]) -> str:
    last = next((line for line in reversed(above) if line.strip()), "")
    return last[: len(last) - len(last.lstrip())]


def _goals(pool: Pool, root: ProofState, lines: list[str]) -> tuple[tuple[str, ...] | None, str]:
    """Return the goals that the failing tactic shows, or None and what Lean says before it gets there."""
    said = ""
    for reading in readings("\n".join(lines)):
        step = pool.step(root, reading)
        if isinstance(step, Solved):
            return (), ""
        if isinstance(step, Rejected):
            if MARK in step.reason:
                shown = step.reason.partition(MARK)[2].strip("\n")
                return tuple(goal for goal in shown.split("\n\n") if goal.strip()), ""
            said = said or step.reason
    return None, said or "Lean does not get to this line"

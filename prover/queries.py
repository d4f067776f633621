"""Queries (`exact?`, `simp?`, `rw?`, …) are replaced by what Lean answers to them, before a proof counts.

A query asks Lean for a tactic and, where it finds one, continues with it. A proof that keeps the query is slow, breaks
with every new version of the library and teaches nothing. The answers are what Lean remarked at the step ("Try this:
…"); one of them takes the place of the query if it leads to the same goals.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from prover.lean.pool import Pool
from prover.types import ProofState
from search.proof import Proof
from search.types import Advanced, Rejected, Solved, Step

_PLAIN = (
    "simp",
    "simp_all",
    "simpa",
    "dsimp",
    "grind",
    "omega",
    "norm_num",
    "decide",
    "aesop",
    "simp_rw",
    "simp_arith",
)
_ASKING = ("exact", "apply", "rw", "try", "solve_by_elim", "have", "observe", "rcases", "rintro", "cases", *_PLAIN)
# Where a tactic begins, any word with a question mark is a query; elsewhere it may be a function such as `find?`.
_BEGINS = r"^[ \t]*|(?:[;·|]|<;>|\bby|\btry|\brepeat|\ball_goals|\bany_goals|\bfirst)[ \t]*"
_QUERY = re.compile(
    rf"(?<![\w.?'«])(?:(?:{'|'.join(_ASKING)})\?{{1,2}}(?![\w?'])|show_term(?![\w?'!.]))"
    rf"|(?:{_BEGINS})(?<![\w.?'«])(?P<word>[A-Za-z_]\w*\?{{1,2}}(?![\w?'])|(?:hint|polyrith)(?![\w?'!.]))",
    re.MULTILINE,
)
_MARK = re.compile(r"^\s*(?:\[apply\]|•)[ ]?", re.MULTILINE)
_UNUSABLE = re.compile(r"\b(?:sorry|admit|expose_names)\b")
_MOST_TRIES = 24


def asks(tactic: str) -> bool:
    """Tell whether a tactic holds a query."""
    return _QUERY.search(_blanked(tactic)) is not None


def answers(said: tuple[str, ...]) -> tuple[str, ...]:
    """Return the tactics that Lean's remarks suggest, in their order, each once."""
    found: list[str] = []
    for remark in said:
        if not remark.startswith(("Try this", "Try these")):
            continue
        body = remark.partition(":")[2]
        for text in _MARK.split(body)[1:] or [body]:
            lines = [line for line in text.split("\n") if not line.strip().startswith("--")]
            answer = _dedented(lines)
            if answer and answer not in found and _UNUSABLE.search(answer) is None and not asks(answer):
                found.append(answer)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Unanswered(Exception):
    """A query whose answers do not do what it did; the message says which."""

    tactic: str

    def __str__(self) -> str:
        return f"the search ends with the query `{self.tactic}`, and what Lean answers to it does not lead to the same"


def without_queries(proof: Proof[ProofState], pool: Pool) -> Proof[ProofState]:
    """Return a proof whose queries are replaced by their answers. Raises `Unanswered` where that cannot be done."""
    children = tuple(without_queries(child, pool) for child in proof.children)
    action = answered(proof.state, proof.action, pool) if asks(proof.action) else proof.action
    return Proof(proof.state, action, children)


def answered(state: ProofState, tactic: str, pool: Pool) -> str:
    """Return a tactic that does at a state what one with queries does. Raises `Unanswered`."""
    step = pool.step(state, tactic)
    if not isinstance(step, Rejected):
        for candidate in _candidates(tactic, answers(step.said)):
            if not asks(candidate) and _same(step, pool.step(state, candidate)):
                return candidate
    raise Unanswered(tactic)


def _same(one: Step[ProofState], other: Step[ProofState]) -> bool:
    if isinstance(one, Solved):
        return isinstance(other, Solved)
    return isinstance(one, Advanced) and isinstance(other, Advanced) and one.state == other.state


def _candidates(tactic: str, found: tuple[str, ...]) -> Iterator[str]:
    """Give tactics with the queries replaced: one query by each answer, several by as many, then by all of them."""
    places = _places(tactic)
    texts: list[list[str]] = []
    if len(places) == 1:
        texts = [[answer] for answer in found]
        if len(found) > 1:
            texts.append([f"(first | {' | '.join(answer for answer in found if chr(10) not in answer)})"])
    elif len(places) == len(found):
        texts = [list(found)]
    texts.append([_plain(tactic[start:end]) for start, end in places])
    for replacements in texts[:_MOST_TRIES]:
        yield _replaced(tactic, places, replacements)


def _places(tactic: str) -> list[tuple[int, int]]:
    """Return where the queries stand, each with what it is given: up to the end of its tactic."""
    blank = _blanked(tactic)
    found: list[tuple[int, int]] = []
    for match in _QUERY.finditer(blank):
        start = match.start("word") if match["word"] else match.start()
        if found and start < found[-1][1]:
            continue
        depth, end = 0, match.end()
        while end < len(blank):
            mark = blank[end]
            if mark in "([{⟨":
                depth += 1
            elif mark in ")]}⟩":
                depth -= 1
            if depth < 0 or (depth == 0 and (mark in "\n;|" or blank.startswith("<;>", end))):
                break
            end += 1
        found.append((start, start + len(blank[start:end].rstrip())))
    return found


def _replaced(tactic: str, places: list[tuple[int, int]], texts: list[str]) -> str:
    for (start, end), text in reversed(list(zip(places, texts, strict=True))):
        column = start - (tactic.rfind("\n", 0, start) + 1)
        tactic = tactic[:start] + text.replace("\n", "\n" + " " * column) + tactic[end:]
    return tactic


def _plain(query: str) -> str:
    """Return what a query is without its question mark."""
    if query.startswith("show_term"):
        return query.removeprefix("show_term").strip()
    name = query.partition("?")[0]
    return re.sub(r"\?{1,2}", "", query, count=1) if name in _PLAIN else query


def _blanked(tactic: str) -> str:
    """Blank what stands in comments and strings, at equal length."""
    return re.sub(r'--[^\n]*|/-.*?-/|"[^"\n]*"', lambda match: " " * len(match[0]), tactic, flags=re.DOTALL)


def _dedented(lines: list[str]) -> str:
    rest = [line for line in lines[1:] if line.strip()]
    least = min((len(line) - len(line.lstrip()) for line in rest), default=0)
    # Lean indents what follows the first line by the columns of `[apply] `'s own line.
    least = min(least, 2)
    return "\n".join([lines[0].strip(), *(line[least:].rstrip() for line in rest)]).strip() if lines else ""

"""The negation of a problem's statement, as a problem of its own.

What is negated is the closed type of the theorem: `¬ ∀ BINDERS, T`. The context's own variable `[Core.Reals]` stays in
front, so over ℝ what is proved is `∀ [Core.Reals], ¬ S`, S being the statement below the class.
"""

from __future__ import annotations

import re

from prover.lean.source_text import blanked, commands
from prover.refute.syntax import Unread
from prover.types import Problem

_HEAD = re.compile(r"\s*theorem\s+((?:«[^»\n]*»|[^\s:({\[⦃.«]+)(?:\.(?:«[^»\n]*»|[^\s:({\[⦃.«]+))*)")
_OPENING = "([{⟨⦃"
_CLOSING = ")]}⟩⦄"
_VARIABLE = re.compile(r"variable\b\s*")
_BEHIND = re.compile(r"^∀|→|\bforall\b")
# An unknown name in the negation would be bound outside of it.
_STRICT = "set_option autoImplicit false"


def negation(problem: Problem) -> Problem:
    """Return the negated problem. Raises `Unread` for a statement whose shape is not known."""
    name, closed, header = _closed(problem)
    return problem.model_copy(
        update={"name": f"{problem.name}_refuted", "statement": f"theorem {name}_refuted : ¬ ({closed}) := by"}
        | {"header": header}
    )


def closed(problem: Problem) -> Problem:
    """Return the problem with its binders, and the variables of its header, behind the colon."""
    name, text, header = _closed(problem)
    return problem.model_copy(
        update={"name": f"{problem.name}_closed", "statement": f"theorem {name}_closed : {text} := by"}
        | {"header": header}
    )


def closed_text(problem: Problem) -> tuple[str, str]:
    """Return the closed type of a problem as text, and the header it is read under. Raises `Unread` as `negation`."""
    _, text, header = _closed(problem)
    return text, header


def with_conclusion(problem: Problem, conclusion: str) -> Problem:
    """Return the problem with its binders and another conclusion. Raises `Unread` as `negation`.

    Hypotheses that stand behind the colon (`: a < b → …`) are part of the conclusion and go with it: then it is
    `Unread`.
    """
    name, binders, target, header = parts(problem)
    if not binders or _BEHIND.search(target):
        raise Unread("a statement without hypotheses in front of its colon, or with some behind it")
    statement = f"theorem {name}_hypotheses {binders} : {conclusion} := by"
    return problem.model_copy(update={"name": f"{problem.name}_hypotheses", "statement": statement, "header": header})


def _closed(problem: Problem) -> tuple[str, str, str]:
    name, binders, target, header = parts(problem)
    return name, f"∀ {binders}, {target}" if binders else target, header


def parts(problem: Problem) -> tuple[str, str, str, str]:
    """Return name, binders with the header's variables, conclusion, and the rest of the header."""
    statement = problem.statement.rstrip()
    blank, _ = blanked(statement)
    head = _HEAD.match(blank)
    end = blank.rstrip().removesuffix("by").rstrip()
    if head is None or not end.endswith(":="):
        raise Unread("a statement of an unknown form")
    stop = len(end) - 2
    colon = _colon(blank, head.end(), stop)
    binders, target = _plain(statement[head.end() : colon]), statement[colon + 1 : stop].strip()
    header, variables = _variables(problem.header)
    # White space is made even, which in a string would change what is stated.
    if binders.startswith(".{") or "--" in statement or any('"' in text for text in (statement, *variables)):
        raise Unread("a statement of an unknown form")
    every = " ".join(part for part in (*variables, binders) if part)
    return head[1], every, target, "\n".join(part for part in (header, _STRICT) if part)


def _plain(binders: str) -> str:
    return re.sub(r"\s+", " ", binders).strip()


def _colon(blank: str, start: int, stop: int) -> int:
    depth = 0
    for place in range(start, stop):
        if blank[place] in _OPENING:
            depth += 1
        elif blank[place] in _CLOSING:
            depth -= 1
        elif blank[place] == ":" and depth == 0 and blank[place + 1] != "=":
            return place
    raise Unread("a statement without a type")


def _variables(header: str) -> tuple[str, list[str]]:
    """Return a header without its `variable` commands, and their binders.

    A variable that the statement does not use is bound all the same: the negation only gets harder to prove.
    """
    blank, _ = blanked(header)
    kept: list[str] = []
    binders: list[str] = []
    at = 0
    for start, end in commands(blank):
        if _VARIABLE.match(blank, start):
            kept.append(header[at:start])
            binders.append(_plain(_VARIABLE.sub("", blank[start:end], count=1)))
            at = end
    return "".join([*kept, header[at:]]).strip(), binders

"""Goals as Lean prints them, taken apart. Shared by every backend, since all of them print the same."""

from __future__ import annotations

import re

from prover.states import Goal, Hypothesis

TURNSTILE = "⊢ "
_CASE = re.compile(r"^case (\S.*)$")
# Names cannot hold spaces unless quoted by « »; the first ` : ` outside of quotes ends them.
_NAME = re.compile(r"«[^»]*»|[^\s:«»]+")
_BINDS = re.compile(r"\b(let|have)\b")
_NAMES = re.compile(r"((?:«[^»]*»|[^\s:«»]+)(?: (?:«[^»]*»|[^\s:«»]+))*) : ")


def parse_goal(text: str, digest: int = 0) -> Goal:
    """Take a printed goal apart.

    Lean prints the case on a line of its own, each group of hypotheses from the first column with continuation lines
    indented, and the target behind `⊢ ` in the first column. A `⊢` inside a hypothesis is therefore no target.
    """
    blocks: list[list[str]] = []
    for line in text.split("\n"):
        if blocks and line[:1] in (" ", ""):
            blocks[-1].append(line)
        else:
            blocks.append([line])
    case: str | None = None
    hypotheses: list[Hypothesis] = []
    target = ""
    for number, block in enumerate(blocks):
        joined = _unfold(block)
        if joined.startswith(TURNSTILE):
            target = _unfold([block[0][len(TURNSTILE) :], *block[1:]])
        elif number == 0 and (match := _CASE.match(joined)):
            case = match.group(1)
        elif match := _NAMES.match(joined):
            kind, _, value = joined[match.end() :].partition(" := ")
            if _BINDS.search(kind):  # the `:=` belongs to a term inside the type
                kind, value = joined[match.end() :], ""
            hypotheses.append(Hypothesis(tuple(_NAME.findall(match.group(1))), kind, value or None))
        elif joined:  # an anonymous instance is printed as `inst✝ : ...`; keep any other kind of line
            hypotheses.append(Hypothesis((), joined))
    return Goal(text=text, digest=digest, case=case, hypotheses=tuple(hypotheses), target=target)


def _unfold(lines: list[str]) -> str:
    return " ".join(line.strip() for line in lines).strip()

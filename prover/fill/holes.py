"""Find the `sorry`s of a Lean text: in which declaration each stands, and what that declaration stands on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from prover.lean.source_text import blanked, commands, declared

_HOLE = re.compile(r"(?<![\w.'«!?])(?:sorry|admit)(?![\w'»!?])")
_MODIFIERS = r"(?:@\[[^\]]*\]\s*|(?:private|protected|public|noncomputable|nonrec)\s+)*"
_EXAMPLE = re.compile(rf"\s*{_MODIFIERS}example\b")
_STATES = re.compile(r"\b(?:theorem|lemma)\b")
_IN = re.compile(r"\bin\s*\Z")
_SCOPE = re.compile(r"\s*((?:open|set_option)\b[^\n]*?)\bin\b")


@dataclass(frozen=True, slots=True)
class Hole:
    """A `sorry` or `admit`: `text[start:end]`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Incomplete:
    """A declaration with holes. `trouble` says why none of them can be filled, and then the rest means nothing.

    `header` is the source before it that can be built upon, `statement` reads `theorem NAME … := by`, and what proves
    it is `text[proof:end]`: tactics if `by`, else a term.
    """

    name: str
    end: int
    holes: tuple[Hole, ...]
    header: str = ""
    statement: str = ""
    proof: int = 0
    by: bool = True
    trouble: str = ""

    def whole(self, text: str) -> bool:
        """Tell whether the hole is all that stands for a proof."""
        blank = blanked(text[self.proof : self.end])[0]
        return len(self.holes) == 1 and _HOLE.fullmatch(blank.strip()) is not None


def incomplete(text: str) -> list[Incomplete]:
    """Return the declarations of a text that have holes, in order. Line ends have to be `\\n`."""
    blank, _ = blanked(text)
    found: list[Incomplete] = []
    header: list[str] = []
    examples = 0
    for scope, start, end in _scoped(blank):
        examples += _EXAMPLE.match(blank, start) is not None
        end = start + len(blank[start:end].rstrip())
        holes = tuple(Hole(*match.span()) for match in _HOLE.finditer(blank, start, end))
        code = text[scope:end]
        if holes:
            # Nothing is built upon what has no proof.
            above = [*header, *_opened(text[scope:start]), *_opened(text[start:end])]
            found.append(_read(text, start, end, holes, "\n".join(above), f"example_{examples}"))
        elif _EXAMPLE.match(blank, start) is None and not code.startswith("#"):
            keyword = _STATES.search(blank, start, end) if declared(text[start:end]) else None
            # `lemma` is Mathlib's word.
            header.append(f"{text[scope : keyword.start()]}theorem{text[keyword.end() : end]}" if keyword else code)
    return found


def position(text: str, at: int) -> tuple[int, int]:
    """Return line and column of a place, both from 1."""
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


def _scoped(blank: str) -> Iterator[tuple[int, int, int]]:
    """Yield the commands with the place where an `open … in` that belongs to them begins."""
    scope: int | None = None
    for start, end in commands(blank):
        scope = start if scope is None else scope
        if _IN.search(blank[start:end]) is None:
            yield scope, start, end
            scope = None


def _opened(text: str) -> list[str]:
    """Return the commands of `open … in`, one a line and without their `in`."""
    lines = []
    while (scope := _SCOPE.match(text)) is not None:
        lines.append(scope[1].rstrip())
        text = text[scope.end() :]
    return lines


def _read(text: str, start: int, end: int, holes: tuple[Hole, ...], header: str, unnamed: str) -> Incomplete:
    own = text[start:end]
    example = _EXAMPLE.match(blanked(own)[0])
    # An example is a theorem that lacks a name.
    named = f"theorem {unnamed}{own[example.end() :]}" if example else own
    stated = declared(named)
    if not stated:
        return Incomplete(_called(own), end, holes, trouble="this reads theorems, lemmas and examples that have a `:=`")
    theorem = stated[0]
    proof = end - (len(named) - theorem.proof)
    if holes[0].start < proof:
        return Incomplete(theorem.name, end, holes, trouble="it stands in the statement")
    keyword = _STATES.search(blanked(named)[0])
    assert keyword is not None, "a declared theorem has its keyword"
    statement = f"theorem{named[keyword.end() : theorem.proof]}{'' if theorem.by else ' by'}"
    return Incomplete(theorem.name, end, holes, header, statement, proof, theorem.by)


def _called(source: str) -> str:
    """Return what a command is called, as far as it says so: its first words."""
    return " ".join(source.split("\n")[0].split()[:2])

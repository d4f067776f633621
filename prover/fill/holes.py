"""Find the `sorry`s of a Lean text: in which declaration each stands, and what that declaration stands on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from prover.lean.source_text import EXAMPLE, blanked, commands, declared

_HOLE = re.compile(r"(?<![\w.'«!?])(?:sorry|admit)(?![\w'»!?])")
_STATES = re.compile(r"\b(?:theorem|lemma)\b")
_WHERE = re.compile(r"(?<![\w.'«])where(?![\w'»])")
_IN = re.compile(r"\bin\s*\Z")
_SCOPE = re.compile(r"\s*((?:open|set_option)\b[^\n]*?)\bin\b")


@dataclass(frozen=True, slots=True)
class Hole:
    """A `sorry` or `admit`: `text[start:end]`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Above:
    """A command that a declaration can build upon, and the line of the text, from 1, at which it begins."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Incomplete:
    """A declaration with holes. `trouble` says why none of them can be filled, and then the rest means nothing.

    `above` is the source before it that can be built upon, `statement` reads `theorem NAME … := by`, and what proves
    it is `text[proof:end]`: tactics if `by`, else a term.
    """

    name: str
    end: int
    holes: tuple[Hole, ...]
    above: tuple[Above, ...] = ()
    statement: str = ""
    proof: int = 0
    by: bool = True
    trouble: str = ""

    @property
    def header(self) -> str:
        """The source that can be built upon, one command below the other."""
        return "\n".join(command.text for command in self.above)

    def whole(self, text: str) -> bool:
        """Tell whether the hole is all that stands for a proof."""
        blank = blanked(text[self.proof : self.end])[0]
        return len(self.holes) == 1 and _HOLE.fullmatch(blank.strip()) is not None


def incomplete(text: str) -> list[Incomplete]:
    """Return the declarations of a text that have holes, in order. Line ends have to be `\\n`."""
    blank, _ = blanked(text)
    found: list[Incomplete] = []
    header: list[Above] = []
    examples = 0
    for scope, start, end in _scoped(blank):
        examples += EXAMPLE.match(blank, start) is not None
        end = start + len(blank[start:end].rstrip())
        holes = tuple(Hole(*match.span()) for match in _HOLE.finditer(blank, start, end))
        code = text[scope:end]
        if holes:
            # Nothing is built upon what has no proof.
            line = position(text, scope)[0]
            opened = [Above(one, line) for one in (*_opened(text[scope:start]), *_opened(text[start:end]))]
            found.append(_read(text, start, end, holes, (*header, *opened), f"example_{examples}"))
        elif EXAMPLE.match(blank, start) is None and not code.startswith("#"):
            keyword = _STATES.search(blank, start, end) if declared(text[start:end]) else None
            # `lemma` is Mathlib's word.
            source = f"{text[scope : keyword.start()]}theorem{text[keyword.end() : end]}" if keyword else code
            header.append(Above(source, position(text, scope)[0]))
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


def _read(
    text: str, start: int, end: int, holes: tuple[Hole, ...], above: tuple[Above, ...], unnamed: str
) -> Incomplete:
    own = text[start:end]
    example = EXAMPLE.match(blanked(own)[0])
    # An example is a theorem that lacks a name.
    named = f"theorem {unnamed}{own[example.end() :]}" if example else own
    stated = declared(named)
    if not stated:
        return Incomplete(_called(own), end, holes, trouble="this reads theorems, lemmas and examples that have a `:=`")
    theorem = stated[0]
    if _WHERE.search(blanked(own)[0]) is not None:
        trouble = "the declaration has a `where`, which this does not read; state what is below it as a theorem above"
        return Incomplete(theorem.name, end, holes, trouble=trouble)
    proof = end - (len(named) - theorem.proof)
    if holes[0].start < proof:
        return Incomplete(theorem.name, end, holes, trouble="it stands in the statement")
    keyword = _STATES.search(blanked(named)[0])
    assert keyword is not None, "a declared theorem has its keyword"
    statement = f"theorem{named[keyword.end() : theorem.proof]}{'' if theorem.by else ' by'}"
    return Incomplete(theorem.name, end, holes, above, statement, proof, theorem.by)


def _called(source: str) -> str:
    """Return what a command is called, as far as it says so: its first words."""
    return " ".join(source.split("\n")[0].split()[:2])

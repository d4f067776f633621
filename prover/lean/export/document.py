"""What a document of `proofsmith-export/1` (docs/export-format.md) holds once it has been read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Name = tuple[int, str | int]
Level = tuple[Any, ...]
Node = tuple[Any, ...]  # an expression as the format has it; `reading.read` checked what stands where


class Role(StrEnum):
    """What a document is for, which decides what it may declare."""

    STATEMENT = "statement"
    CANDIDATE = "candidate"
    LIBRARY = "library"


@dataclass(frozen=True, slots=True)
class Constructor:
    """A constructor of an inductive type."""

    name: int
    type: int


@dataclass(frozen=True, slots=True)
class InductiveType:
    """One type of an inductive declaration."""

    name: int
    type: int
    constructors: tuple[Constructor, ...]


@dataclass(frozen=True, slots=True)
class Declaration:
    """What adds constants. `name`, `type` and `value` are 0, -1 and -1 where the kind has none.

    `proposition` is given for bodiless constants of a library: whether the type is one.
    """

    kind: str
    name: int
    levels: tuple[int, ...]
    type: int
    value: int = -1
    hints: str | int = "opaque"
    parameters: int = 0
    types: tuple[InductiveType, ...] = ()
    proposition: bool = False

    def names(self) -> tuple[int, ...]:
        """Return the names that the document itself gives to what the declaration adds; recursors have none here."""
        if self.kind != "inductive":
            return (self.name,)
        return tuple(n for one in self.types for n in (one.name, *(made.name for made in one.constructors)))

    def roots(self) -> tuple[int, ...]:
        """Return the expressions of the declaration."""
        if self.kind != "inductive":
            return (self.type,) if self.value < 0 else (self.type, self.value)
        return tuple(e for one in self.types for e in (one.type, *(made.type for made in one.constructors)))


@dataclass(frozen=True, slots=True)
class Target:
    """The theorem that is asked for; `value`, its proof, is -1 in a statement."""

    name: int
    levels: tuple[int, ...]
    type: int
    value: int = -1


@dataclass(frozen=True, slots=True)
class Document:
    """A document that passed every check of `reading.read`.

    `names[0]` and `levels[0]` are the anonymous name and level zero, so that all three tables are indexed as the format
    counts. An entry of `exprs` is that of the format as a tuple.
    """

    role: Role
    names: list[Name]
    levels: list[Level]
    exprs: list[Node]
    declarations: tuple[Declaration, ...]
    target: Target | None

    def shown(self, name: int) -> str:
        """Return a name with dots, for people: two names may look the same."""
        parts: list[str] = []
        while name:
            name, part = self.names[name]
            parts.append(str(part))
        return ".".join(reversed(parts)) or "[anonymous]"


# Where the parts of an expression stand in its entry; what has none is not listed.
_PARTS = {"a": slice(1, 3), "l": slice(2, 4), "p": slice(2, 4), "e": slice(2, 5), "j": slice(3, 4)}


def below(exprs: list[Node], roots: Iterable[int]) -> Iterator[Node]:
    """Yield every expression that some expressions consist of, themselves included, each once."""
    seen: set[int] = set()
    pending = list(roots)
    while pending:
        e = pending.pop()
        if e in seen:
            continue
        seen.add(e)
        node = exprs[e]
        yield node
        parts = _PARTS.get(node[0])
        if parts is not None:
            pending += node[parts]

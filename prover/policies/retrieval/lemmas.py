"""The lemmas that can be retrieved: of Lean's own library, as it was enumerated, and of this project's prelude."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from prover.lean.context import LIBRARY
from prover.paths import lean_sources
from prover.problems.library.record import ModuleRow
from prover.types import ContextName

PRELUDE = "Core"
"""The module that lemmas of the prelude are said to be in."""

_STATED = re.compile(r"^theorem\s+\S+\s*(?P<signature>.*?)\s*:=\s*by\s*$", re.DOTALL)
_DECLARED = re.compile(
    r"^(?:@\[[^\]]*\]\s*)?(?:protected\s+)?theorem\s+(?P<name>\S+)(?P<signature>.*?)(?=\s*:=|\n\s*\||\n\n)",
    re.DOTALL | re.MULTILINE,
)
_SCOPE = re.compile(
    r"^(?:namespace\s+(?P<enter>\S+)|end(?:\s+(?P<leave>\S+))?|section\b\s*(?P<section>\S*))\s*$", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Lemma:
    """A lemma: its full name, binders and type as they are written, and the module it is in."""

    name: str
    signature: str
    module: str

    @property
    def text(self) -> str:
        return f"{self.name} {self.signature}"


def library_lemmas(rows: Iterable[ModuleRow]) -> Iterator[Lemma]:
    """Yield the theorems of Lean's library, in its order."""
    for row in sorted(rows, key=lambda row: row.order):
        for theorem in row.theorems:
            found = _STATED.match(theorem.statement.strip())
            if found is not None:
                yield Lemma(theorem.name, " ".join(found["signature"].split()), row.module)


def prelude_lemmas(folder: Path | None = None) -> Iterator[Lemma]:
    """Yield the theorems of the core context's own source. Variables of a section are not part of what is shown."""
    root = folder or lean_sources()
    for path in sorted((root / PRELUDE).rglob("*.lean")):
        yield from _declared(path.read_text(encoding="utf-8"))


def imports_of(rows: Iterable[ModuleRow]) -> dict[str, frozenset[str]]:
    """Return, for each module of the library, all that it imports, directly or not."""
    found: dict[str, frozenset[str]] = {}
    for row in sorted(rows, key=lambda row: row.order):
        found[row.module] = frozenset(row.imports).union(*(found.get(name, frozenset()) for name in row.imports))
    return found


def in_scope(lemma: Lemma, context: str, imports: Mapping[str, frozenset[str]]) -> bool:
    """Tell whether a lemma is there in a context: what the context imports, and the prelude in the context `core`."""
    where = ContextName.of(context)
    if where.kind == LIBRARY and where.module:
        return lemma.module in imports.get(where.module, frozenset())
    if lemma.module == PRELUDE:
        return context == "core"
    return context == "mathlib" or lemma.module.partition(".")[0] == "Init"


def _declared(source: str) -> Iterator[Lemma]:
    marks = [(found.start(), found) for found in _SCOPE.finditer(source)]
    marks += [(found.start(), found) for found in _DECLARED.finditer(source)]
    stack: list[str] = []
    for _, found in sorted(marks, key=lambda mark: mark[0]):
        groups = found.groupdict()
        if "name" in groups:
            space = ".".join(name for name in stack if name)
            name = f"{space}.{groups['name']}" if space else groups["name"]
            name = name.rpartition("_root_.")[2]
            yield Lemma(name.removeprefix(f"{PRELUDE}."), " ".join(groups["signature"].split()), PRELUDE)
        elif groups["enter"]:
            stack.append(groups["enter"])
        elif groups["section"] is not None:
            stack.append("")
        elif stack:
            stack.pop()

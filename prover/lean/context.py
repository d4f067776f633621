"""Contexts: the Lean source that a problem stands on, with its hash.

The `core` context is this project's own prelude, `lean_project/Core`, elaborated on `import Init`. Its files are put
one behind the other in the order of their imports, as if they were one. `library:MODULE` is what a module of Lean's own
library imports, and nothing else: neither the module nor anything built on it is there.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from prover.errors import SetupError, UsageError
from prover.lean.source_text import within_strings
from prover.paths import lean_sources
from prover.types import ContextName, Problem

_IMPORT = re.compile(r"^import\s+(\S+)\s*$", re.MULTILINE)
# A statement that mentions none of these has nothing to do with ℝ and is not quantified over `Reals`.
_REALS = re.compile(r"ℝ|ℂ|Real|Complex|Irrational|π|√")
# Lines of upstream headers that mean nothing here: other libraries, and limits that are ours to set.
_UPSTREAM = re.compile(r"^\s*(import\s.*|set_option\s+maxHeartbeats\s.*|set_option\s+maxRecDepth\s.*)$")

_OPEN = re.compile(r"(?P<open>\s*open\s+(?:scoped\s+)?)(?P<names>[\w.]+(?:\s+[\w.]+)*)\s*")
# Namespaces of Mathlib that no context here has, and what stands beside them in the usual line
# `open BigOperators Real Nat Topology Rat`, which the context opens itself.
_ABSENT = frozenset(("BigOperators", "Topology", "Polynomial", "Filter", "Pointwise", "ENNReal", "MeasureTheory"))
_UPSTREAM_OPENS = _ABSENT | {"Nat", "Real", "Rat"}
CORE_OPENS = "open Core Nat Real\nset_option relaxedAutoImplicit false"
CORE_VARIABLE = "variable [Core.Reals]"

# An unknown name in a statement is an error, not a new variable, unless its dataset says that statements bind names. Of
# these only single letters are bound even then (`relaxedAutoImplicit` above).
STRICT_NAMES = "set_option autoImplicit false"
BINDS_NAMES = "set_option autoImplicit true"

# `Type*` is Mathlib's: a universe of its own wherever it stands. Here it is a hole that Lean makes a parameter of the
# theorem; that none was unified with another is checked in `prover.lean.universes`.
UNIVERSE_NOTATION = {
    word: f'notation:max "{word}*" => {word} _'
    for word in ("Type", "Sort")
}  # fmt: skip

LIBRARY = "library"
LIBRARY_OPENS = STRICT_NAMES
_MODULE = re.compile(r"(?:Init|Std)(?:\.[A-Za-z]\w*)*")


@dataclass(frozen=True, slots=True)
class Context:
    """Modules to import, source to elaborate once, and what every problem needs in front of it.

    With `before`, a module of Lean's library, the imports are those of that module.
    """

    name: str
    imports: tuple[str, ...]
    source: str
    opens: str = ""
    variable: str = ""
    before: str = ""

    def given(self) -> frozenset[str]:
        """Return the lines that the context itself puts in front of a statement."""
        return frozenset((*self.opens.split("\n"), STRICT_NAMES, *UNIVERSE_NOTATION.values(), self.variable))

    @property
    def sha256(self) -> str:
        """Hash of everything that decides what a statement means: imports, source and opened namespaces."""
        text = "\0".join((*self.imports, self.source, self.opens, self.variable, *filter(None, (self.before,))))
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def family(self) -> str:
        """The name that contexts of one kind share: one process can hold several of them."""
        return ContextName.of(self.name).kind

    def of(self, problem: Problem) -> Context:
        """Return the context in which a session reads a problem: modules of the library have their own."""
        return context(problem.context) if problem.where.kind == LIBRARY and problem.where.module else self

    def header(self, problem: Problem, below: str = "") -> str:
        """Return the Lean source that stands between the context and the statement of a problem.

        `below` is a proof that is elaborated under it, which may need notation that the statement does not.
        """
        own = "\n".join(text for _, text in _kept(problem))
        return "\n".join(part for part in (self._above(problem, below), own) if part)

    def line_of(self, problem: Problem, line: int) -> int:
        """Return which line of a problem's own header a line of `header` is, from 1; 0 if the context put it there."""
        above = self._above(problem)
        position = line - 1 - (above.count("\n") + 1 if above else 0)
        kept = _kept(problem)
        return kept[position][0] if 0 <= position < len(kept) else 0

    def _above(self, problem: Problem, below: str = "") -> str:
        """Return what the context itself puts in front of a problem's header."""
        own = "\n".join(text for _, text in _kept(problem))
        written = f"{problem.statement}\n{own}"
        about = "\n".join(line for line in written.split("\n") if not _OPEN.fullmatch(line))
        real = self.variable if self.variable and _REALS.search(about) else ""
        names = BINDS_NAMES if problem.auto_implicit else STRICT_NAMES
        universes = [line for word, line in UNIVERSE_NOTATION.items() if f"{word}*" in f"{written}\n{below}"]
        return "\n".join(dict.fromkeys(part for part in (self.opens, names, *universes, real) if part))


def _kept(problem: Problem) -> list[tuple[int, str]]:
    """Return the lines of a problem's header that mean something here, with their numbers from 1."""
    inside = within_strings(problem.header)
    lines = enumerate(problem.header.split("\n"), 1)
    read = ((number, line if number - 1 in inside else _meant(line), number - 1 in inside) for number, line in lines)
    return [(number, line) for number, line, literal in read if literal or line.strip()]


def _meant(line: str) -> str:
    """Return a line of a header without what is Mathlib's alone: imports, its limits, namespaces that only it has."""
    if _UPSTREAM.match(line):
        return ""
    if (opening := _OPEN.fullmatch(line)) is None:
        return line
    names = opening["names"].split()
    if names[-1] == "in":
        return "" if _ABSENT.issuperset(names[:-1]) else line
    left = [name for name in names if name not in (_UPSTREAM_OPENS if "BigOperators" in names else _ABSENT)]
    return f"{opening['open']}{' '.join(left)}" if left else ""


@cache
def context(name: str) -> Context:
    """Return a context by name. Raises `UsageError` for a name that is not known."""
    if name == "core":
        return Context("core", ("Init",), _concatenate(lean_sources(), "Core.Full"), CORE_OPENS, CORE_VARIABLE)
    if name == "init":
        return Context("init", ("Init",), "")
    if name == LIBRARY:  # what runs over many modules say of themselves
        return Context(LIBRARY, (), "", LIBRARY_OPENS)
    where = ContextName.of(name)
    if where.kind == LIBRARY and _MODULE.fullmatch(where.module):
        return Context(name, (), "", LIBRARY_OPENS, before=where.module)
    raise UsageError(f"there is no context {name!r} for the embedded Lean; use --context core")


def _concatenate(root: Path, module: str) -> str:
    order: list[str] = []

    def visit(name: str) -> None:
        if name in order or name.split(".")[0] != module.split(".")[0]:
            return
        for imported in _IMPORT.findall(_read(root, name)):
            visit(imported)
        order.append(name)

    visit(module)
    return "\n".join(_IMPORT.sub("", _read(root, name)) for name in order)


def _read(root: Path, module: str) -> str:
    path = root.joinpath(*module.split(".")).with_suffix(".lean")
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise SetupError(f"the Lean source {path} cannot be read ({error.strerror}); reinstall proofsmith") from error

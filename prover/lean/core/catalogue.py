"""Lists what the `core` context declares: types, functions, notation, tactics and lemmas, from the prelude's sources.

Everything of the prelude lives in the namespace `Core`; without that prefix its name is Mathlib's, since statements
written for Mathlib have to elaborate unchanged.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

from prover.lean.source_text import blanked
from prover.paths import lean_sources
from prover.types import Frozen

Sort = Literal["type", "function", "notation", "tactic", "lemma"]
SORTS: tuple[Sort, ...] = ("type", "function", "notation", "tactic", "lemma")

_LINE = re.compile(
    r"^(?:@\[[^\]]*\]\s*)*(?:(?:private|protected|noncomputable|scoped|local)\s+)*"
    r"(?P<word>namespace|section|end|theorem|def|abbrev|class|structure|inductive|notation|infixl|infixr|infix|prefix"
    r"|postfix|macro|syntax|instance)\b(?P<rest>[^\n]*)",
    re.MULTILINE,
)
_PRIVATE = re.compile(r"^(?:@\[[^\]]*\]\s*)*private\b")
_NAME = re.compile(r"(?:«[^»]*»|[\w'.?!]+)")
_BINDERS = re.compile(r"\([^()]*\)|\{[^{}]*\}|\[[^\[\]]*\]")
_TYPE = re.compile(r":(?:.*→)?\s*Type\b")
_QUOTED = re.compile(r'"([^"]*)"')
_NOTATION = ("notation", "infixl", "infixr", "infix", "prefix", "postfix", "macro", "syntax")
_LISTS = ("use", "exacts", "linarith", "nlinarith", "linear_combination", "interval_cases")
"""Tactics whose one line says what may follow."""
REAL_TACTICS = frozenset(
    {"ring", "ring1", "linear_combination", "linarith", "nlinarith", "by_contra", "contrapose", "conv_lhs", "conv_rhs"}
    | {"exacts", "swap", "interval_cases"}
)
"""Tactics of Mathlib's that do here what they do there; `nlinarith` finds its products in another way."""


class Entry(Frozen):
    """One thing that is declared: its name as Mathlib has it, what it is, the file and line, and how it begins."""

    name: str
    sort: Sort
    file: str
    line: int
    text: str

    @property
    def here(self) -> str:
        """The full name in the prelude."""
        return self.name if self.sort in ("notation", "tactic") else f"Core.{self.name}"


@cache
def catalogue() -> tuple[Entry, ...]:
    """Return everything that the prelude declares, by file and line. Raises `SetupError` where it is missing."""
    root = lean_sources()
    paths = sorted(root.joinpath("Core").rglob("*.lean"))
    return tuple(
        entry for path in paths for entry in _entries(str(path.relative_to(root)), path.read_text(encoding="utf-8"))
    )


@cache
def tactics() -> frozenset[str]:
    """Return the tactics of Mathlib's that `core` has."""
    return frozenset(entry.name for entry in catalogue() if entry.sort == "tactic")


@cache
def imitated_tactics() -> frozenset[str]:
    """Return the tactics of Mathlib's that `core` only imitates: they prove less than Mathlib's, or other things."""
    return tactics() - REAL_TACTICS


def look_up(word: str) -> list[Entry]:
    """Return the entries whose name, or notation, holds a word, those that are the word itself first."""
    wanted = word.strip().removeprefix("Core.").lower()
    found = [entry for entry in catalogue() if wanted in entry.name.lower()]
    found += [entry for entry in catalogue() if entry not in found and wanted in entry.text.lower()]
    return sorted(found, key=lambda entry: (_distance(entry, wanted), SORTS.index(entry.sort), len(entry.name)))


def _distance(entry: Entry, wanted: str) -> int:
    name = entry.name.lower()
    if name == wanted:
        return 0
    if name.rpartition(".")[2] == wanted or wanted in name.split(" "):
        return 1
    return 2 if wanted in name else 3


def _entries(file: str, text: str) -> list[Entry]:
    blank, _ = blanked(text)
    found: list[Entry] = []
    spaces: list[str] = []
    for match in _LINE.finditer(blank):
        word, line = match["word"], blank.count("\n", 0, match.start()) + 1
        whole = text.split("\n")[line - 1].strip()
        name = _NAME.match(match["rest"].strip())
        if word in ("namespace", "section"):
            spaces.append(name[0] if word == "namespace" and name is not None else "")
        elif word == "end":
            if spaces:
                spaces.pop()
        elif word in _NOTATION:
            found += _notation(word, whole, file, line)
        elif name is not None and word != "instance" and _PRIVATE.match(match[0]) is None:
            full = ".".join([*(space for space in spaces if space), name[0]])
            full = re.sub(r"^.*_root_\.", "", full).removeprefix("Core.")
            sort: Sort = "lemma" if word == "theorem" else "function" if word in ("def", "abbrev") else "type"
            if sort == "function" and _TYPE.search(_BINDERS.sub("", whole).partition(":=")[0]):
                sort = "type"
            found.append(Entry(name=full, sort=sort, file=file, line=line, text=_opening(whole)))
    return found


def _notation(word: str, whole: str, file: str, line: int) -> list[Entry]:
    quoted = [part.strip() for part in _QUOTED.findall(whole.partition("=>")[0])]
    if not quoted or "declare_syntax_cat" in whole or ": core_hints" in whole:
        return []
    if whole.rstrip().endswith(": tactic"):
        name = quoted[0].split(" ")[0]
        known = (len(quoted) > 1 and name not in _LISTS) or name.startswith("core_")  # parts of another tactic
        return [] if known else [Entry(name=name, sort="tactic", file=file, line=line, text=_opening(whole))]
    return [Entry(name=" … ".join(quoted), sort="notation", file=file, line=line, text=_opening(whole))]


def _opening(line: str) -> str:
    line = re.sub(r"^(?:@\[[^\]]*\]\s*)+", "", line)
    return line if len(line) <= 160 else f"{line[:157]}…"

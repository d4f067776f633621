"""The layouts in which problems circulate, each read into `Problem`s.

    JSONL            a row a problem; both splits in one file (DeepSeek-Prover), or a file a split
    Lean             many theorems in one file (google-deepmind), or a folder with a file a theorem (yangky11)
    theorems         `{"theorems": [{"name", "statement": "∀ binders, goal"}]}` (the copies of miniF2F v2 in BurnQED)
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from prover.errors import InputError
from prover.lean.source_text import blanked, theorems
from prover.problems.read import check_text, parse_row, read_file, read_text
from prover.types import Problem

Reader = Callable[[str, str], "list[Problem]"]
"""Takes a file's text and where it comes from. Raises `InputError`."""

_BARE = re.compile(r":=(\s*)(?:by\s+)?(sorry|admit)\b")
_LEAN3 = re.compile(r"^begin\b.*?^end\b", re.MULTILINE | re.DOTALL)
_ANSWER = re.compile(r"\banswer\(")
_FORALL = re.compile(r"∀\s*(?=[({\[⦃])")
_OPEN, _CLOSE = "([{⦃⟨", ")]}⦄⟩"
# What the miniF2F v2 paper's repository puts in front of every statement.
V2_HEADER = "import Mathlib\nimport Aesop\n\nset_option maxHeartbeats 0\n\nopen BigOperators Real Nat Topology Rat"


def read_path(path: Path, context: str = "core") -> list[Problem]:
    """Return the problems of a file or a folder in any of the layouts. Raises `InputError`."""
    if path.is_dir():
        return read_folder(path, context)
    if path.suffix == ".jsonl":
        return in_context(read_jsonl(read_text(path), str(path)), context)
    if path.suffix == ".json":
        return in_context(read_theorems(read_text(path), str(path)), context)
    if path.suffix == ".lean":
        return in_context(read_lean(read_text(path), str(path)), context)
    return read_file(path, context)


def read_folder(folder: Path, context: str = "core") -> list[Problem]:
    """Return the theorems with `sorry` in the `.lean` files of a folder and of those within, in the order of paths.

    A file without a theorem to prove (a project's root, a file of imports) is passed over.
    """
    problems: list[Problem] = []
    for path in sorted(folder.rglob("*.lean")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        text = "" if hidden else read_text(path)
        if re.search(r"\b(sorry|admit)\b", blanked(text)[0]):
            problems += read_lean(text, str(path.relative_to(folder)))
    if not problems:
        raise InputError(f"no .lean file in {folder} states a theorem with `:= by sorry`")
    return in_context(distinct(problems, str(folder)), context)


def read_lean(text: str, where: str) -> list[Problem]:
    """Return the theorems with `sorry` of a Lean file, or all of them if none has it."""
    blank, _ = blanked(text)
    if _LEAN3.search(blank):
        raise InputError(f"{where} is written for Lean 3 (`begin … end`); this reads Lean 4")
    found = theorems(_answers(_with_by(text, blank)), where)
    if not found:
        raise InputError(f"{where} states no theorem; write `theorem NAME … := by sorry`")
    wanted = [stated for stated in found if not stated.finished] or found
    return distinct(
        (
            Problem(name=it.name, statement=it.statement, header=it.header, informal=it.informal, source=where)
            for it in wanted
        ),
        where,
    )


def read_jsonl(text: str, where: str) -> list[Problem]:
    """Return the problems of JSON lines. A `formal_statement_plain` goes before one with elaborators of its own."""
    return distinct(_rows(text, where), where)


def read_theorems(text: str, where: str) -> list[Problem]:
    """Return the problems of `{"theorems": [{"name", "statement"}]}`, statements being propositions."""
    return distinct(
        (
            Problem(name=name, statement=binders_first(name, proposition), header=V2_HEADER, source=where)
            for name, proposition in _propositions(text, where)
        ),
        where,
    )


def read_propositions(text: str, where: str) -> list[Problem]:
    """Return the problems of the same JSON with the propositions as they stand, and nothing in front of them."""
    return distinct(
        (
            Problem(name=name, statement=f"theorem {name} : {proposition} := by", source=where)
            for name, proposition in _propositions(text, where)
        ),
        where,
    )


def read_with_variants(text: str, where: str) -> list[Problem]:
    """Return the theorems of a Lean file, alternative statements (`NAME.variants.X`) as a split of their own."""
    return [
        problem.model_copy(update={"split": "variants"}) if ".variants." in problem.name else problem
        for problem in read_lean(text, where)
    ]


def binders_first(name: str, proposition: str) -> str:
    """Return `theorem NAME binders : goal := by` of `∀ binders, goal`, and any other proposition as it is."""
    text = " ".join(proposition.split())
    start = _FORALL.match(text)
    if start is not None:
        depth = 0
        for at in range(start.end(), len(text)):
            depth += (text[at] in _OPEN) - (text[at] in _CLOSE)
            if depth == 0 and text[at] == ",":
                return f"theorem {name} {text[start.end() : at]} : {text[at + 1 :].strip()} := by"
            if depth == 0 and text[at] not in _CLOSE and not text[at].isspace():
                break  # a binder without brackets: it needs the quantifier
    return f"theorem {name} : {text} := by"


def distinct(problems: Iterable[Problem], where: str) -> list[Problem]:
    """Return the problems. Raises `InputError` if two have one name: a name is what a result is filed under."""
    found: dict[str, Problem] = {}
    for problem in problems:
        if problem.name in found:
            both = f"{found[problem.name].source} and {problem.source}"
            raise InputError(f"{where} holds two theorems called {problem.name} ({both}); rename one of them")
        found[problem.name] = problem
    return list(found.values())


def in_context(problems: list[Problem], context: str) -> list[Problem]:
    """Return the problems as read in a context; a context that a row names goes before."""
    return [it if it.context != "core" else it.model_copy(update={"context": context}) for it in problems]


def _propositions(text: str, where: str) -> list[tuple[str, str]]:
    try:
        return [(str(row["name"]), str(row["statement"])) for row in json.loads(text)["theorems"]]
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f'{where} is not {{"theorems": [{{"name", "statement"}}]}}: {error}') from error


def _rows(text: str, where: str) -> Iterator[Problem]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        place = f"{where}, line {number}"
        row = parse_row(line, place)
        extra = json.loads(line)
        statement = _plain(extra) or row.formal_statement
        check_text(statement + row.header, place)
        stated = theorems(statement, place)
        if len(stated) != 1:
            raise InputError(f"formal_statement of {place} states {len(stated) or 'no'} theorems; it has to state one")
        yield Problem(
            name=row.name,
            statement=stated[0].statement,
            context=row.context or "core",
            header="\n".join(part for part in (row.header.strip(), stated[0].header) if part),
            split=row.split,
            informal=row.informal_statement or _uncommented(extra.get("informal_prefix")),
            source=row.source or place,
        )


def _plain(row: Mapping[str, Any]) -> str:
    plain = row.get("formal_statement_plain")
    return plain if isinstance(plain, str) else ""


def _uncommented(prefix: object) -> str:
    return prefix.strip().removeprefix("/--").removesuffix("-/").strip() if isinstance(prefix, str) else ""


def _with_by(text: str, blank: str) -> str:
    """Write `:= sorry` as `:= by sorry`, outside comments and strings."""
    parts, at = [], 0
    for bare in _BARE.finditer(blank):
        parts += [text[at : bare.start()], f":= by{bare[1] or ' '}{bare[2]}"]
        at = bare.end()
    return "".join([*parts, text[at:]])


def _answers(text: str) -> str:
    """Write `answer(e)`, which marks what a person was asked to find, as `(e)`."""
    return _ANSWER.sub("(", text)

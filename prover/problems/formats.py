"""The formats in which problems circulate, each read into `Problem`s: text in, problems out.

JSONL            a row a problem; both splits in one file (DeepSeek-Prover), or a file a split
Lean             many theorems in one file (google-deepmind), or a folder with a file a theorem (yangky11)
theorems         `{"theorems": [{"name", "statement": "∀ binders, goal"}]}` (the copies of miniF2F v2 in BurnQED)
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from prover.errors import InputError
from prover.lean.source_text import blanked, check_text, theorems
from prover.problems.forms import completed_source, completed_statement
from prover.types import Problem

Reader = Callable[[str, str, str], "list[Problem]"]
"""Takes a file's text, where it comes from, and the context of rows that name none. Raises `InputError`."""

_BARE = re.compile(r":=(\s*)(?:by\s+)?(sorry|admit)\b")
_LEAN3 = re.compile(r"^begin\b.*?^end\b", re.MULTILINE | re.DOTALL)
_ANSWER = re.compile(r"\banswer\(")
_FORALL = re.compile(r"∀\s*(?=[({\[⦃])")
_OPEN, _CLOSE = "([{⦃⟨", ")]}⦄⟩"
# What the miniF2F v2 paper's repository puts in front of every statement.
V2_HEADER = "import Mathlib\nimport Aesop\n\nset_option maxHeartbeats 0\n\nopen BigOperators Real Nat Topology Rat"


class Row(BaseModel):
    """One line of a dataset file; other fields are left alone.

    `formal_statement_plain` is the statement without elaborators of the dataset's own, `informal_prefix` a doc comment
    in front of it: both stand in files that circulate. `auto_implicit`: see `Problem`.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str
    formal_statement: str
    formal_statement_plain: str = ""
    split: str = ""
    header: str = ""
    informal_statement: str = ""
    informal_prefix: str = ""
    source: str = ""
    context: str | None = None
    tags: tuple[str, ...] = ()
    auto_implicit: bool = False


def read_path(path: Path, context: str = "core") -> list[Problem]:
    """Return the problems of a file or a folder in any of the layouts. Raises `InputError`.

    What has no suffix that is known, such as a pipe, is Lean source.
    """
    if path.is_dir():
        return read_folder(path, context)
    text = read_text(path)
    if not text.strip():
        raise InputError(f"{path} is empty; put a theorem in it, ending with `:= by`")
    reader = _READERS.get(path.suffix, read_lean)
    try:
        return reader(text, str(path), context)
    except InputError:
        completed = completed_source(text, str(path)).text if reader is read_lean else text
        if completed == text:
            raise
        return read_lean(completed, str(path), context)


def read_statement(text: str, context: str = "core") -> list[Problem]:
    """Return the problems of a statement as it is typed: source that ends in `:= by`, or holds such theorems."""
    if not text.strip():
        raise InputError("the statement is empty; write `theorem NAME … := by`")
    check_text(text, "the statement")
    return read_lean(completed_statement(text.replace("\r\n", "\n")).text, "the statement", context)


def read_text(path: Path) -> str:
    """Return what a text file holds, line ends as `\\n`. Raises `InputError` if it is missing or no text."""
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise InputError(f"there is no file {path}") from error
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not a text file: byte {error.start} is not UTF-8") from error
    check_text(text, str(path))
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_folder(folder: Path, context: str = "core") -> list[Problem]:
    """Return the theorems with `sorry` in the `.lean` files of a folder and of those within, in the order of paths.

    A file without a theorem to prove (a project's root, a file of imports) is passed over.
    """
    problems: list[Problem] = []
    for path in sorted(folder.rglob("*.lean")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        text = "" if hidden else read_text(path)
        if re.search(r"\b(sorry|admit)\b", blanked(text)[0]):
            problems += read_lean(text, str(path.relative_to(folder)), context)
    if not problems:
        raise InputError(f"no .lean file in {folder} states a theorem with `:= by sorry`")
    return distinct(problems, str(folder))


def read_lean(text: str, where: str, context: str = "core") -> list[Problem]:
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
            Problem(
                name=stated.name,
                statement=stated.statement,
                context=context,
                header=stated.header,
                informal=stated.informal,
                source=where,
            )
            for stated in wanted
        ),
        where,
    )


def read_jsonl(text: str, where: str, context: str = "core") -> list[Problem]:
    """Return the problems of JSON lines. A `formal_statement_plain` goes before one with elaborators of its own."""
    return distinct(_rows(text, where, context), where)


def read_theorems(text: str, where: str, context: str = "core") -> list[Problem]:
    """Return the problems of `{"theorems": [{"name", "statement"}]}`, statements being propositions."""
    return distinct(
        (
            Problem(
                name=name,
                statement=binders_first(name, proposition),
                context=context,
                header=V2_HEADER,
                source=where,
            )
            for name, proposition in _propositions(text, where)
        ),
        where,
    )


def read_propositions(text: str, where: str, context: str = "core") -> list[Problem]:
    """Return the problems of the same JSON with the propositions as they stand, and nothing in front of them."""
    return distinct(
        (
            Problem(name=name, statement=f"theorem {name} : {proposition} := by", context=context, source=where)
            for name, proposition in _propositions(text, where)
        ),
        where,
    )


def read_with_variants(text: str, where: str, context: str = "core") -> list[Problem]:
    """Return the theorems of a Lean file, alternative statements (`NAME.variants.X`) as a split of their own."""
    return [
        problem.model_copy(update={"split": "variants"}) if ".variants." in problem.name else problem
        for problem in read_lean(text, where, context)
    ]


def binders_first(name: str, proposition: str) -> str:
    """Return `theorem NAME binders : goal := by` of `∀ binders, goal`, and any other proposition as it is."""
    text = proposition.strip() if '"' in proposition else " ".join(proposition.split())
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


def parse_row(line: str, where: str) -> Row:
    """Return one line of a dataset. Raises `InputError` naming the field that is wrong."""
    try:
        return Row.model_validate(json.loads(line))
    except ValueError as error:
        raise InputError(f"{where}: {_what(error)}") from error
    except RecursionError as error:
        raise InputError(f"{where}: the JSON is nested too deeply") from error


def _what(error: ValueError) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"]))
        return f"field {field} is wrong ({first['msg']})" if field else "the line is not a JSON object"
    return f"the line is not JSON ({error})"


def _propositions(text: str, where: str) -> list[tuple[str, str]]:
    try:
        return [(str(row["name"]), str(row["statement"])) for row in json.loads(text)["theorems"]]
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f'{where} is not {{"theorems": [{{"name", "statement"}}]}}: {error}') from error


def _rows(text: str, where: str, context: str) -> Iterator[Problem]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        place = f"{where}, line {number}"
        row = parse_row(line, place)
        statement = row.formal_statement_plain or row.formal_statement
        check_text(statement + row.header, place)
        stated = theorems(statement, place)
        if len(stated) != 1:
            raise InputError(f"formal_statement of {place} states {len(stated) or 'no'} theorems; it has to state one")
        yield Problem(
            name=row.name,
            statement=stated[0].statement,
            context=context if row.context is None else row.context,
            header="\n".join(part for part in (row.header.strip(), stated[0].header) if part),
            split=row.split,
            informal=row.informal_statement or _uncommented(row.informal_prefix),
            source=row.source or place,
            tags=row.tags,
            auto_implicit=row.auto_implicit,
        )


def _uncommented(prefix: str) -> str:
    return prefix.strip().removeprefix("/--").removesuffix("-/").strip()


def _with_by(text: str, blank: str) -> str:
    """Write `:= sorry` as `:= by sorry`, outside comments and strings."""
    parts, at = [], 0
    for bare in _BARE.finditer(blank):
        parts += [text[at : bare.start()], f":= by{bare[1] or ' '}{bare[2]}"]
        at = bare.end()
    return "".join([*parts, text[at:]])


def _answers(text: str) -> str:
    """Write `answer(e)`, which marks what a person was asked to find, as `(e)`, outside comments and strings."""
    for marked in reversed(list(_ANSWER.finditer(blanked(text)[0]))):
        text = f"{text[: marked.start()]}({text[marked.end() :]}"
    return text


_READERS: Mapping[str, Reader] = {".jsonl": read_jsonl, ".json": read_theorems, ".lean": read_lean}
"""How a file is read, by its suffix."""

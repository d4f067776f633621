"""Read problems: from a statement, a `.lean` file, a JSONL file, or a dataset by its name (`minif2f/valid`)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from prover.errors import InputError
from prover.lean.source_text import Stated, theorems
from prover.paths import data_dirs
from prover.types import Problem

_STATEMENT = re.compile(r"\b(?:theorem|lemma|example)\b|:=")
_DATASET = re.compile(r"[\w.-]+(?:/[\w.-]+)*")


class Row(BaseModel):
    """One line of a dataset file; fields that are not known are left alone."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str
    formal_statement: str
    split: str = ""
    header: str = ""
    informal_statement: str = ""
    source: str = ""
    context: str | None = None


def read_target(text_or_path: str, name: str | None = None, context: str = "core") -> list[Problem]:
    """Return the problems that a command's argument stands for, or the one called `name`.

    Raises `InputError` with one sentence that says what to do.
    """
    path = _existing(text_or_path) if text_or_path else None
    if path is not None:
        problems = read_file(path, context)
    elif _STATEMENT.search(text_or_path) or "\n" in text_or_path or not text_or_path.strip():
        problems = read_statement(text_or_path, context)
    else:
        found = _dataset(text_or_path, context)
        if found is None:
            raise InputError(
                f"{_shown(text_or_path)} is neither a file, nor a dataset, nor a statement (`theorem NAME … := by`)"
            )
        problems = found
    return problems if name is None else [_named(problems, name, _shown(text_or_path))]


def read_file(path: Path, context: str = "core") -> list[Problem]:
    """Return the problems of a `.lean` or `.jsonl` file."""
    text = read_text(path)
    if not text.strip():
        raise InputError(f"{path} is empty; put a theorem in it, ending with `:= by`")
    if path.suffix == ".jsonl":
        return _distinct(_rows(text, path, context), str(path))
    return _from_source(text, str(path), context)


def read_statement(text: str, context: str = "core") -> list[Problem]:
    """Return the problems of a statement as it is typed: source that ends in `:= by`, or holds such theorems."""
    if not text.strip():
        raise InputError("the statement is empty; write `theorem NAME … := by`")
    check_text(text, "the statement")
    return _from_source(text, "the statement", context)


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


def check_text(text: str, what: str) -> None:
    """Raise `InputError` for text that no Lean file can hold."""
    if "\0" in text:
        raise InputError(f"{what} contains a NUL byte (character {text.index(chr(0)) + 1}); remove it")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InputError(
            f"{what} contains a lone surrogate (character {error.start + 1}), which is not Unicode text; remove it"
        ) from error


def _from_source(text: str, where: str, context: str) -> list[Problem]:
    found = theorems(text.replace("\r\n", "\n"), where)
    if not found:
        raise InputError(f"{where} states no theorem; write `theorem NAME … := by`")
    # In a file with theorems to prove, those that have a proof are lemmas for the others.
    wanted = [stated for stated in found if not stated.finished] or found
    return _distinct((_problem(stated, context, where) for stated in wanted), where)


def _problem(stated: Stated, context: str, source: str) -> Problem:
    return Problem(
        name=stated.name,
        statement=stated.statement,
        context=context,
        header=stated.header,
        informal=stated.informal,
        source=source,
    )


def _rows(text: str, path: Path, context: str) -> Iterable[Problem]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        where = f"{path}, line {number}"
        row = parse_row(line, where)
        check_text(row.formal_statement + row.header, where)
        stated = theorems(row.formal_statement, where)
        if len(stated) != 1:
            raise InputError(f"formal_statement of {where} states {len(stated) or 'no'} theorems; it has to state one")
        header = "\n".join(part for part in (row.header.strip(), stated[0].header) if part)
        yield Problem(
            name=row.name,
            statement=stated[0].statement,
            context=row.context or context,
            header=header,
            split=row.split,
            informal=row.informal_statement,
            source=row.source or where,
        )


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


def _distinct(problems: Iterable[Problem], where: str) -> list[Problem]:
    found: dict[str, Problem] = {}
    for problem in problems:
        if problem.name in found:
            raise InputError(f"{where} holds two theorems called {problem.name}; rename one of them")
        found[problem.name] = problem
    return list(found.values())


def _named(problems: list[Problem], name: str, where: str) -> Problem:
    for problem in problems:
        if problem.name == name:
            return problem
    known = ", ".join(problem.name for problem in problems[:5])
    raise InputError(f"{where} has no theorem called {name}; it has {known}{', …' if len(problems) > 5 else ''}")


def _existing(text: str) -> Path | None:
    path = Path(text)
    try:
        if path.is_file():
            return path
        if path.is_dir():
            raise InputError(f"{text} is a folder; name a file in it")
        exists = path.exists()  # a pipe, `/dev/stdin`
    except (OSError, ValueError):  # too long for a path, or a NUL
        return None
    if not exists and path.suffix in (".lean", ".jsonl") and not _STATEMENT.search(text):
        raise InputError(f"there is no file {text}")
    return path if exists else None


def _dataset(text: str, context: str) -> list[Problem] | None:
    if not _DATASET.fullmatch(text):
        return None
    from prover.problems.catalogue import SOURCES
    from prover.problems.find import find_dataset

    if text.partition("/")[0] in SOURCES:
        return list(find_dataset(text, context=context).problems)
    try:
        path = next((path for folder in data_dirs() if (path := folder / f"{text}.jsonl").is_file()), None)
    except OSError:  # too long for a path
        return None
    return read_file(path, context) if path is not None else None


def _shown(text: str) -> str:
    line = text.strip().split("\n")[0]
    return repr(line if len(line) <= 60 else f"{line[:60]}…")

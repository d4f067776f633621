"""Datasets that others host: fetched once, kept as JSON lines, found again by name."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from prover.errors import DataError, InputError
from prover.paths import cache_dir, data_dirs
from prover.problems.dataset import Dataset, Origin, Report, revision
from prover.problems.fault import marked
from prover.problems.fetch import Pinned, fetch
from prover.problems.formats import Reader, read_path
from prover.types import Problem


@dataclass(frozen=True, slots=True)
class Part:
    """Pinned files, how they are read, and what becomes of them.

    `splits` maps the split that a row names upstream to the one it is kept as; `""` stands for every row.
    """

    files: tuple[Pinned, ...]
    reads: Reader
    splits: Mapping[str, str]
    renames: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HostedSource:
    """A dataset whose splits lie as `NAME/SPLIT.jsonl` in one of the data folders, or can be fetched.

    The statements of the splits in `auto_implicit` were written for a Lean that binds unknown letters by itself.
    """

    name: str
    summary: str
    licence: str
    parts: tuple[Part, ...]
    more_splits: tuple[str, ...] = ()
    auto_implicit: frozenset[str] = frozenset()

    @property
    def splits(self) -> tuple[str, ...]:
        """The splits that can be fetched, then those that only a folder of the user's may hold."""
        fetched = [kept for part in self.parts for kept in part.splits.values()]
        return tuple(dict.fromkeys([*fetched, *self.more_splits]))

    def find(self, split: str) -> Path | None:
        places = (folder / self.name / f"{split}.jsonl" for folder in data_dirs())
        return next((place for place in places if place.is_file()), None)

    def load(self, split: str, context: str) -> Dataset:
        if split not in self.splits:
            raise InputError(f"{self.name} has no split {split!r}; it has {', '.join(self.splits)}")
        path = self.find(split)
        if path is None:
            raise DataError(
                f"{self.name}/{split} is not on this machine: run `prover data get {self.name}`, "
                "or set PROOFSMITH_DATA to the folder that holds it"
            )
        found = load_path(path, f"{self.name}/{split}", split, context)
        if split not in self.auto_implicit:
            return found
        binding = tuple(problem.model_copy(update={"auto_implicit": True}) for problem in found.problems)
        return replace(found, problems=binding)

    def get(self, origin: Origin, report: Report) -> list[Path]:
        kept: dict[str, list[Problem]] = {}
        for part in self.parts:
            for split, problems in _read(part, origin, report).items():
                kept.setdefault(split, []).extend(problems)
        # Written only once everything was fetched and believed.
        return [self._write(split, merged(problems)) for split, problems in kept.items()]

    def _write(self, split: str, problems: list[Problem]) -> Path:
        path = cache_dir() / "data" / self.name / f"{split}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f".{path.name}.{os.getpid()}")
        partial.write_text("".join(f"{row(problem, split)}\n" for problem in problems), encoding="utf-8")
        partial.replace(path)
        return path


def load_path(path: Path, name: str, split: str, context: str) -> Dataset:
    """Return the dataset of a file or a folder in any layout. Raises `InputError`."""
    problems = tuple(read_path(path, context))
    # A pipe can be read once only: it has no hash.
    files = sorted(path.rglob("*.lean")) if path.is_dir() else [path] if path.is_file() else []
    return Dataset(
        name=name,
        split=split,
        problems=problems,
        revision=revision(problems),
        files=tuple((file.name if file == path else str(file.relative_to(path)), _sha256(file)) for file in files),
        faults=marked(problems, path.parent if path.is_file() else path),
    )


def row(problem: Problem, split: str) -> str:
    """Return a problem as a line of a dataset file."""
    fields = {
        "name": problem.name,
        "split": split.partition("_")[0],
        "formal_statement": problem.statement,
        "header": problem.header,
        "informal_statement": problem.informal,
        "source": problem.source,
        **({"tags": problem.tags} if problem.tags else {}),
        **({"auto_implicit": True} if problem.auto_implicit else {}),
    }
    return json.dumps(fields, ensure_ascii=False)


def merged(problems: Iterable[Problem]) -> list[Problem]:
    """Return the problems of several files, of each name the first: other files only print it again."""
    first: dict[str, Problem] = {}
    for problem in problems:
        first.setdefault(problem.name, problem)
    return list(first.values())


def _read(part: Part, origin: Origin, report: Report) -> dict[str, list[Problem]]:
    found: dict[str, list[Problem]] = {}
    for pinned in part.files:
        for path, text in fetch(pinned, origin, report).items():
            where = f"github:{pinned.revision}:{path}"
            for problem in part.reads(text, where, "core"):
                split = part.splits.get(problem.split, part.splits.get(""))
                if split is not None:
                    changes = {"source": where, "name": part.renames.get(problem.name, problem.name)}
                    found.setdefault(split, []).append(problem.model_copy(update=changes))
    return found


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

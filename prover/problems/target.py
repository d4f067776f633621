"""What people write for problems, read in one way by every command: a statement, a file, a folder, a dataset."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from prover.errors import InputError
from prover.paths import data_dirs
from prover.problems.formats import read_path, read_statement, read_text
from prover.problems.forms import completed_source, looks_like_a_proposition
from prover.registry import PYTHON
from prover.types import Problem

if TYPE_CHECKING:
    from prover.problems.dataset import Dataset, Report

_STATEMENT = re.compile(r"\b(?:theorem|lemma|example)\b|:=")


def read_target(target: str, name: str | None = None, context: str = "core") -> list[Problem]:
    """Return the problems that a command's argument stands for, or the one called `name`.

    A path that is there is read first, then a statement, then a dataset. Raises `InputError` or `DataError` with one
    sentence that says what to do.
    """
    path = _path(target)
    if path is not None:
        problems = read_path(path, context)
    elif _STATEMENT.search(target) or "\n" in target or not target.strip() or looks_like_a_proposition(target):
        problems = read_statement(target, context)
    else:
        problems = list(find_dataset(target, None, context).problems)
    return problems if name is None else [_named(problems, name, _shown(target))]


def left_out(target: str) -> tuple[str, ...]:
    """Return what a `.lean` file holds that `read_target` cannot read and goes past, a sentence each."""
    path = _path(target)
    if path is None or path.suffix != ".lean" or path.is_dir():
        return ()
    return completed_source(read_text(path), target).faults


def find_dataset(target: str, split: str | None = None, context: str = "core", fetch: Report | None = None) -> Dataset:
    """Return a dataset by its name or path; of a file with several splits, `split` takes one.

    Looks for a file or folder of this path, then for a known dataset (`minif2f/valid`, or `python:module:attribute`),
    then for `TARGET.jsonl` or a folder in the data folders. A known dataset that is not on this machine is fetched, or
    made, if `fetch` is given; it is told what is being done. Raises `InputError` or `DataError` with one sentence that
    says what to do.
    """
    # Not at the top: a statement is read in all haste, before Lean is started.
    from prover.problems.dataset import Origin
    from prover.problems.datasets import DATASETS, dataset_source
    from prover.problems.remote import load_path

    path = _path(target)
    if path is not None:
        return _only(load_path(path, path.absolute().name, split or "", context), split)
    name, _, named = target.rstrip("/").partition("/")
    if name in DATASETS or name.startswith(f"{PYTHON}:"):
        if split is not None and named and named != split:
            raise InputError(f"{target} names the split {named} and --split says {split}; give one of them")
        source = dataset_source(name)
        wanted = split or named or (source.splits[0] if len(source.splits) == 1 else "")
        if not wanted:
            raise InputError(f"{name} has several splits; write {name}/SPLIT with one of {', '.join(source.splits)}")
        if fetch is not None and wanted in source.splits and source.find(wanted) is None:
            fetch(f"{name} is not on this machine: it is fetched now")
            source.get(Origin(), fetch)
        return source.load(wanted, context)
    for folder in data_dirs():
        for place in (folder / target / f"{split}.jsonl", folder / f"{target}.jsonl", folder / target):
            if _exists(place):
                return _only(load_path(place, target, split or named, context), split)
    close = DATASETS.nearest(name)
    hint = close or f"; known are {', '.join(DATASETS)} (see `prover data list`)"
    raise InputError(
        f"{_shown(target)} is neither a file, a folder nor a dataset, nor a statement (`theorem NAME … := by`){hint}"
    )


def _only(dataset: Dataset, split: str | None) -> Dataset:
    """Return the rows of one split, where rows say which they belong to."""
    splits = {problem.split for problem in dataset.problems} - {""}
    if split is None or not splits:
        return dataset
    if split not in splits:
        raise InputError(f"{dataset.name} has no split {split!r}; it has {', '.join(sorted(splits))}")
    return replace(dataset, split=split, problems=tuple(row for row in dataset.problems if row.split == split))


def _path(text: str) -> Path | None:
    """Return the path that a text names, if there is something. Raises `InputError` for a file that is missing."""
    if not text:
        return None
    path = Path(text)
    try:
        exists = path.exists()
    except (OSError, ValueError):  # too long for a path, or a NUL
        return None
    if not exists and path.suffix in (".lean", ".jsonl") and not _STATEMENT.search(text):
        raise InputError(f"there is no file {text}")
    return path if exists else None


def _exists(path: Path) -> bool:
    try:
        return path.is_file() or path.is_dir()
    except (OSError, ValueError):  # too long for a path, or a NUL
        return False


def _named(problems: list[Problem], name: str, where: str) -> Problem:
    for problem in problems:
        if problem.name == name:
            return problem
    known = ", ".join(problem.name for problem in problems[:5])
    raise InputError(f"{where} has no theorem called {name}; it has {known}{', …' if len(problems) > 5 else ''}")


def _shown(text: str) -> str:
    line = text.strip().split("\n")[0]
    return repr(line if len(line) <= 60 else f"{line[:60]}…")

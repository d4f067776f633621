"""Find a dataset by what people write: `minif2f/valid`, `minif2f` with `--split valid`, a file, a folder."""

from __future__ import annotations

import difflib
from dataclasses import replace
from pathlib import Path

from prover.errors import InputError
from prover.paths import data_dirs
from prover.problems.catalogue import SOURCES
from prover.problems.dataset import Dataset
from prover.problems.hosted import load_path


def find_dataset(target: str, split: str | None = None, context: str = "core") -> Dataset:
    """Return a dataset by its name or path; of a file with several splits, `split` takes one.

    Looks for a file or folder of this path, then for a known dataset, then for `TARGET.jsonl` or a folder in the data
    folders. Raises `InputError` or `DataError` with one sentence that says what to do.
    """
    path = Path(target)
    if _exists(path):
        return _only(load_path(path, path.absolute().name, split or "", context), split)
    name, _, named = target.rstrip("/").partition("/")
    if name in SOURCES:
        if split is not None and named and named != split:
            raise InputError(f"{target} names the split {named} and --split says {split}; give one of them")
        source = SOURCES[name]
        wanted = split or named
        if not wanted:
            raise InputError(f"{name} has several splits; write {name}/SPLIT with one of {', '.join(source.splits)}")
        return source.load(wanted, context)
    for folder in data_dirs():
        for place in (folder / target / f"{split}.jsonl", folder / f"{target}.jsonl", folder / target):
            if _exists(place):
                return _only(load_path(place, target, split or named, context), split)
    close = difflib.get_close_matches(name, SOURCES, n=1)
    hint = f"; did you mean {close[0]}?" if close else f"; known are {', '.join(SOURCES)} (see `prover data list`)"
    raise InputError(f"{target} is neither a file, a folder nor a dataset{hint}")


def _only(dataset: Dataset, split: str | None) -> Dataset:
    """Return the rows of one split, where rows say which they belong to."""
    splits = {problem.split for problem in dataset.problems} - {""}
    if split is None or not splits:
        return dataset
    if split not in splits:
        raise InputError(f"{dataset.name} has no split {split!r}; it has {', '.join(sorted(splits))}")
    return replace(dataset, split=split, problems=tuple(it for it in dataset.problems if it.split == split))


def _exists(path: Path) -> bool:
    try:
        return path.is_file() or path.is_dir()
    except (OSError, ValueError):  # too long for a path, or a NUL
        return False

"""The registry of datasets: what may be written where a dataset is expected, in addition to files and folders."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prover.errors import InputError, UsageError
from prover.problems.dataset import Dataset, Origin, Report, Source, digest
from prover.registry import PYTHON, Entry, Registry, Spec, summary_of
from prover.types import Problem

DatasetEntry = Entry[Source]

Problems = Callable[[], "Iterable[Problem | str]"]
"""The simplest dataset: a function that returns problems, or statements."""


@dataclass(frozen=True, slots=True)
class FunctionSource:
    """Problems that a function returns: nothing is fetched, and the splits are those that problems name, or `all`."""

    name: str
    summary: str
    function: Problems
    licence: str = "that of the package"

    @property
    def splits(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(problem.split for problem in self._problems("core"))) or ("all",)

    def find(self, split: str) -> Path | None:
        return Path(inspect.getsourcefile(self.function) or ".")

    def load(self, split: str, context: str) -> Dataset:
        """Return a split. Raises `InputError` for one that no problem belongs to."""
        if split not in self.splits:
            raise InputError(f"{self.name} has no split {split!r}; it has {', '.join(self.splits)}")
        problems = tuple(problem for problem in self._problems(context) if problem.split == split)
        listing = digest(problem.model_dump_json() for problem in problems)
        return Dataset(f"{self.name}/{split}", split, problems, "local", ((self.name, listing),), {})

    def get(self, origin: Origin, report: Report) -> list[Path]:
        """Do nothing: the problems come with the package."""
        report(f"{self.name} comes with its package")
        return []

    def _problems(self, context: str) -> list[Problem]:
        from prover.problems.formats import distinct, read_statement

        found: list[Problem] = []
        for given in self.function():
            read = [given] if isinstance(given, Problem) else read_statement(given, context)
            found += [problem.model_copy(update={"split": problem.split or "all"}) for problem in read]
        return distinct(found, self.name)


def wrapped(name: str, value: Any) -> DatasetEntry:
    """Return the entry that a value is, or that is made of it: a `Source`, or a function that returns problems."""
    if isinstance(value, Entry):
        return value
    if hasattr(value, "load") and hasattr(value, "splits"):
        made: Any = value() if inspect.isclass(value) else value
        return source_entry(name, made)
    if callable(value):
        said = summary_of(value, "problems of a function")
        return source_entry(name, FunctionSource(name, said, value))
    raise UsageError(f"the dataset {name} is a {type(value).__name__}; name a function that returns problems")


def source_entry(name: str, source: Source) -> DatasetEntry:
    """Return the entry of a source; `prover doctor` says which splits are on this machine."""

    def check() -> str:
        here = [split for split in source.splits if source.find(split) is not None]
        return f"{', '.join(here) or 'no split'} of {', '.join(source.splits)} on this machine"

    return Entry(name=name, summary=source.summary, make=lambda settings, spec: source, check=check)


DATASETS: Registry[DatasetEntry] = Registry(
    "dataset",
    "proofsmith.datasets",
    {
        "minif2f": "prover.problems.catalogue:MINIF2F_ENTRY",
        "textbook": "prover.problems.catalogue:TEXTBOOK_ENTRY",
        "lean_workbook": "prover.problems.catalogue:LEAN_WORKBOOK_ENTRY",
        "library": "prover.problems.library.source:DATASET",
    },
    wrapped,
)
"""Every dataset by name."""


class DatasetSpec(Spec):
    """Which dataset."""

    registry = DATASETS


def dataset_source(text: str) -> Source:
    """Return the source of a dataset, by its name or as `python:module:attribute`. Raises `UsageError`."""
    name, _, target = text.partition(":")
    entry = DATASETS.get(PYTHON, target) if name == PYTHON else DATASETS.get(text)
    return entry.make(entry.read({}), DatasetSpec.model_construct(name=name, target=target, settings={}))

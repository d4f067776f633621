"""A dataset as a value, and the interface of its sources."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from prover.problems.fault import Fault
from prover.types import Problem

Report = Callable[[str], None]
"""Told what is being fetched, a line at a time."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """Problems with what pins them down.

    `name` is how it was asked for (`minif2f/valid`), `revision` where its statements come from, as
    `repository@commit` where that is known, `files` the hash of every file that was read. `faults` marks the problems
    whose statement is known to be wrong.
    """

    name: str
    split: str
    problems: tuple[Problem, ...]
    revision: str
    files: tuple[tuple[str, str], ...]
    faults: dict[str, Fault]

    @property
    def statements_sha256(self) -> str:
        """One hash over names and statements; white space does not count, so any layout gives the same hash."""
        return digest(_line(problem) for problem in self.problems)


def _line(problem: Problem) -> str:
    binds = " auto_implicit" if problem.auto_implicit else ""
    return " ".join(f"{problem.name} {problem.context} {problem.header} {problem.statement}{binds}".split())


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a source gets its files: over HTTPS from `base`, or from `folder`."""

    base: str = "https://raw.githubusercontent.com"
    folder: Path | None = None


class Source(Protocol):
    """A dataset that is known by its name: a plug-in; see `prover.problems.datasets`."""

    @property
    def name(self) -> str: ...

    @property
    def summary(self) -> str:
        """One line for people who choose."""
        ...

    @property
    def licence(self) -> str: ...

    @property
    def splits(self) -> tuple[str, ...]:
        """The splits, with the version where there are several: `valid`, `valid_v2`."""
        ...

    def find(self, split: str) -> Path | None:
        """Return the file or folder of a split on this machine, or None if it is not here."""
        ...

    def load(self, split: str, context: str) -> Dataset:
        """Return a split. Raises `DataError` with what to do if it is not on this machine."""
        ...

    def get(self, origin: Origin, report: Report) -> list[Path]:
        """Put every split on this machine, checked against its pins. Raises `DataError`."""
        ...


def digest(lines: Iterable[str]) -> str:
    """Return one hash over lines, which does not depend on their order."""
    return hashlib.sha256("".join(f"{line}\n" for line in sorted(lines)).encode()).hexdigest()


def revision(problems: Iterable[Problem]) -> str:
    """Return the upstream `repository@commit` that the sources of problems name, or `local`."""
    found = {problem.source.partition(":")[2].partition(":")[0] for problem in problems if "@" in problem.source}
    return ", ".join(sorted(found)) or "local"

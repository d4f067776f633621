"""The library as a dataset that is known by its name."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from prover.errors import DataError, InputError
from prover.lean.context import LIBRARY
from prover.lean.embedded.install import LEAN, install
from prover.problems.dataset import Dataset, Origin, Report
from prover.problems.datasets import source_entry
from prover.problems.library.enumeration import enumerate_library
from prover.problems.library.record import NAME, RULES, ModuleRow, find, read
from prover.problems.library.split import SPLITS, split
from prover.types import ContextName, Problem

BLOCK = 300


@dataclass(frozen=True, slots=True)
class LibrarySource:
    """Theorems of Init and Std, enumerated from the Lean that is installed; nothing is fetched."""

    name: str = NAME
    summary: str = (
        "theorems of Lean's Init and Std, each with what its module imports; `valid` and `test` hold out modules"
    )
    licence: str = "Apache-2.0"
    splits: tuple[str, ...] = SPLITS

    def find(self, split: str) -> Path | None:
        return find()

    def load(self, split: str, context: str) -> Dataset:
        """Return a split; every problem has the context of its module; `context` is ignored."""
        if split not in self.splits:
            raise InputError(f"{self.name} has no split {split!r}; it has {', '.join(self.splits)}")
        path = find()
        if path is None:
            raise DataError(f"{self.name} was not enumerated on this machine: run `prover data get {self.name}`")
        return Dataset(
            name=f"{self.name}/{split}",
            split=split,
            problems=tuple(in_blocks([problem for problem in problems(path) if problem.split == split])),
            revision=f"{LEAN.spec}, rules {RULES}",
            files=((path.name, hashlib.sha256(path.read_bytes()).hexdigest()),),
            faults={},
        )

    def get(self, origin: Origin, report: Report) -> list[Path]:
        """Enumerate the library, which takes minutes the first time, and say what is in it."""
        path = enumerate_library(install(), report)
        for line in summary(path):
            report(line)
        return [path]


def problems(path: Path) -> tuple[Problem, ...]:
    """Return all problems, in the order of the library."""
    return _problems(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=1)
def _problems(path: Path, _changed: int) -> tuple[Problem, ...]:
    return tuple(problem for _, problem in _kept(read(path)))


def _kept(rows: Sequence[ModuleRow]) -> Iterator[tuple[ModuleRow, Problem]]:
    """Yield problems with the rows they come from; of theorems of one type the first in the library."""
    seen: set[str] = set()
    for row in sorted(rows, key=lambda row: row.order):
        for theorem in row.theorems:
            if theorem.digest not in seen:
                seen.add(theorem.digest)
                yield (
                    row,
                    Problem(
                        name=theorem.name,
                        statement=theorem.statement,
                        context=str(ContextName(LIBRARY, row.module)),
                        split=split(theorem.name, row.module),
                        source=row.module,
                        lacks=row.lacks,
                    ),
                )


def in_blocks(chosen: Sequence[Problem]) -> list[Problem]:
    """Return problems in blocks that are samples of all of them, by hash, each in the order of the library.

    So the first 300 are as good as any, and Lean enters as few contexts as may be.
    """
    rank = {problem.name: hashlib.sha256(f"order {problem.name}".encode()).digest() for problem in chosen}
    drawn = sorted(chosen, key=lambda entry: rank[entry.name])
    block = {problem.name: position // BLOCK for position, problem in enumerate(drawn)}
    return sorted(chosen, key=lambda entry: block[entry.name])


def summary(path: Path) -> Iterator[str]:
    """Say how many theorems there are in each split and why others are not there."""
    rows = read(path)
    kept = list(_kept(rows))
    dropped: Counter[str] = Counter({"type of another": sum(len(row.theorems) for row in rows) - len(kept)})
    for row in rows:
        dropped.update(row.dropped)
    for name in SPLITS:
        of_it = [row for row, problem in kept if problem.split == name]
        lacking: Counter[str] = Counter(tactic for row in of_it for tactic in row.lacks)
        modules = len({row.module for row in of_it})
        lacks = ", ".join(f"{tactic} {count}" for tactic, count in lacking.most_common())
        yield f"{name}: {len(of_it)} theorems of {modules} modules; without lemmas for: {lacks or 'nothing'}"
    yield f"not looked at, of large modules: {sum(row.skipped for row in rows)}"
    for reason, count in dropped.most_common():
        yield f"dropped, {reason}: {count}"


DATASET = source_entry(NAME, LibrarySource())

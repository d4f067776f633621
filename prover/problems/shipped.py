"""Datasets of our own, which lie in the repository and travel inside the package."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from prover.errors import InputError, SetupError
from prover.paths import shipped_data
from prover.problems.dataset import Dataset, Origin, Report
from prover.problems.halves import Half, in_half
from prover.problems.remote import load_path

WHOLE = "all"


@dataclass(frozen=True, slots=True)
class ShippedSource:
    """A `.jsonl` file of the folder `data`, whole (`all`) or one of its halves (`tuned`, `reporting`)."""

    name: str
    summary: str
    licence: str = "Apache-2.0"
    splits: tuple[str, ...] = (WHOLE, *Half)

    def find(self, split: str) -> Path | None:
        return next((path for folder in shipped_data() if (path := folder / f"{self.name}.jsonl").is_file()), None)

    def load(self, split: str, context: str) -> Dataset:
        if split not in self.splits:
            raise InputError(f"{self.name} has no split {split!r}; it has {', '.join(self.splits)}")
        path = self.find(split)
        if path is None:
            raise SetupError(f"{self.name}.jsonl is missing from this installation: install proofsmith again")
        whole = load_path(path, f"{self.name}/{split}", split, context)
        if split == WHOLE:
            return whole
        return replace(whole, problems=tuple(in_half(whole.problems, Half(split))))

    def get(self, origin: Origin, report: Report) -> list[Path]:
        """Return where the dataset lies; it is part of the package."""
        path = self.find(WHOLE)
        return [path] if path is not None else []

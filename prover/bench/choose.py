"""Take some problems of a dataset, in the context that they come with."""

from __future__ import annotations

import re
from dataclasses import replace

from prover.config import SearchConfig
from prover.errors import UsageError
from prover.lean.backend import backend
from prover.lean.context import LIBRARY
from prover.problems.dataset import Dataset


def choose(dataset: Dataset, match: str | None = None, limit: int | None = None) -> tuple[Dataset, str]:
    """Return the first `limit` problems whose names contain a match of a pattern, and how to say that.

    Raises `UsageError` if nothing is left.
    """
    problems = dataset.problems
    said = []
    if match is not None:
        try:
            pattern = re.compile(match)
        except re.error as error:
            raise UsageError(f"--match {match!r} is no regular expression: {error}") from error
        problems = tuple(problem for problem in problems if pattern.search(problem.name))
        said.append(f"match={match}")
    if limit is not None:
        problems = problems[:limit]
        said.append(f"limit={limit}")
    if not problems:
        raise UsageError(f"no problem of {dataset.name} is called anything like {match!r}")
    kept = {problem.name for problem in problems}
    faults = {name: fault for name, fault in dataset.faults.items() if name in kept}
    return replace(dataset, problems=problems, faults=faults), " ".join(said)


def in_context(search: SearchConfig, dataset: Dataset) -> SearchConfig:
    """Return the settings as they hold for a dataset: problems of Lean's library bring contexts of their own.

    Raises `UsageError` for a backend that does not have these.
    """
    if not any(problem.where.kind == LIBRARY for problem in dataset.problems):
        return search
    if LIBRARY not in backend(search.lean).contexts:
        message = f"--lean {search.lean} would import what {dataset.name} asks to prove; use embedded Lean"
        raise UsageError(message)
    return search.model_copy(update={"context": LIBRARY})

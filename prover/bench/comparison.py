"""Pair two runs, or all the runs of a grid."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path

from prover.bench.folder import Run
from prover.bench.summary import position, shares_cache
from prover.errors import DataError
from prover.runs.paired import Comparison, Pair, compare, holm, sentence
from prover.types import Frozen
from search.types import UNITS


class ComparisonReport(Frozen):
    """Two runs compared. `settings` says, a line each, in what their configurations differ; `first` is "here".

    `adjusted_p_value` is Holm's, where the comparison is one of several.
    """

    first: str
    second: str
    sentence: str
    comparison: Comparison
    settings: tuple[str, ...]
    adjusted_p_value: float


def compare_runs(first: Run, second: Run) -> ComparisonReport:
    """Return the comparison of two runs.

    Raises `DataError` unless both are finished and asked the same statements: a paired comparison needs pairs.
    """
    one, other = _labels(first.path, second.path)
    return _report(first, second, _compared(first, second), one, other, None)


def compare_all(runs: Sequence[Run]) -> list[ComparisonReport]:
    """Return the comparisons of every two runs of a grid, their p-values adjusted for their number (Holm 1979)."""
    pairs = list(itertools.combinations(runs, 2))
    found = [_compared(first, second) for first, second in pairs]
    adjusted = holm([comparison.p_value for comparison in found])
    return [
        _report(first, second, comparison, first.path.name, second.path.name, p_value)
        for (first, second), comparison, p_value in zip(pairs, found, adjusted, strict=True)
    ]


def _compared(first: Run, second: Run) -> Comparison:
    for run in (first, second):
        missing = len(run.asked) * run.config.samples - len(run.attempts)
        if missing:
            raise DataError(f"{run.path} is unfinished, {missing} attempts are missing: run its `prover bench` again")
    asked = [{entry.problem.name: entry.problem.statement_sha256 for entry in run.asked} for run in (first, second)]
    if asked[0] != asked[1]:
        names = [name for name in {**asked[0], **asked[1]} if asked[0].get(name) != asked[1].get(name)]
        raise DataError(
            f"{first.path} and {second.path} asked different statements, {len(names)} of them ({names[0]}, for one): "
            "only runs of the same problems can be paired"
        )
    one, other = _results(first), _results(second)
    pairs = [
        Pair(
            name=name,
            first=one[name][0],
            second=other[name][0],
            first_cost=one[name][1],
            second_cost=other[name][1],
        )
        for name in asked[0]
    ]
    clocks = not shares_cache(first) and not shares_cache(second)
    return compare(pairs, [unit for unit in UNITS if unit != "seconds" or clocks])


def _results(run: Run) -> dict[str, tuple[bool, dict[str, float]]]:
    """Return for each problem whether any sample proved it, and what all of them cost."""
    results: dict[str, tuple[bool, dict[str, float]]] = {}
    for attempt in run.attempts:
        proved, cost = results.get(attempt.problem, (False, {}))
        spent = position(attempt)
        both = {unit: cost.get(unit, 0.0) + spent[unit] for unit in spent}
        results[attempt.problem] = (proved or attempt.status == "proved", both)
    return results


def _report(
    first: Run, second: Run, comparison: Comparison, one: str, other: str, adjusted: float | None
) -> ComparisonReport:
    return ComparisonReport(
        first=one,
        second=other,
        sentence=sentence(comparison, one, other),
        comparison=comparison,
        settings=tuple(_settings(first, second)),
        adjusted_p_value=comparison.p_value if adjusted is None else adjusted,
    )


def _settings(first: Run, second: Run) -> list[str]:
    """Return in what two configurations differ; options that only one strategy has are no difference of their own."""
    both = first.config.strategy_options.keys() & second.config.strategy_options.keys()
    return [
        line
        for line in first.config.differences(second.config)
        if not line.startswith("strategy_options.") or line.partition(":")[0].removeprefix("strategy_options.") in both
    ]


def _labels(first: Path, second: Path) -> tuple[str, str]:
    """Return the last parts of two paths, as many as tell them apart."""
    one, other = first.absolute().parts, second.absolute().parts
    for length in range(1, max(len(one), len(other)) + 1):
        if one[-length:] != other[-length:]:
            return "/".join(one[-length:]), "/".join(other[-length:])
    return str(first), str(second)

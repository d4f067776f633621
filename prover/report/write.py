"""Write the reports of a run or a grid: for machines, for a terminal or a pull request, and to look at."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from prover.bench.comparison import ComparisonReport, compare_all
from prover.bench.folder import Run, read_run
from prover.bench.summary import Summary, summarise
from prover.errors import DataError
from prover.lines import write_whole
from prover.report.grid import grid_markdown, grid_page
from prover.report.index import index_markdown, index_page
from prover.report.markdown import markdown
from prover.report.run import run_page
from prover.types import Frozen


class GridReport(Frozen):
    """The runs of a grid, and every two of them compared, with p-values adjusted for their number."""

    names: tuple[str, ...]
    runs: tuple[Summary, ...]
    comparisons: tuple[ComparisonReport, ...]


def write_report(folder: Path, ks: Sequence[int] = ()) -> Summary:
    """Write `report.json`, `report.md` and `report.html` of a run and return its numbers."""
    run = read_run(folder)
    summary = summarise(run, ks)
    _write(folder, f"{summary.model_dump_json(indent=1)}\n", markdown(summary), run_page(run, summary))
    return summary


def write_grid_report(folder: Path, cells: Sequence[Path]) -> GridReport:
    """Write the same of a folder of runs, and return what they come to.

    Runs over the same statements are laid side by side; runs over different ones get an index, in which those are
    compared that can be. Runs that cannot be read are left out, and the page says which and why. Raises `DataError`
    if none can be read.
    """
    runs, left_out = _readable(cells)
    summaries = [summarise(run) for run in runs]
    groups: dict[frozenset[tuple[str, str]], list[tuple[Run, Summary]]] = {}
    for run, summary in zip(runs, summaries, strict=True):
        asked = frozenset((entry.problem.name, entry.problem.statement_sha256) for entry in run.asked)
        groups.setdefault(asked, []).append((run, summary))
    finished = [[run for run, summary in group if summary.finished] for group in groups.values()]
    report = GridReport(
        names=tuple(run.path.name for run in runs),
        runs=tuple(summaries),
        comparisons=tuple(comparison for group in finished for comparison in compare_all(group)),
    )
    if len(groups) == 1 and not left_out:
        page = grid_page(report.names, report.runs, report.comparisons, _results(runs))
        text = grid_markdown(report.names, report.runs, report.comparisons)
    else:
        named = [[(run.path.name, summary) for run, summary in group] for group in groups.values()]
        page = index_page(named, report.comparisons, left_out)
        text = index_markdown(named, left_out)
    _write(folder, f"{report.model_dump_json(indent=1)}\n", text, page)
    return report


def _readable(cells: Sequence[Path]) -> tuple[list[Run], list[str]]:
    """Return the runs that can be read, and a sentence for each of the others."""
    runs, left_out = [], []
    for cell in cells:
        try:
            runs.append(read_run(cell))
        except DataError as error:
            left_out.append(f"Left out: {error}.")
    if not runs:
        raise DataError(left_out[0].removeprefix("Left out: ").removesuffix("."))
    return runs, left_out


def _results(runs: Sequence[Run]) -> dict[str, list[str]]:
    """Return for each problem what became of it in every run, the best of several samples."""
    order = ("proved", "refuted", "unproved", "error")
    found: dict[str, list[str]] = {asked.problem.name: [""] * len(runs) for run in runs for asked in run.asked}
    for place, run in enumerate(runs):
        for attempt in run.attempts:
            row = found.setdefault(attempt.problem, [""] * len(runs))
            if not row[place] or order.index(attempt.status) < order.index(row[place]):
                row[place] = attempt.status
    return found


def _write(folder: Path, json: str, text: str, page: str) -> None:
    write_whole(folder / "report.json", json.encode())
    write_whole(folder / "report.md", text.encode())
    write_whole(folder / "report.html", page.encode())

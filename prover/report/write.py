"""Write the reports of a run or a grid: for machines, for a terminal or a pull request, and to look at."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from prover.bench.comparison import ComparisonReport, compare_all
from prover.bench.folder import Run, read_run
from prover.bench.summary import Summary, summarise
from prover.lines import write_whole
from prover.report.grid import grid_markdown, grid_page
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
    """Write the same of a grid, from its runs, and return what they come to."""
    runs = [read_run(cell) for cell in cells]
    summaries = tuple(summarise(run) for run in runs)
    finished = [run for run, summary in zip(runs, summaries, strict=True) if summary.finished]
    report = GridReport(
        names=tuple(run.path.name for run in runs), runs=summaries, comparisons=tuple(compare_all(finished))
    )
    page = grid_page(report.names, report.runs, report.comparisons, _results(runs))
    text = grid_markdown(report.names, report.runs, report.comparisons)
    _write(folder, f"{report.model_dump_json(indent=1)}\n", text, page)
    return report


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

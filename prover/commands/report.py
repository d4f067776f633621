"""`prover report`: render a run again."""

from __future__ import annotations

from pathlib import Path

import typer

from prover.errors import DataError


def run(
    folder: Path = typer.Argument(help="The folder of a run or of a grid.", show_default=False),
    k: list[int] = typer.Option([], "--k", min=1, help="Also pass@K; may be repeated.", show_default=False),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document on standard output."),
) -> int:
    """Write report.json, report.md and report.html of a run again, finished or not.

    \b
    Example:
      prover report runs/first
    """
    from prover.bench.folder import refresh
    from prover.report.write import write_grid_report, write_report
    from prover.runs.store import NAME

    if (folder / "config.json").is_file() or (folder / NAME).is_file():
        refresh(folder)
        summary = write_report(folder, k)
        text = summary.model_dump_json()
    else:
        cells = sorted(path.parent for path in folder.glob("*/config.json"))
        if not cells:
            raise DataError(f"{folder} is no run: it has no config.json, and neither have the folders in it")
        text = write_grid_report(folder, cells).model_dump_json()
    print(text if as_json else folder / "report.html")
    return 0

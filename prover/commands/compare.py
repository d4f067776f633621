"""`prover compare`: two runs, problem by problem."""

from __future__ import annotations

from pathlib import Path

import typer


def run(
    first: Path = typer.Argument(help="The folder of a run.", show_default=False),
    second: Path = typer.Argument(help="The folder of another run of the same problems.", show_default=False),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document on standard output."),
) -> int:
    """Compare two runs of the same problems: wins, losses, an interval, a p-value, cost ratios, and a plain sentence.

    \b
    Example:
      prover compare runs/best-first runs/mcts
    """
    from prover.bench.comparison import compare_runs
    from prover.bench.folder import read_run

    report = compare_runs(read_run(first), read_run(second))
    if as_json:
        print(report.model_dump_json())
        return 0
    found = report.comparison
    print(report.sentence)
    print()
    print(f"{found.problems} problems: {found.both} proved by both, {found.neither} by neither")
    print(f"only {report.second}: {', '.join(found.wins) or 'none'}")
    print(f"only {report.first}: {', '.join(found.losses) or 'none'}")
    points = found.difference
    print(
        f"difference {100 * points.value:+.1f} points, 95% {100 * points.low:+.1f} to {100 * points.high:+.1f}"
        f" (Newcombe's score interval); McNemar, exact: p = {found.p_value:.3g}"
    )
    print()
    print(f"cost of {report.second} for each unit of {report.first}, 95% (bootstrap over problems):")
    for ratio in found.ratios:
        between = f"{ratio.ratio.value:.2f}  ({ratio.ratio.low:.2f} to {ratio.ratio.high:.2f})"
        print(f"  {ratio.unit:15} {ratio.over:12} {between}   {ratio.problems} problems")
    if report.settings:
        print(f"settings that differ, {report.first} here and {report.second} there:")
    for line in report.settings:
        print(f"  {line}")
    return 0

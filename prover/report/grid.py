"""The page of a grid: its runs side by side, their curves in one drawing, every two of them compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from urllib.parse import quote

from prover.bench.comparison import ComparisonReport
from prover.bench.summary import Summary
from prover.report.curves import MOST_COLOURS
from prover.report.elements import charts, fact_list, note, table, whisker
from prover.report.facts import percent, setting
from prover.report.page import page

_CURVES = "Within a cost a problem, with pointwise 95 % Wilson bands; dashed where a curve is a lower bound."


Results = Mapping[str, Sequence[str]]
"""For each problem what became of it in every run: `proved`, `refuted`, `unproved`, `error`, or nothing yet."""
_MARKS = {"proved": "✓", "refuted": "✕", "unproved": "·", "error": "!"}


def grid_page(
    names: Sequence[str], runs: Sequence[Summary], comparisons: Sequence[ComparisonReport], results: Results
) -> str:
    """Return a self-contained page about a grid; it links to the runs' own pages next to it."""
    dataset = runs[0].config.dataset
    notes = _notes(names, runs)
    rows = (
        (
            f'<span class="key c{number % MOST_COLOURS}"></span><a href="{quote(name)}/report.html">{escape(name)}</a>',
            f"{run.proved} of {run.problems}",
            whisker(run.share),
            percent(run.share),
            f"{run.cost.lean_calls:,}",
            f"{run.cost.heartbeats / 1000:,.0f} M",
            f"{run.cost.wall_seconds:,.0f} s",
        )
        for number, (name, run) in enumerate(zip(names, runs, strict=True))
    )
    heads = ("run", "proved", "", "share, 95 % interval", "Lean calls", "heartbeats", "seconds of attempts")
    curves = [(name, curve) for name, run in zip(names, runs, strict=True) for curve in run.curves]
    absent = [name for name, run in zip(names, runs, strict=True) if run.no_curves]
    remark = f"{_CURVES} Without a curve: {', '.join(absent)}." if absent else _CURVES
    parts = (
        f'<main><p class="eyebrow">{escape(dataset.name)} · {escape(dataset.revision)}</p>',
        f"<h1>{len(runs)} runs over {runs[0].problems} problems</h1>",
        *map(note, notes),
        f"<h2>Runs</h2>{table(heads, rows, 'groups')}",
        f"<h2>Proved against cost</h2>{charts(curves, remark)}" if curves else "",
        comparisons_table(comparisons),
        _matrix(names, results),
        f'<h2>Setting of the first run</h2><div class="card padded">{fact_list(setting(runs[0]))}</div></main>',
    )
    title = f"{dataset.name}: {len(runs)} runs"
    scripts = ("dom.js", "curve.js", "grid.js")
    return page(title, "\n".join(parts), styles=("page.css", "run.css"), scripts=scripts, data={})


def grid_markdown(names: Sequence[str], runs: Sequence[Summary], comparisons: Sequence[ComparisonReport]) -> str:
    """Return the same as Markdown, without drawings."""
    lines = [
        f"# {runs[0].config.dataset.name}: {len(runs)} runs over {runs[0].problems} problems",
        "",
        *(f"> {text}\n" for text in _notes(names, runs)),
        "| run | proved | share, 95 % interval | Lean calls | heartbeats (thousands) | wall seconds |",
        "|---|---|---|---|---|---|",
    ]
    for name, run in zip(names, runs, strict=True):
        cost = run.cost
        lines.append(
            f"| {name} | {run.proved} of {run.problems} | {percent(run.share)} | {cost.lean_calls:,} | "
            f"{cost.heartbeats:,} | {cost.wall_seconds:,.0f} |"
        )
    lines += [
        "",
        *(f"- {comparison.sentence} After Holm, p = {comparison.adjusted_p_value:.2g}." for comparison in comparisons),
    ]
    return "\n".join(lines) + "\n"


def _notes(names: Sequence[str], runs: Sequence[Summary]) -> list[str]:
    """Return what is true of every run once, and what is not with the run's name."""
    shared = set.intersection(*(set(run.notes) for run in runs))
    pairs = ((name, text) for name, run in zip(names, runs, strict=True) for text in run.notes)
    own = [f"{text} ({name})" for name, text in pairs if text not in shared]
    return own + [text for text in runs[0].notes if text in shared]


def _matrix(names: Sequence[str], results: Results) -> str:
    """Return the problems with what became of each in every run; those that tell runs apart stand first."""
    ordered = sorted(results, key=lambda problem: (len(set(results[problem])) == 1, problem))
    rows = (
        (
            escape(problem),
            *(
                f'<a class="cell {status}" title="{status or "not attempted yet"}" '
                f'href="{quote(name)}/report.html#{quote(problem)}">{_MARKS.get(status, "")}</a>'
                for name, status in zip(names, results[problem], strict=True)
            ),
        )
        for problem in ordered
    )
    heads = ("problem", *(str(number) for number in range(1, len(names) + 1)))
    told = sum(len(set(statuses)) > 1 for statuses in results.values())
    legend = "; ".join(f"{number}: {escape(name)}" for number, name in enumerate(names, 1))
    remark = f"<p class='soft'>{told} of {len(results)} problems tell the runs apart. {legend}</p>"
    return f"<h2>Problem by problem</h2>{remark}{table(heads, rows, 'matrix')}"


def comparisons_table(comparisons: Sequence[ComparisonReport]) -> str:
    """Return a table of paired comparisons, or nothing where there is none."""
    if not comparisons:
        return ""
    rows = []
    for entry in comparisons:
        found = entry.comparison
        points = found.difference
        between = f"{100 * points.value:+.1f} ({100 * points.low:+.1f} to {100 * points.high:+.1f})"
        won = f"+{len(found.wins)} −{len(found.losses)}"
        runs = escape(f"{entry.second} against {entry.first}")
        rows.append((runs, won, between, f"{found.p_value:.2g}", f"{entry.adjusted_p_value:.2g}"))
    heads = ("runs", "only one proved", "difference in points, 95 % interval", "McNemar p", "after Holm")
    return f"<h2>Compared, problem by problem</h2>{table(heads, rows)}"

"""The page of a folder of runs over different problems: runs over the same ones stand together and are compared."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from urllib.parse import quote

from prover.bench.comparison import ComparisonReport
from prover.bench.summary import Summary
from prover.report.elements import note, table, whisker
from prover.report.facts import percent
from prover.report.grid import comparisons_table
from prover.report.page import page

LONGEST = 60
"""Characters of a selection that a heading shows."""
Named = tuple[str, Summary]
_HEADS = ("run", "policy", "strategy", "proved", "", "share, 95 % interval", "Lean calls", "heartbeats")


def index_page(groups: Sequence[Sequence[Named]], found: Sequence[ComparisonReport], left_out: Sequence[str]) -> str:
    """Return a self-contained page; runs of one group asked the same statements. It links to the runs' own pages."""
    runs = sum(map(len, groups))
    sections = (
        f"<h2>{escape(title(group))}</h2>{table(_HEADS, map(_row, group), 'runs')}"
        f"{comparisons_table(_among(group, found))}"
        for group in groups
    )
    head = f"<main><h1>{runs} runs over {len(groups)} sets of problems</h1>"
    parts = (head, *map(note, left_out), *sections, "</main>")
    return page(f"{runs} runs", "\n".join(parts), styles=("page.css", "run.css"), scripts=(), data={})


def index_markdown(groups: Sequence[Sequence[Named]], left_out: Sequence[str]) -> str:
    """Return the same as Markdown, without drawings."""
    lines = [f"# {sum(map(len, groups))} runs over {len(groups)} sets of problems", ""]
    lines += [f"> {text}\n" for text in left_out]
    for group in groups:
        lines += [f"## {title(group)}", "", "| run | policy | proved | share, 95 % interval |", "|---|---|---|---|"]
        lines += [
            f"| {name} | {run.config.policy.name} | {_proved(run)} | {percent(run.share)} |" for name, run in group
        ]
        lines.append("")
    return "\n".join(lines)


def title(group: Sequence[Named]) -> str:
    """Return what runs of a group were over."""
    dataset, problems = group[0][1].config.dataset, group[0][1].problems
    said = dataset.selection if len(dataset.selection) <= LONGEST else f"{dataset.selection[: LONGEST - 1]}…"
    chosen = f" ({said})" if said else ""
    return f"{dataset.name}{chosen}, {problems} problems"


def _row(named: Named) -> tuple[str, ...]:
    name, run = named
    return (
        f'<a href="{quote(name)}/report.html">{escape(name)}</a>',
        escape(run.config.policy.name),
        escape(run.config.search.strategy.name),
        _proved(run),
        whisker(run.share),
        percent(run.share),
        f"{run.cost.lean_calls:,}",
        f"{run.cost.heartbeats / 1000:,.0f} M",
    )


def _proved(run: Summary) -> str:
    return f"{run.proved} of {run.problems}{'' if run.finished else ', unfinished'}"


def _among(group: Sequence[Named], found: Sequence[ComparisonReport]) -> list[ComparisonReport]:
    names = {name for name, _ in group}
    return [entry for entry in found if {entry.first, entry.second} <= names]

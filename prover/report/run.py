"""The page of a run: headline, curves, groups, a table of every problem with its proof, cost and search."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape

from prover.bench.folder import Run
from prover.bench.stratum import stratum
from prover.bench.summary import Failure, Summary
from prover.report.elements import charts, chip, duration, fact_list, note, table, whisker
from prover.report.facts import apart, costs, lost_attempts, percent, setting
from prover.report.mathml import informal_html
from prover.report.page import page
from prover.report.tree import SCRIPTS, STYLES
from prover.types import Attempt

MOST_TREE_BYTES = 60_000_000
"""What the searches may add to the page; those of later problems are left out, and the page says so."""

_CURVES = (
    "Within a cost a problem: verified proofs as a share of all problems, with pointwise 95 % Wilson bands. "
    "Dashed: some searches had stopped for another limit, so the curve is a lower bound."
)


def run_page(run: Run, summary: Summary) -> str:
    """Return a self-contained page about a run; searches are inside, compressed, and unpacked when looked at."""
    trees, left_out = _trees(run)
    missing = f"The searches of {left_out} attempts are not in this page; they are in the run's folder."
    parts = (
        "<main>",
        _head(summary),
        "<h2>Proved against cost</h2>",
        charts([("proved", curve) for curve in summary.curves], _CURVES)
        if summary.curves
        else f"<p>{escape(summary.no_curves or 'Nothing was spent yet.')}</p>",
        "<h2>Groups</h2>",
        table(
            ("group", "proved", "", "share, 95 % interval"),
            (
                (
                    escape(stratum.name),
                    f"{stratum.proved} of {stratum.problems}",
                    whisker(stratum.share),
                    percent(stratum.share),
                )
                for stratum in summary.strata
            ),
            "groups",
        ),
        '<h2>Problems</h2><div id="problems"><noscript>The table needs JavaScript.</noscript></div>',
        f'<p class="soft">{missing}</p>' if left_out else "",
        _failures("Statements that do not elaborate", summary.statement_failures),
        _failures("Attempts that broke", summary.infrastructure_failures),
        _failures("Found by the search, and not accepted by the verifier", summary.unverified),
        _accounts(summary),
        f'<h2>Setting</h2><div class="card padded">{fact_list(setting(summary))}</div>',
        "</main>",
        trees,
    )
    return page(
        f"{summary.config.dataset.name}: {summary.proved} of {summary.problems}",
        "\n".join(part for part in parts if part),
        styles=(*STYLES, "run.css"),
        scripts=(*SCRIPTS, "table.js", "curve.js", "run.js"),
        data={"rows": _rows(run), "curves": [curve.model_dump(mode="json") for curve in summary.curves]},
    )


def _head(summary: Summary) -> str:
    config, share, cost = summary.config, summary.share, summary.cost
    began = summary.segments[0].began[:10] if summary.segments else ""
    labels = [str(config.search.strategy), config.policy.name, str(config.search.budget)]
    labels += [f"context {config.lean.context}", f"Lean {config.lean.version}"]
    chips = [chip(label) for label in labels]
    if not summary.finished:
        chips.append(chip(f"unfinished: {len(summary.not_attempted)} problems to go", "wait"))
    failed = len(summary.statement_failures) + len(summary.infrastructure_failures)
    tiles = [
        ("seconds of attempts", f"{cost.wall_seconds:,.0f}"),
        ("Lean calls", f"{cost.lean_calls:,}"),
        ("heartbeats (millions)", f"{cost.heartbeats / 1000:,.0f}"),
        ("tokens", f"{cost.tokens_in + cost.tokens_out:,}"),
        ("errors, counted as not proved", f"{failed}"),
    ]
    shown = "".join(f"<div><b>{value}</b><span>{name}</span></div>" for name, value in tiles if value != "0")
    said = apart(summary)
    passes = [(f"pass@{figure.k}", percent(figure.share)) for figure in summary.pass_at_k]
    parts = (
        f'<p class="eyebrow">{escape(f"{config.dataset.name} · {config.dataset.revision} · {began}")}</p>',
        f'<div class="headline"><h1>{summary.proved}<small> of {summary.problems} proved</small></h1>',
        f'<p class="share"><b>{100 * share.value:.1f} %</b>',
        f"<span>95 % interval {100 * share.low:.1f} to {100 * share.high:.1f}</span></p></div>",
        whisker(share),
        f'<p class="soft">Wilson; exact {percent(summary.exact)}; ',
        f"bootstrap over problems {percent(summary.resampled)}</p>",
        f"<p>{' '.join(chips)}</p>",
        *(note(text) for text in summary.notes),
        f"<p>Counted apart: {escape(said)}.</p>" if said else "",
        f'<div class="tiles">{shown}</div>',
        f'<div class="card padded passes">{fact_list(passes)}</div>' if passes else "",
        f'<p class="soft">{escape(summary.no_pass_at_k)}</p>' if summary.no_pass_at_k else "",
    )
    return "\n".join(part for part in parts if part)


def _failures(title: str, failures: Sequence[Failure]) -> str:
    if not failures:
        return ""
    rows = "".join(
        f"<details><summary>{escape(failure.problem)}</summary><pre>{escape(failure.message)}</pre></details>"
        for failure in failures
    )
    return f'<h2>{escape(title)} ({len(failures)})</h2><div class="card padded failures">{rows}</div>'


def _accounts(summary: Summary) -> str:
    accounts = (
        ("All attempts", summary.cost),
        ("Those that proved", summary.cost_of_proofs),
        ("Asked for in advance, not used", summary.wasted),
    )
    cards = "".join(
        f'<div class="card padded"><h3>{title}</h3>{fact_list(costs(cost)) if costs(cost) else "nothing"}</div>'
        for title, cost in accounts
    )
    rows = (
        (
            escape(segment.began.replace("T", " ")[:16]),
            escape(segment.reason),
            duration(segment.seconds) if segment.seconds is not None else "",
            escape(f"{segment.workers} {segment.executor}")
            + (f", {segment.in_flight} problems" if segment.in_flight is not None else ""),
            escape(f"{segment.machine.package} {segment.machine.commit}"),
        )
        for segment in summary.segments
    )
    lost = lost_attempts(summary)
    return (
        f'<h2>Cost</h2><div class="thirds">{cards}</div>{note(lost) if lost else ""}<h3>Segments</h3>'
        f"{table(('began (UTC)', 'end', 'took', 'workers', 'proofsmith'), rows)}"
    )


def _rows(run: Run) -> list[dict[str, object]]:
    made: dict[str, list[Attempt]] = {}
    for attempt in run.attempts:
        made.setdefault(attempt.problem, []).append(attempt)
    fields = {"seed", "status", "proof", "minimised", "counterexample", "message", "limit", "axioms", "cost"}
    return [
        {
            "name": entry.problem.name,
            "group": stratum(entry.problem.name),
            "fault": entry.fault.model_dump(mode="json") if entry.fault is not None else None,
            "informal": informal_html(entry.problem.informal),
            "statement": "\n\n".join(part for part in (entry.problem.header.strip(), entry.problem.statement) if part),
            "attempts": [
                attempt.model_dump(mode="json", include=fields)
                for attempt in sorted(made.get(entry.problem.name, []), key=lambda attempt: attempt.seed)
            ],
        }
        for entry in run.asked
    ]


def _trees(run: Run) -> tuple[str, int]:
    """Return the searches as inert elements, named by seed and problem, and how many are left out."""
    parts: list[str] = []
    size = left_out = 0
    for attempt in run.attempts:
        packed = run.packed_tree(attempt.problem, attempt.seed)
        if packed is None:
            continue
        text = base64.b64encode(packed).decode()
        if size + len(text) > MOST_TREE_BYTES:
            left_out += 1
            continue
        size += len(text)
        parts.append(f'<script type="text/plain" id="tree {attempt.seed} {escape(attempt.problem)}">{text}</script>')
    return "\n".join(parts), left_out

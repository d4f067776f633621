"""Pieces of a page that several pages use."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from prover.bench.curve import Curve
from prover.report.curves import UNITS, drawing
from prover.runs.intervals import Interval

# Most telling first: what Lean did, then what a model did, then clocks, which depend on the machine.
_ORDER = ("lean_calls", "heartbeats", "steps", "generations", "tokens", "lean_seconds", "policy_seconds", "seconds")


def fact_list(pairs: Iterable[tuple[str, str]]) -> str:
    """Return names and values, one a line; pairs without a value are left out."""
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in pairs if value)
    return f'<dl class="facts">{rows}</dl>'


def note(text: str) -> str:
    """Return a remark; one that begins with ALARM stands out."""
    return f'<p class="note{" bad" if text.startswith("ALARM") else ""}">{escape(text)}</p>'


def chip(text: str, kind: str = "") -> str:
    """Return a short label."""
    return f'<span class="badge {kind}">{escape(text)}</span>'


def whisker(share: Interval) -> str:
    """Return a bar for a share with a line for its interval."""
    low, width = f"{100 * share.low:.2f}%", f"{100 * (share.high - share.low):.2f}%"
    bar = f'<i style="width:{100 * share.value:.2f}%"></i><u style="left:{low};width:{width}"></u>'
    return f'<span class="whisker">{bar}</span>'


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], kind: str = "") -> str:
    """Return a table; cells are markup."""
    head = "".join(f"<th>{escape(name)}</th>" for name in heads)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    inside = f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody>"
    return f'<div class="card scroll"><table class="{kind}">{inside}</table></div>'


def charts(curves: Iterable[tuple[str, Curve]], remark: str) -> str:
    """Return one drawing for every unit, of which one is shown, with buttons to choose it."""
    by_unit: dict[str, list[tuple[str, Curve]]] = {}
    for label, curve in curves:
        by_unit.setdefault(curve.unit, []).append((label, curve))
    units = sorted(by_unit, key=_ORDER.index)
    buttons = "".join(
        f'<button type="button" data-unit="{unit}" aria-pressed="{"false" if at else "true"}">{UNITS[unit]}</button>'
        for at, unit in enumerate(units)
    )
    figures = "".join(
        f'<figure data-unit="{unit}"{"" if unit == units[0] else " hidden"}>{drawing(by_unit[unit])}</figure>'
        for unit in units
    )
    bar = f'<div class="bar">{buttons}<span class="space"></span><span class="reading soft"></span></div>'
    return f'<div class="card padded" id="charts">{bar}{figures}<p class="soft">{escape(remark)}</p></div>'


def duration(seconds: float) -> str:
    """Return a time as people say it."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {rest:02} s" if minutes else f"{seconds:.1f} s"

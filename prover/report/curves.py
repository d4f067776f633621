"""Curves of solved problems as drawings that need no script: steps with their band, cost on a logarithmic axis."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from html import escape

from prover.bench.curve import Curve

WIDTH, HEIGHT = 900, 330
LEFT, RIGHT, TOP, BOTTOM = 52, 16, 14, 44
UNITS = {
    "steps": "steps",
    "generations": "generations",
    "tokens": "tokens",
    "lean_calls": "Lean calls",
    "heartbeats": "heartbeats (thousands)",
    "lean_seconds": "seconds of Lean",
    "policy_seconds": "seconds of the policy",
    "seconds": "seconds of wall clock",
}
MOST_COLOURS = 8

Place = tuple[float, float]
Scale = Callable[[float], float]


def drawing(curves: Sequence[tuple[str, Curve]]) -> str:
    """Return curves in one unit as one SVG. Beyond where a curve is exact it is dashed: there it is a lower bound."""
    unit = curves[0][1].unit
    low, high = _range([curve for _, curve in curves])
    top = min(
        1.0, max(0.1, math.ceil(max(point.high for _, curve in curves for point in curve.points) * 10 + 0.2) / 10)
    )

    def across(cost: float) -> float:
        share = (math.log10(max(cost, low)) - math.log10(low)) / (math.log10(high) - math.log10(low))
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)

    def up(share: float) -> float:
        return round(HEIGHT - BOTTOM - share / top * (HEIGHT - TOP - BOTTOM), 1)

    parts = [_grid(low, high, top, across, up)]
    for number, (label, curve) in enumerate(curves):
        colour = number % MOST_COLOURS
        band = _steps([(across(p.cost), up(p.high)) for p in curve.points])
        under = _steps([(across(p.cost), up(p.low)) for p in curve.points])
        parts.append(f'<path class="band c{colour}" d="{_path(band)}{_path(under[::-1], "L")}Z"/>')
        line = _steps([(across(p.cost), up(p.solved / curve.problems)) for p in curve.points])
        edge = across(curve.exact_until) if curve.exact_until is not None else math.inf
        sure, bound = _cut(line, edge)
        parts.append(f'<path class="line c{colour}" d="{_path(sure)}"><title>{escape(label)}</title></path>')
        if bound:
            parts.append(f'<path class="line bound c{colour}" d="{_path(bound)}"/>')
    parts.append(
        f'<text class="title" x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 6}">{UNITS[unit]} per problem</text>'
        f'<g class="cursor" hidden><line y1="{TOP}" y2="{HEIGHT - BOTTOM}"/></g>'
    )
    return (
        f'<svg class="curve" data-unit="{unit}" data-low="{low}" data-high="{high}" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'role="img" aria-label="share of problems proved against {UNITS[unit]}">{"".join(parts)}</svg>'
    )


def _range(curves: Sequence[Curve]) -> tuple[float, float]:
    costs = [point.cost for curve in curves for point in curve.points if point.cost > 0]
    high = max(curve.last for curve in curves)
    low = min([*costs, high / 10])
    return 10 ** math.floor(math.log10(low)), high


def _grid(low: float, high: float, top: float, across: Scale, up: Scale) -> str:
    parts = []
    step = 0.1 if top > 0.4 else 0.05 if top > 0.15 else 0.02
    for number in range(round(top / step) + 1):
        y = up(number * step)
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}"/>')
        parts.append(f'<text class="y" x="{LEFT - 8}" y="{y + 4}">{number * step * 100:.0f} %</text>')
    power = round(math.log10(low))
    while 10**power <= high:
        x = across(10**power)
        parts.append(f'<line class="grid" x1="{x}" x2="{x}" y1="{TOP}" y2="{HEIGHT - BOTTOM}"/>')
        parts.append(f'<text class="x" x="{x}" y="{HEIGHT - BOTTOM + 17}">{_amount(10**power)}</text>')
        power += 1
    return "".join(parts)


def _amount(value: float) -> str:
    if value >= 1e6:
        return f"{value / 1e6:,.0f} M"
    return f"{value:,.0f}" if value >= 1 else f"{value:g}"


def _steps(corners: Sequence[Place]) -> list[Place]:
    """Return the corners of a curve that stays level until the next success."""
    line = [corners[0]]
    for x, y in corners[1:]:
        line += [(x, line[-1][1]), (x, y)]
    return line


def _cut(line: Sequence[Place], edge: float) -> tuple[list[Place], list[Place]]:
    """Divide a curve of steps at a place."""
    sure = [place for place in line if place[0] <= edge]
    bound = [place for place in line if place[0] > edge]
    if not bound:
        return sure, []
    joint = (edge, sure[-1][1] if sure else line[0][1])
    return [*sure, joint], [joint, *bound]


def _path(line: Sequence[Place], first: str = "M") -> str:
    return "".join(f"{first if number == 0 else 'L'}{x:g} {y:g}" for number, (x, y) in enumerate(line))

"""Lines over numbers as one drawing that needs no script."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 640, 240
LEFT, RIGHT, TOP, BOTTOM = 56, 12, 12, 36
COLOURS = 8


@dataclass(frozen=True, slots=True)
class Line:
    """A name and its points, in ascending order."""

    name: str
    points: Sequence[tuple[float, float]]


def plot(lines: Sequence[Line], across: str, *, whole: bool = False) -> str:
    """Return an SVG with a legend; the vertical axis begins at 0. `whole` marks every point with its value."""
    places = [point for line in lines for point in line.points if math.isfinite(point[1])]
    if not places:
        return '<p class="soft">nothing yet</p>'
    low, high = min(x for x, _ in places), max(x for x, _ in places)
    top = _ceiling(max(y for _, y in places))

    def place(x: float, y: float) -> tuple[float, float]:
        share = (x - low) / (high - low) if high > low else 0.5
        return (
            round(LEFT + share * (WIDTH - LEFT - RIGHT), 1),
            round(HEIGHT - BOTTOM - y / top * (HEIGHT - TOP - BOTTOM), 1),
        )

    parts = [f'<svg class="curve" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">']
    for tick in range(5):
        value = top * tick / 4
        _, y = place(low, value)
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}"/>')
        parts.append(f'<text class="y" x="{LEFT - 8}" y="{y + 4}">{_number(value)}</text>')
    if high == low:  # one place: its number stands in the title
        across = f"{across} {_number(low)}"
    for value, side in ((low, "low"), (high, "high")) if high > low else ():
        x, _ = place(value, 0)
        parts.append(f'<text class="{side}" x="{x}" y="{HEIGHT - 18}">{_number(value)}</text>')
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts.append(f'<text class="x" x="{middle}" y="{HEIGHT - 4}">{escape(across)}</text>')
    for number, line in enumerate(lines):
        points = [place(x, y) for x, y in line.points if math.isfinite(y)]
        if points:
            path = " ".join(f"{x},{y}" for x, y in points)
            parts.append(f'<polyline class="line c{number % COLOURS}" points="{path}" fill="none"/>')
        if whole:
            for (x, y), (_, value) in zip(points, line.points, strict=True):
                dot = f'<circle class="dot c{number % COLOURS}" cx="{x}" cy="{y}" r="3">'
                parts.append(f"{dot}<title>{value:g}</title></circle>")
    parts.append("</svg>")
    return "".join(parts) + legend([line.name for line in lines])


def legend(names: Sequence[str]) -> str:
    """Return which colour stands for which line."""
    keys = (f'<li><i class="key c{number % COLOURS}"></i>{escape(name)}</li>' for number, name in enumerate(names))
    return f'<ul class="legend">{"".join(keys)}</ul>'


def _ceiling(value: float) -> float:
    if value <= 0:
        return 1.0
    unit = 10.0 ** math.floor(math.log10(value))
    return next(step * unit for step in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if step * unit >= value * 0.999)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:g}"

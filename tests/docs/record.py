"""Play commands on a pseudo-terminal and draw what it showed: `python -m tests.docs.record` writes `docs/session.svg`.

Everything in the picture was printed by the commands, in that order. Pauses are cut to `LONGEST_PAUSE`, and of pictures
that differ only in their numbers, such as seconds that pass, the last is kept for `COUNTING`.
The picture moves by CSS alone, so that it moves in a README too, and stands still for readers who want no motion.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from tests.first_hour.terminal import Terminal

OUT = Path(__file__).resolve().parents[2] / "docs" / "session.svg"
COMMANDS = (
    ("prove", "theorem m (a b : ℝ) : 2 * (a * b) ≤ a ^ 2 + b ^ 2 := by", "--policy", "automation"),
    ("prove", "theorem f (n : ℕ) : n = n + 1 := by", "--disprove"),
)
COLUMNS, ROWS = 94, 12
LONGEST_PAUSE = 0.6
COUNTING = 0.9
AFTER = 4.0
"""Seconds that the last picture of a command stays."""
LEAST = 0.25
"""Seconds that a picture stays at least; those between are left out."""
CELL, LINE, EDGE = 8.43, 19, 14
_CONTROL = re.compile(r"\x1b\[[0-9;?]*([A-Za-z])")


@dataclass
class Screen:
    """A terminal that knows what `prover` sends: text, line ends, and the erasing of a line."""

    lines: list[str]

    def write(self, text: str) -> None:
        """Show a text."""
        for piece in re.split(r"(\r\n|\n|\r|\x1b\[[0-9;?]*[A-Za-z])", text):
            if piece in ("\n", "\r\n"):
                self.lines.append("")
            elif piece == "\r":
                self.lines[-1] += "\r"
            elif (control := _CONTROL.fullmatch(piece)) is not None:
                if control[1] == "K":
                    self.lines[-1] = ""
            elif piece:
                # What follows a carriage return writes over the line, which `prover` erases before.
                self.lines[-1] = piece if self.lines[-1].endswith("\r") else self.lines[-1] + piece

    def rows(self) -> tuple[str, ...]:
        """Return what is seen: the last lines, wrapped."""
        wrapped = [
            line[start : start + COLUMNS].rstrip("\r")
            for line in self.lines
            for start in range(0, max(len(line), 1), COLUMNS)
        ]
        return tuple(wrapped[-ROWS:])


Frame = tuple[float, tuple[str, ...]]
"""Seconds that it stays, and its rows."""


def played() -> Iterator[Frame]:
    """Yield what the terminal shows while the commands are typed and run. Raises `SystemExit` if one goes wrong."""
    os.environ.update(COLUMNS=str(COLUMNS), LINES=str(ROWS))
    screen = Screen([""])
    for arguments in COMMANDS:
        typed = " ".join(["prover", *(f'"{word}"' if " " in word else word for word in arguments)])
        screen.write("$ ")
        yield 0.6, screen.rows()
        for start in range(0, len(typed), 6):
            screen.write(typed[start : start + 6])
            yield 0.12, screen.rows()
        screen.write("\n")
        Terminal([*arguments, "--no-cache"]).wait(300)  # so that nothing is compiled in the picture
        terminal = Terminal([*arguments, "--no-cache"])
        code = terminal.wait(300)
        if code not in (0, 1) or "prover: internal" in terminal.text:
            raise SystemExit(f"{typed} ended with {code}:\n{terminal.text}")
        before = 0.0
        for moment, text in terminal.shown:
            yield min(moment - before, LONGEST_PAUSE), screen.rows()
            before = moment
            screen.write(text)
        yield AFTER, screen.rows()


def merged(frames: Iterator[Frame]) -> list[Frame]:
    """Return the frames without those that nobody could see."""
    kept: list[Frame] = []
    for seconds, rows in frames:
        if kept and (kept[-1][1] == rows or kept[-1][0] < LEAST):
            kept[-1] = (kept[-1][0] + seconds, rows)
        elif kept and _without_numbers(kept[-1][1]) == _without_numbers(rows):
            kept[-1] = (max(kept[-1][0], seconds, COUNTING), rows)
        else:
            kept.append((seconds, rows))
    return kept


def _without_numbers(rows: tuple[str, ...]) -> list[str]:
    return [re.sub(r"\d+", "0", row) for row in rows]


def drawn(frames: list[Frame]) -> str:
    """Return the frames as one SVG: a strip of them that jumps from one to the next."""
    width, height = COLUMNS * CELL + 2 * EDGE, ROWS * LINE + 2 * EDGE
    total = sum(seconds for seconds, _ in frames)
    steps, pictures, moment = [], [], 0.0
    for number, (seconds, rows) in enumerate(frames):
        steps.append(f"{100 * moment / total:.2f}%{{transform:translateY({-number * height:.0f}px)}}")
        moment += seconds
        lines = [
            f'<text y="{number * height + EDGE + (row + 0.8) * LINE:.0f}"{_kind(text)}>{escape(text)}</text>'
            for row, text in enumerate(rows)
            if text.strip()
        ]
        pictures.append("".join(lines))
    last = -(len(frames) - 1) * height
    style = (
        f"text{{font:14px ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace;fill:#d6dae4;white-space:pre}}"
        f".p{{fill:#8ec07c}}.q{{fill:#8b93a7}}.a{{fill:#8ec07c;font-weight:600}}"
        f"#s{{animation:s {total:.1f}s step-end infinite}}@keyframes s{{{''.join(steps)}}}"
        f"@media(prefers-reduced-motion:reduce){{#s{{animation:none;transform:translateY({last:.0f}px)}}}}"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
        f'height="{height:.0f}" role="img" aria-label="A terminal: prover proves one theorem and refutes another">'
        f"<style>{style}</style>"
        f'<rect width="100%" height="100%" rx="8" fill="#1c2029" stroke="#4a5164"/>'
        f'<svg x="{EDGE}" y="0" width="{width - EDGE:.0f}" height="{height:.0f}" overflow="hidden">'
        f'<g id="s">{"".join(pictures)}</g></svg></svg>\n'
    )


def _kind(text: str) -> str:
    """Return the class by which a line is coloured."""
    if text.startswith("$ "):
        return ' class="p"'
    if text.startswith(("accepted", "f: refuted")):
        return ' class="a"'
    return ' class="q"' if text.startswith(("prover:", "best-first", "m: ", "f: ")) else ""


if __name__ == "__main__":
    made = merged(played())
    OUT.write_text(drawn(made), encoding="utf-8")
    print(f"{OUT}: {len(made)} pictures, {sum(seconds for seconds, _ in made):.0f} s", file=sys.stderr)

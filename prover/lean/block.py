"""Blocks of tactics as people and models write them."""

from __future__ import annotations

import re


def readings(proof: str) -> tuple[str, ...]:
    """Return the ways in which a block may be meant, most literal first; each starts in the first column.

    The indentation common to all lines means nothing. Where the first line lacks the indentation of the rest, as when a
    text was stripped, it may be meant to stand level with the least indented of the other lines.
    """
    lines = [line.rstrip() for line in proof.expandtabs(2).split("\n")]
    while lines and not lines[0]:
        lines.pop(0)
    while lines and not lines[-1]:
        lines.pop()
    if lines and re.match(r"^\s*by\b", lines[0]):  # `by` belongs to the statement
        rest = re.sub(r"^\s*by\b ?", "", lines[0])
        lines = [rest, *lines[1:]] if rest.strip() else lines[1:]
    if not lines:
        return ("",)
    literal = _dedent(lines)
    others = [_indent(line) for line in lines[1:] if line]
    if others and _indent(lines[0]) < min(others):
        return literal, _dedent([" " * min(others) + lines[0].lstrip(), *lines[1:]])
    return (literal,)


def indent(block: str, columns: int) -> str:
    """Move every line that is not empty to the right."""
    return "\n".join(" " * columns + line if line else line for line in block.split("\n"))


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _dedent(lines: list[str]) -> str:
    least = min(_indent(line) for line in lines if line)
    return "\n".join(line[least:] for line in lines)

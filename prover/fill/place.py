"""Write a proof where a hole was, in the layout of its surroundings; every other character stays."""

from __future__ import annotations

import re
from enum import StrEnum

from prover.fill.holes import Hole
from prover.lean.block import indent

_TACTIC_AFTER = re.compile(r"(?:^|\n)[ \t]*\Z|(?:\bby|·|;|<;>|=>)\s*\Z|(?:^|\n)[ \t]*\.[ \t]*\Z")
_BULLETS = re.compile(r"[ \t]*(?:[·.][ \t]*)*")
_OPENS_BLOCK = re.compile(r"(?:\bby|=>)\s*\Z")
_TAKES_BLOCK = re.compile(r"(?::=|=>|\bexact|\bfrom)\s*\Z")
_OPENS, _CLOSES = re.compile(r"[(⟨,]\s*\Z"), re.compile(r"\s*[)⟩,]")


class Form(StrEnum):
    """What a hole stands for."""

    tactic = "tactic"
    term = "term"


def likely(text: str, hole: Hole) -> Form:
    """Return what a hole probably stands for, by what is in front of it."""
    return Form.tactic if _TACTIC_AFTER.search(text[: hole.start]) else Form.term


def placed(text: str, hole: Hole, form: Form, block: str, alone: bool) -> str:
    """Return the text with a block of tactics for a hole; `alone` says that no other goal is open there."""
    if form is Form.tactic and not alone:
        block = f"· {indent(block, 2).lstrip(' ')}"
    before, after = text[: hole.start], text[hole.end :]
    line = before.rpartition("\n")[2]
    bullets = _BULLETS.match(line)
    inner = (bullets.end() if bullets else 0) + 2
    lines = block.split("\n")
    below = "\n" + indent(block, inner)
    if form is Form.term:
        written = f"by {block}" if len(lines) == 1 else f"by{below}"
        bare = _TAKES_BLOCK.search(before) or (_OPENS.search(before) and _CLOSES.match(after))
        return f"{before}{written if bare else f'({written})'}{after}"
    if _BULLETS.fullmatch(line):
        return f"{before}{indent(block, len(line)).lstrip(' ')}{after}"
    if _OPENS_BLOCK.search(before):
        return f"{before}{block if len(lines) == 1 else below}{after}"
    return f"{before}({block if len(lines) == 1 else below}){after}"

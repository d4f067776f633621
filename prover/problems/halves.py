"""The two halves of every development set: one to choose with, one to report.

A statement belongs to a half by the first bit of the sha256 of its name, the same in every set and for every command.
Rules, finders and parameters are chosen on the tuned half. Figures are reported on the other one, whose failures are
never listed, so that nobody can fit to them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from enum import StrEnum

from prover.types import Problem


class Half(StrEnum):
    """A half of a development set."""

    TUNED = "tuned"
    REPORTING = "reporting"


def half_of(name: str) -> Half:
    """Return the half to which a statement of this name belongs."""
    return Half.REPORTING if hashlib.sha256(name.encode()).digest()[0] & 0x80 else Half.TUNED


def in_half(problems: Iterable[Problem], half: Half) -> list[Problem]:
    """Return the problems of one half, in their order."""
    return [problem for problem in problems if half_of(problem.name) is half]

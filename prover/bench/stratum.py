"""The group of problems that a problem belongs to, read off its name."""

from __future__ import annotations

import re

# miniF2F's names begin with the competition, or with the topic and how the problem was made (Zheng et al. 2022).
_GROUPS = (
    ("aime", r"aime"),
    ("amc", r"amc\d"),
    ("imo", r"imo"),
    ("mathd_algebra", r"mathd_algebra"),
    ("mathd_numbertheory", r"mathd_numbertheory"),
    ("induction", r"induction"),
    ("algebra", r"algebra"),
    ("numbertheory", r"numbertheory"),
)
_PATTERNS = tuple((group, re.compile(pattern)) for group, pattern in _GROUPS)
_STEM = re.compile(r"([^\W\d]{2,}?)_?\d")


def stratum(name: str) -> str:
    """Return the group of a problem: its competition or topic, its namespace, or the words before the first number."""
    for group, pattern in _PATTERNS:
        if pattern.match(name):
            return group
    if "." in name:
        return name.partition(".")[0]
    stem = _STEM.match(name)
    return stem[1] if stem is not None else "other"

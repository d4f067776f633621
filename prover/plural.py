"""Numbers with their noun: one call, two calls."""

from __future__ import annotations


def counted(number: int, noun: str, several: str | None = None) -> str:
    """Return a number and its noun, in the singular for 1; `several` is an irregular plural."""
    return f"{number:,} {noun if number == 1 else several or f'{noun}s'}"

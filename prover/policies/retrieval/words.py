"""Lean text as words to match: names whole and in their parts, symbols one by one."""

from __future__ import annotations

import re

_TOKEN = re.compile(r"[^\W\d_][\w'.!?₀-₉✝]*|\d+|[^\s\w,.:;'\"✝]")
_PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_DULL = frozenset("()[]{}⟨⟩|·⊢")


def words(text: str) -> list[str]:
    """Return the words of goals or signatures, in order.

    `Nat.add_comm` gives itself, `nat`, `add` and `comm`; single letters that stand for variables say nothing, but the
    letters that name types (ℕ, ℝ) do.
    """
    found: list[str] = []
    for token in _TOKEN.findall(text):
        if token in _DULL or (len(token) == 1 and token.isascii() and token.isalpha()):
            continue
        if len(token) > 1 and token[0].isalpha():
            parts = [part.lower() for part in _PART.findall(token)]
            found.append(token)
            found.extend(part for part in parts if len(part) > 1 and part != token)
        else:
            found.append(token)
    return found

"""Tokens of printed Lean terms."""

from __future__ import annotations

import re
from dataclasses import dataclass

from prover.policies.certificates.reading.failures import CannotRead

_IDENT_START = r"A-Za-z_α-κμ-ωΑ-ΠΡΤ-Ωℂℕℚℝℤℓ𝓝"
_IDENT = re.compile(
    rf"(?:«[^»]*»|[{_IDENT_START}][{_IDENT_START}0-9'!?₀-₉ₐ-ₜᵢ-ᵪ✝¹²³]*)(?:\.(?:«[^»]*»|[{_IDENT_START}0-9][{_IDENT_START}0-9'!?₀-₉ₐ-ₜᵢ-ᵪ✝]*))*"
)
_NUMBER = re.compile(r"\d+(?:\.\d+)?(?:e-?\d+)?")
_SYMBOLS = (
    ":=", "∃!", "=>", "⁻¹'", "⁻¹", "''", "^[", "/.", "++", "::", "[MOD", "[ZMOD", "..", "≠", "≤", "≥", "→", "↔", "×",
    "ℝ≥0",
)  # fmt: skip
_SPACE = re.compile(r"\s*")
_LONGEST = 4000
"""Digits of a numeral: Python does not read more than 4,300 without being told to."""


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` is `num`, `ident`, `symbol` or `end`; `start` and `end` are positions in the text."""

    kind: str
    value: str
    start: int
    end: int
    spaced: bool


def tokens(text: str) -> list[Token]:
    """Return the tokens of a printed term, closed by one of kind `end`. Raises `CannotRead`."""
    found: list[Token] = []
    at = 0
    while True:
        start = _SPACE.match(text, at).end()  # type: ignore[union-attr]
        spaced = start > at or at == 0
        if start >= len(text):
            found.append(Token("end", "", start, start, True))
            return found
        if len(found) > 20_000:
            raise CannotRead("a goal of more than 20,000 tokens")
        kind, value = _next(text, start)
        if kind == "num" and len(value) > _LONGEST:
            raise CannotRead(f"a numeral of more than {_LONGEST} digits")
        at = start + len(value)
        found.append(Token(kind, value, start, at, spaced))


def _next(text: str, start: int) -> tuple[str, str]:
    for symbol in _SYMBOLS:
        if text.startswith(symbol, start):
            return ("ident" if symbol == "ℝ≥0" else "symbol"), symbol
    if match := _NUMBER.match(text, start):
        return "num", match.group()
    if match := _IDENT.match(text, start):
        word = match.group()
        # `n !` is a factorial; `n!` cannot be printed for a name, so a trailing mark is no part of it.
        return ("symbol", word) if word in ("fun", "if", "then", "else", "let", "have") else ("ident", word)
    return "symbol", text[start]

"""Fingerprints of statements on text, for those that are not at hand: equal up to layout and names of bound variables.

Where Lean is at hand, hashes of elaborated types are better and are compared besides (`prover.train.decontaminate`).
The published list of fingerprints holds, a JSON line a statement, `set`, `name`, the sha256 of `canonical` and, for
some, hashed 8-grams of `tokens`; this module has to compute exactly what made it.
"""

from __future__ import annotations

import hashlib
import re

GRAM = 8

_TOKEN = re.compile(r"[A-Za-z_α-ωΑ-Ωℝℕℤℚℂ][A-Za-z_0-9α-ωΑ-Ω₀-₉ₐ-ₜᵢ-ᵪ'\.]*|\d+|[^\s]")
_GROUP = re.compile(r"[\(\{\[⦃]\s*((?:[^\s:\(\)\{\}\[\]]+\s+)*[^\s:\(\)\{\}\[\]]+)\s*:")
_BOUND = re.compile(r"(?:∀|∃|∑|∏|fun|λ|∃!)\s*((?:[A-Za-z_α-ωΑ-Ω][\w₀-₉']*\s*)+)(?:[:,∈=<>≤≥∣≠|]|in\b|↦)")
_BLOCK_COMMENT = re.compile(r"/-.*?-/", re.DOTALL)
_HEAD = re.compile(r"^\s*theorem\s+\S+")
_TAIL = re.compile(r":=\s*(by)?\s*$")


def tokens(statement: str) -> list[str]:
    """Return the tokens, bound names replaced by v0, v1, … in order of first use."""
    text = re.sub(r"--.*", "", _BLOCK_COMMENT.sub("", statement))
    text = _TAIL.sub("", _HEAD.sub("", text.strip()).strip())
    matches = (match for pattern in (_GROUP, _BOUND) for match in pattern.finditer(text))
    bound = {name for match in matches for name in match.group(1).split()}
    names: dict[str, str] = {}
    return [names.setdefault(token, f"v{len(names)}") if token in bound else token for token in _TOKEN.findall(text)]


def canonical(found: list[str]) -> str:
    """Return one text a statement, given its tokens; `∀` and binders, `≥` and `>=` are the same."""
    text = re.sub(r"^: ∀ ", "", " ".join(found))
    text = text.replace("∀ ", "").replace(" , ", " ").replace(" : ", " ")
    text = text.replace("{", "(").replace("}", ")").replace("≥", ">=").replace("≤", "<=")
    return re.sub(r"\s+", "", text)


def sha256(found: list[str]) -> str:
    """Return the hash of the canonical text of these tokens."""
    return hashlib.sha256(canonical(found).encode()).hexdigest()


def grams(found: list[str]) -> set[str]:
    """Return the hashed 8-grams of these tokens; of fewer tokens, one gram of all."""
    starts = range(max(1, len(found) - GRAM + 1))
    return {hashlib.sha256(" ".join(found[at : at + GRAM]).encode()).hexdigest()[:16] for at in starts}

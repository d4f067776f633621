"""Which of several proofs to keep.

`first` is the proof as the search found it, `shortest` the shortest script that the verifier accepts. `readable` is the
one a person would keep, by a rule that can be told: a step that names what it does (`omega`, `ring`, `positivity`,
`linarith`, `simp [..]`, `exact lemma`) is worth more than a bare `grind`, which says nothing; fewer steps are better; a
name like `f0` or `h✝` costs; and the rest is length.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from prover.lean.judge import Judge
from prover.lean.pool import Pool
from prover.script import PartsAfter, script, steps
from prover.types import Problem, ProofState, VerifiedProof
from search.proof import Proof
from search.types import Solved


class Style(StrEnum):
    """Which proof is kept."""

    shortest = "shortest"
    readable = "readable"
    first = "first"


_TELLING = ("rfl", "assumption", "omega", "ring", "positivity", "linarith", "norm_num", "simp")
"""Tried in the place of a step that says nothing, the most telling first."""
_SILENT = re.compile(r"\b(?:grind|aesop|simp_all|nlinarith|tauto)\b")
_FACTS = re.compile(r"\b(?:grind|nlinarith) \[")
_NAMELESS = re.compile(r"\b[a-z]\d+\b|✝")
_BARE = ("grind", "aesop", "simp_all", "tauto", "decide +kernel")


def readability(text: str) -> tuple[int, int, int, int]:
    """Return how hard a script is to read: silent steps, lines, names without a meaning, characters."""
    lines = [line for line in text.split("\n") if line.strip()]
    silent = len(_SILENT.findall(text)) + len(_FACTS.findall(text))
    return silent, len(lines), len(set(_NAMELESS.findall(text))), len(text)


def most_readable(scripts: Sequence[str]) -> str:
    """Return the script that reads best; of equals, the first."""
    return min(scripts, key=readability)


def polished(
    problem: Problem, proof: Proof[ProofState], pool: Pool, verifier: Judge, parts_after: PartsAfter
) -> str | None:
    """Return the proof with telling steps for silent last ones, if the verifier accepts it and anything changed."""
    better = _polished(proof, pool)
    if better == proof:
        return None
    text = script(better, parts_after)
    return text if isinstance(verifier.verify(problem, text, steps(better)), VerifiedProof) else None


def _polished(proof: Proof[ProofState], pool: Pool) -> Proof[ProofState]:
    if proof.children:
        return Proof(proof.state, proof.action, tuple(_polished(child, pool) for child in proof.children))
    if proof.action not in _BARE:
        return proof
    told = (tactic for tactic in _TELLING if isinstance(pool.step(proof.state, tactic), Solved))
    return Proof(proof.state, next(told, proof.action))

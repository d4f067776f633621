"""Which of several proofs to keep.

`first` is the proof as the search found it, `shortest` the shortest script that the verifier accepts. `readable` is the
one a person would keep, by a rule that can be told: a step that names what it does (`omega`, `ring`, `positivity`,
`linarith`, `nlinarith [..]`, `simp [..]`, `exact lemma`) is worth more than a bare `grind` or a certificate
with its numbers, which say nothing; fewer steps are better; a
name like `f0` or `h✝` costs; and the rest is length.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum

from prover.errors import UsageError
from prover.lean.pool import Pool
from prover.lean.verifier import Verifier
from prover.script import PartsAfter, script, steps
from prover.types import Problem, ProofState, VerifiedProof
from search.minimise import minimise_proof
from search.proof import Proof
from search.types import Solved

AUTOMATION = ("omega", "grind", "simp_all", "simp", "decide", "rfl")
"""One of these in place of a whole subtree is the boldest thing to try."""
MOST_CALLS = 60


def shorten(
    problem: Problem,
    proof: Proof[ProofState],
    verifier: Verifier,
    parts_after: PartsAfter,
    most_calls: int = MOST_CALLS,
) -> str:
    """Return the shortest accepted script found: subtrees closed by one call, steps left out, blocks cut short.

    The verifier is asked at most `most_calls` times. Raises `ValueError` if the proof as given is not accepted.
    """

    def accepts(candidate: Proof[ProofState]) -> bool:
        text = script(candidate, parts_after)
        return isinstance(verifier.verify(problem, text, steps(candidate)), VerifiedProof)

    found = minimise_proof(proof, accepts, candidates=AUTOMATION, shorten=_shorter, most_calls=most_calls)
    return script(found.proof, parts_after)


def _shorter(action: str) -> Iterable[str]:
    """Leave out one line of a block, the last line excepted, or what follows `<;>`."""
    lines = action.split("\n")
    if len(lines) > 2 and not any(line.startswith((" ", "|", "·")) for line in lines):
        for place in range(len(lines) - 1):
            yield "\n".join([*lines[:place], *lines[place + 1 :]])
    if " <;> " in action and len(lines) == 1:
        yield action.split(" <;> ")[0]


class Style(StrEnum):
    """Which proof is kept."""

    shortest = "shortest"
    readable = "readable"
    first = "first"


def read_style(text: str) -> Style:
    """Return the style of a name. Raises `UsageError`."""
    try:
        return Style(text)
    except ValueError as error:
        raise UsageError(f"there is no style {text!r}; choose from {', '.join(Style)}") from error


_TELLING = ("rfl", "assumption", "omega", "ring", "positivity", "linarith", "norm_num", "simp", "nlinarith")
"""Tried in the place of a step that says nothing, the most telling first."""
_SILENT = re.compile(r"\b(?:grind|aesop|simp_all|nlinarith(?! \[)|tauto)\b|\bCertificate\.")
_FACTS = re.compile(r"\bgrind \[")
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
    problem: Problem, proof: Proof[ProofState], pool: Pool, verifier: Verifier, parts_after: PartsAfter
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
    if proof.action not in _BARE and "Certificate." not in proof.action:
        return proof
    told = (tactic for tactic in _TELLING if isinstance(pool.step(proof.state, tactic), Solved))
    return Proof(proof.state, next(told, proof.action))


def kept(
    problem: Problem, proof: Proof[ProofState], pool: Pool, verifier: Verifier, parts_after: PartsAfter, style: Style
) -> str:
    """Return the script to keep of an accepted proof, in a style. Raises `ValueError` if the proof is not accepted."""
    if style is Style.first or (not proof.children and proof.action in _TELLING):
        return script(proof, parts_after)  # of a single step that says what it does, nothing can be left out
    single = not proof.children and proof.action in AUTOMATION
    whole = script(proof, parts_after)
    shortest = whole if single and style is Style.readable else shorten(problem, proof, verifier, parts_after)
    if style is Style.shortest:
        return shortest
    found = [shortest, whole]
    if any(_SILENT.search(text) for text in found):
        better = polished(problem, proof, pool, verifier, parts_after)
        alone = _alone(problem, verifier) if proof.children and _SILENT.fullmatch(shortest.strip()) else None
        found += [text for text in (alone, better) if text is not None]
    return most_readable(found)


def _alone(problem: Problem, verifier: Verifier) -> str | None:
    """Return one telling step that is the whole proof, where a single silent one is."""
    told = (tactic for tactic in _TELLING if isinstance(verifier.verify(problem, tactic, 1), VerifiedProof))
    return next(told, None)

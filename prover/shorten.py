"""After the proof: the same proof with less in it, as long as the verifier still accepts it."""

from __future__ import annotations

from collections.abc import Iterable

from prover.lean.verifier import Verifier
from prover.script import PartsAfter, script, steps
from prover.types import Problem, ProofState, VerifiedProof
from search.minimise import minimise_proof
from search.proof import Proof

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

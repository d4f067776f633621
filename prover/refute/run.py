"""refute(problem, root, pool, verifier) -> Refutation | None: a counterexample, and a verified proof of it.

A counterexample is found outside Lean, where looking is cheap, and counts only once the verifier has accepted a proof
of the negation. The search is deterministic: it is limited by evaluations and calls of Lean, not by the clock.
"""

from __future__ import annotations

from dataclasses import dataclass

from prover.errors import InputError
from prover.lean.pool import Pool
from prover.lean.verifier import Verifier
from prover.refute.negation import closed, negation
from prover.refute.outside import find
from prover.refute.proof import Prover
from prover.refute.search import Found
from prover.refute.slots import Claim
from prover.refute.syntax import Unread
from prover.types import Problem, ProofState, VerifiedProof
from search.types import Advanced, Cost


@dataclass(frozen=True, slots=True)
class Effort:
    """What looking for a counterexample may cost: evaluations outside Lean, counterexamples to find
    there, how many of them are taken to Lean, the simplest first, and calls of Lean."""

    evaluations: int = 60_000
    found: int = 200
    witnesses: int = 5
    lean_calls: int = 60


GLANCE = Effort(evaluations=2_000, found=20, witnesses=2, lean_calls=12)
"""What is spent before a search begins: some 20 ms outside Lean, and calls of Lean only where something was found."""
USUAL = Effort()
"""What is spent after a search that found no proof."""
THOROUGH = Effort(evaluations=1_500_000, found=1000, witnesses=40, lean_calls=500)
"""What `prove --disprove` spends."""


@dataclass(frozen=True, slots=True)
class Refutation:
    """What came of looking for a counterexample.

    `verified` is the proof of the negation `problem`; without it the counterexample was found, and Lean did not accept
    a proof that it is one: nothing is claimed then.
    """

    counterexample: str
    problem: Problem
    verified: VerifiedProof | None
    cost: Cost


def refute(
    problem: Problem, root: ProofState, pool: Pool, verifier: Verifier, effort: Effort = USUAL
) -> Refutation | None:
    """Look for a counterexample to an opened problem; None where none was found or the statement is not read here.

    `root` is the state in which the problem opens. Raises `LeanError` where Lean cannot be used.
    """
    if len(root.goals) != 1:
        return None
    try:
        asked, found = find(root.goals[0], effort.evaluations, effort.found, effort.witnesses)
        negated = negation(problem) if found else None
    except Unread:
        return None
    if not found or negated is None:
        return None
    return _in_lean(problem, root, negated, asked, found, pool, verifier, effort)


def at_a_glance(problem: Problem, root: ProofState, pool: Pool, verifier: Verifier) -> Refutation | None:
    """Return a proved refutation of a statement that is plainly false, before anybody searches for a proof of it."""
    found = refute(problem, root, pool, verifier, GLANCE)
    return found if found is not None and found.verified is not None else None


def _in_lean(
    problem: Problem,
    root: ProofState,
    negated: Problem,
    asked: Claim,
    found: list[Found],
    pool: Pool,
    verifier: Verifier,
    effort: Effort,
) -> Refutation | None:
    try:
        if not _says_the_same(problem, root, pool):
            return None
        opened = pool.start(negated)
    except InputError:  # the statement cannot be written behind one quantifier
        return None
    try:
        tried = Prover(pool, opened, asked, effort.lean_calls)
        for candidate in found:
            for script in tried.scripts(candidate):
                verdict = verifier.verify(negated, script, len(asked.slots))
                if isinstance(verdict, VerifiedProof):
                    return Refutation(candidate.text, negated, verdict, tried.cost)
            if tried.spent:
                break
        return Refutation(found[0].text, negated, None, tried.cost)
    finally:
        pool.release(negated)


def _says_the_same(problem: Problem, root: ProofState, pool: Pool) -> bool:
    """Tell whether the statement that is negated is the problem's, by the digest of the opened goals."""
    whole = closed(problem)
    start = pool.start(whole)
    try:
        given = {name for hypothesis in start.goals[0].hypotheses for name in hypothesis.names}
        names = [
            "_" if "✝" in name else name
            for hypothesis in root.goals[0].hypotheses
            for name in hypothesis.names
            if name not in given
        ]
        if not names:
            return start.goals[0].digest == root.goals[0].digest
        step = pool.step(start, f"intro {' '.join(names)}")
        return isinstance(step, Advanced) and step.state.goals[0].digest == root.goals[0].digest
    finally:
        pool.release(whole)

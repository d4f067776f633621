"""Relabels the states of a proof: tries every other proposal and verifies what works.

A search stops at the first proof: most of what could have closed a state is never tried, and what was tried is what the
policy believed in before. Trying the rest at the few states of a proof gives each of them many labels, which do not
depend on the order of the search. A tactic that closes a state counts only if the verifier accepts the whole proof with
that tactic in the place of what stood there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from prover.policies.protocol import ProblemPolicy
from prover.prove import parts_after
from prover.runs.records import StateRecord, TacticRecord
from prover.runs.solver import Solver
from prover.script import script, steps
from prover.types import Problem, ProofState, VerifiedProof
from search.proof import Proof
from search.tree import SPLIT, Outcome, Status
from search.types import Rejected, Solved, Suggestion


@dataclass(frozen=True, slots=True)
class Audit:
    """Whose proposals are tried at the states of a proof, and at most how many a state."""

    policy: ProblemPolicy
    k: int


def audited(
    problem: Problem,
    proof: Proof[ProofState],
    states: Sequence[StateRecord],
    solver: Solver,
    audit: Audit,
) -> list[StateRecord]:
    """Return the states of an attempt, those of its verified proof with the rest of the proposals tried there."""
    asked = audit.policy.prepare(problem, 0).policy
    found = {state.goals: state for state in states}
    try:
        for here in _states(proof):
            goals = tuple(goal.text for goal in here.state.goals)
            state = found.get(goals)
            if state is None:  # left by a tactic that failed half-way: nothing was tried there
                continue
            known = {record.tactic for record in state.tried}
            tried = list(state.tried)
            for suggestion in asked.suggest([here.state], audit.k)[0].suggestions:
                if suggestion.action not in known:
                    more = _judged(problem, proof, here, suggestion, solver)
                    tried += [more] if more is not None else []
            found[goals] = state.model_copy(update={"tried": tuple(tried)})
    finally:
        solver.pool.release(problem)
    return [found[state.goals] for state in states]


def _judged(
    problem: Problem,
    proof: Proof[ProofState],
    here: Proof[ProofState],
    suggestion: Suggestion,
    solver: Solver,
) -> TacticRecord | None:
    """Return what becomes of a tactic at a state of the proof; None if the verifier does not accept it."""
    step = solver.pool.step(here.state, suggestion.action)
    outcome, status, good, kind = Outcome.ADVANCED, Status.OPEN, False, ""
    if isinstance(step, Rejected):
        outcome, status, kind = Outcome.REJECTED, Status.DEAD, step.kind.value
    elif isinstance(step, Solved):
        other = _replaced(proof, here, Proof(here.state, suggestion.action))
        text = script(other, partial(parts_after, solver.pool))
        verdict = solver.verifier.verify(problem, text, steps(other))
        if not isinstance(verdict, VerifiedProof):
            return None
        outcome, status, good = Outcome.SOLVED, Status.PROVED, True
    return TacticRecord(
        tactic=suggestion.action,
        log_prob=round(suggestion.log_prob, 6),
        outcome=outcome,
        status=status,
        kind=kind,
        lean_calls=1,
        heartbeats=step.cost.heartbeats,
        on_proof=good,
        audited=True,
    )


def _states(proof: Proof[ProofState]) -> Iterator[Proof[ProofState]]:
    """Yield every part of a proof that an action was taken at, once."""
    stack, seen = [proof], set[int]()
    while stack:
        here = stack.pop()
        if id(here) not in seen:
            seen.add(id(here))
            stack.extend(reversed(here.children))
            if here.action != SPLIT:
                yield here


def _replaced(proof: Proof[ProofState], place: Proof[ProofState], other: Proof[ProofState]) -> Proof[ProofState]:
    """Return a proof with another in the place of one of its parts, wherever that part is used."""
    if proof is place:
        return other
    if not proof.children:
        return proof
    return Proof(proof.state, proof.action, tuple(_replaced(child, place, other) for child in proof.children))

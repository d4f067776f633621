"""Rows made for the tests: problems, attempts, searches that found a proof or none."""

from __future__ import annotations

from collections.abc import Sequence

from prover.runs.records import Finished, PhaseRecord, StateRecord, TacticRecord
from prover.train.records import CorpusProblem, Role
from prover.types import Attempt, CostRecord, Judged, Label, LeanInfo, Problem, TrainingExample, VerifiedProof
from search.tree import Outcome, Status

LEAN = LeanInfo(version="4.0.0-toy", backend="embedded", context="core", context_sha256="c" * 64)
SEARCH = PhaseRecord(round=1, phase="search", began="2026-01-01T00:00:00+00:00")


def problem(name: str, statement: str = "(n : ℕ) : n + 0 = n") -> Problem:
    return Problem(name=name, statement=f"theorem {name} {statement} := by")


def asked(name: str, place: int = 0, role: Role = Role.TRAIN, statement: str = "(n : ℕ) : n + 0 = n") -> CorpusProblem:
    return CorpusProblem(place=place, dataset="toys", role=role, problem=problem(name, statement))


def proof(stated: Problem, text: str = "simp") -> VerifiedProof:
    return VerifiedProof(
        problem=stated.name,
        statement_sha256=stated.statement_sha256,
        proof=text,
        axioms=(),
        lean=LEAN,
        heartbeats=1,
        type_digest="d",
    )


def attempt(stated: Problem, proved: bool, calls: int = 3, seed: int = 0) -> Attempt:
    return Attempt(
        problem=stated.name,
        statement_sha256=stated.statement_sha256,
        status="proved" if proved else "unproved",
        proof="simp" if proved else None,
        policy="toy",
        strategy="best-first",
        seed=seed,
        cost=CostRecord(lean_calls=calls),
    )


def finished(row: Attempt, verified: VerifiedProof | None = None, states: Sequence[StateRecord] = ()) -> Finished:
    return Finished(attempt=row, verified=verified, states=tuple(states))


def tried(
    tactic: str, outcome: Outcome = Outcome.REJECTED, *, on_proof: bool = False, kind: str = "error"
) -> TacticRecord:
    solved = outcome is Outcome.SOLVED
    return TacticRecord(
        tactic=tactic,
        log_prob=-1.0,
        outcome=outcome,
        status=Status.PROVED if solved else Status.DEAD if outcome is Outcome.REJECTED else Status.OPEN,
        kind=kind if outcome is Outcome.REJECTED else "",
        lean_calls=1,
        on_proof=on_proof,
    )


def visited(name: str, *tactics: TacticRecord, goal: str = "n : ℕ\n⊢ n + 0 = n") -> StateRecord:
    status = Status.PROVED if any(tactic.status is Status.PROVED for tactic in tactics) else Status.OPEN
    return StateRecord(problem=name, goals=(goal,), depth=0, status=status, tried=tactics)


def example(number: int) -> TrainingExample:
    """A state whose goal says which tactic proves it: the one that names the variable of the goal."""
    letter = "abcdefgh"[number % 8]
    goal = f"a b c d e f g h : ℕ\nh{number} : {number} < {letter}\n⊢ 0 < {letter}"
    judged = tuple(
        Judged(tactic=f"exact foo {other}", label=Label.PROVED if other == letter else Label.REFUSED, log_prob=-1.0)
        for other in "abcdefgh"
    )
    return TrainingExample(
        problem=f"p{number}", statement_sha256="", statement="", goals=(goal,), depth=0, judged=judged
    )

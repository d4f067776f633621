"""What else proves the states of a proof: on real Lean, and only if the verifier accepts it in its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from prover.config import search_config
from prover.lean.embedded.install import Installation
from prover.lean.verifier import ForwardingVerifier
from prover.policies.protocol import Prepared
from prover.policies.repair import without_failures
from prover.policies.sketch import RuleSketcher
from prover.runs.meter import Account
from prover.runs.records import StateRecord, state_records
from prover.runs.solver import Solver, solver_with
from prover.train.audit import Audit, audited
from prover.train.explore import first_policy
from prover.types import Problem, ProofState, Rejection, RejectReason, Verdict
from search.tree import Outcome as Said
from search.tree import Status
from search.types import Proposals, Suggestion

pytestmark = pytest.mark.slow  # whole runs on real Lean: minutes

PROBLEM = Problem(name="both", statement="theorem both (xs : List ℕ) (n : ℕ) (h : n < 3) : xs ++ [] = xs ∧ n < 5 := by")
SCRIPT = (Suggestion("constructor", -0.1), Suggestion("simp", -2.0), Suggestion("omega", -3.0))


class Scripted:
    """Proposes the same for every state."""

    name = "scripted"

    def prepare(self, problem: Problem, seed: int) -> Prepared:
        return Prepared(self, RuleSketcher())

    def load(self) -> None: ...

    def close(self) -> None: ...

    def suggest(self, states: Sequence[ProofState], k: int) -> list[Proposals]:
        return [Proposals(SCRIPT) for _ in states]


class Noting(ForwardingVerifier):
    """Notes what is judged, and refuses it if told to."""

    refuses = False
    proofs: tuple[str, ...] = ()

    def verify(self, problem: Problem, proof: str, steps: int = 0) -> Verdict:
        self.proofs += (proof,)
        verdict = super().verify(problem, proof, steps)
        if not self.refuses:
            return verdict
        return Rejection(
            problem=problem.name,
            statement_sha256=problem.statement_sha256,
            reason=RejectReason.KERNEL,
            message="refused",
            lean=verdict.lean,
        )


@pytest.fixture(scope="module")
def solver(lean: Installation) -> Iterator[Solver]:
    with solver_with(Scripted(), search_config(heartbeats=1000, budget="lean_calls=20"), Account()) as solver:
        yield solver


def audit(solver: Solver, refuses: bool = False) -> tuple[list[StateRecord], Noting]:
    """Prove the problem, then audit the states of the proof before a judge that may refuse."""
    outcome = solver.attempt(PROBLEM, 0)
    assert outcome.verified is not None and outcome.search is not None and outcome.search.proof is not None
    assert outcome.verified.proof == "constructor\n· simp\n· omega"
    states = state_records(PROBLEM.name, outcome.search, outcome.verified)
    judge, before = Noting(solver.verifier), solver.verifier
    judge.refuses = refuses
    solver.verifier = judge
    try:
        proof = without_failures(outcome.search.proof)
        return audited(PROBLEM, proof, states, solver, Audit(first_policy(), 40)), judge
    finally:
        solver.verifier = before


def test_what_closes_a_state_stands_in_a_verified_proof_of_the_whole(solver: Solver) -> None:
    states, judge = audit(solver)
    right = states[2]
    assert [len(state.goals) for state in states] == [1, 1, 1]
    more = {record.tactic for record in right.tried if record.audited and record.on_proof}
    assert {"grind", "cases n <;> grind"} <= more
    assert "constructor\n· simp\n· grind" in judge.proofs
    assert "constructor\n· grind\n· omega" in judge.proofs and "grind" in judge.proofs
    for state in states:
        audited_here = [record for record in state.tried if record.audited]
        assert len(audited_here) > 5
        assert len({record.tactic for record in state.tried}) == len(state.tried)
        assert all(record.status is Status.DEAD for record in audited_here if record.outcome is Said.REJECTED)
    assert sum(record.on_proof for state in states for record in state.tried) == 3 + len(judge.proofs)


def test_what_the_verifier_refuses_teaches_nothing(solver: Solver) -> None:
    states, judge = audit(solver, refuses=True)
    assert judge.proofs
    positive = [record for state in states for record in state.tried if record.on_proof]
    assert [record.tactic for record in positive] == ["constructor", "simp", "omega"]
    assert not any(record.outcome is Said.SOLVED for state in states for record in state.tried if record.audited)

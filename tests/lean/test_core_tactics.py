"""Tactics that models write and that the core context has under Mathlib's names."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from prover.lean.context import context
from prover.lean.embedded.install import Installation
from prover.lean.embedded.session import EmbeddedSession
from prover.lean.embedded.verify import EmbeddedVerifier
from prover.lean.session import Limits
from prover.types import Problem, VerifiedProof
from search.types import Rejected, Solved

NOT = "theorem t (p q : Prop) (h : ¬ q → ¬ p) : p → q := by"
BELOW = "theorem t (a b : ℕ) (h : a < b) : a + 1 ≤ b := by"
THREE = "theorem t (p q r : Prop) (hp : p) (hq : q) (hr : r) : p ∧ q ∧ r := by"
SUM = "theorem t (a b : ℕ) (h : a + b = 3) : b + a = 3 := by"


@pytest.fixture(scope="module")
def session(lean: Installation) -> Iterator[EmbeddedSession]:
    opened = EmbeddedSession(lean, context("core"), Limits(heartbeats=20_000, wall_seconds=120))
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("statement", "proof"),
    [
        (NOT, "contrapose\nexact h"),
        (NOT, "contrapose!\nexact h"),
        (BELOW, "contrapose h\nomega"),
        (BELOW, "contrapose! h\nomega"),
        (THREE, "refine ⟨?_, ?_, ?_⟩\nswap\n· exact hq\n· exact hp\n· exact hr"),
        (THREE, "constructor\nswap\n· exact ⟨hq, hr⟩\n· exact hp"),
        (THREE, "refine ⟨?_, ?_, ?_⟩\nexacts [hp, hq, hr]"),
        (SUM, "conv_lhs => rw [Nat.add_comm]\nexact h"),
        (SUM, "conv_lhs at h => rw [Nat.add_comm]\nexact h"),
        (SUM, "conv_rhs => rw [← h]\nexact Nat.add_comm b a"),
    ],
)
def test_what_models_write_works(session: EmbeddedSession, statement: str, proof: str) -> None:
    step = session.step(session.start(Problem(name="t", statement=statement)), proof)
    assert isinstance(step, Solved), step


@pytest.mark.parametrize("proof", ["refine ⟨?_, ?_, ?_⟩\nexacts [hp, hq]", "exacts [hp]", "contrapose"])
def test_what_does_not_fit_fails(session: EmbeddedSession, proof: str) -> None:
    assert isinstance(session.step(session.start(Problem(name="t", statement=THREE)), proof), Rejected)


def test_the_verifier_reads_them_too(lean: Installation) -> None:
    verifier = EmbeddedVerifier(lean, Limits(heartbeats=20_000, wall_seconds=60))
    try:
        proof = "refine ⟨?_, ?_, ?_⟩\nswap\n· exact hq\n· contrapose! hp\n  exact hp\n· conv_lhs => skip\n  exacts [hr]"
        verdict = verifier.verify(Problem(name="t", statement=THREE.replace("p ∧ q ∧ r", "p ∧ q ∧ (r = r)")), proof)
        assert not isinstance(verdict, VerifiedProof)  # `exacts [hr]` is no proof of an equation
        proof = "refine ⟨?_, ?_, ?_⟩\nswap\n· exact hq\n· exact hp\n· exacts [hr]"
        assert isinstance(verifier.verify(Problem(name="t", statement=THREE), proof), VerifiedProof)
    finally:
        verifier.close()

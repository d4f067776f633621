"""A proof that writes over memory deceives the process that runs it, and no other.

Before the processes were separated, this text was accepted, as was one that had the addresses of this build in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from prover.cli import run
from prover.lean.embedded import verify, wire
from prover.lean.embedded.install import Installation
from prover.lean.embedded.verify import EmbeddedVerifier
from prover.lean.kernel.choice import KernelChoice
from prover.lean.session import Limits
from prover.problems.formats import read_statement
from prover.types import Problem, Rejection, RejectReason, VerifiedProof
from tests.lean.elaborated import KINDS, elaborate
from tests.lean.memory_attack import ATTACK, FALSE

pytestmark = pytest.mark.cold

LIMITS = Limits(wall_seconds=300, kernel=KernelChoice.EMBEDDED)
LIE = read_statement("theorem t : (1 : ℕ) = 2 := by")[0]
HONEST = read_statement("theorem u (a b : ℕ) (h : a + b = 10) (h₂ : a = b + 4) : a = 7 := by")[0]


@pytest.fixture(scope="module")
def verifier(lean: Installation) -> Iterator[EmbeddedVerifier]:
    made = EmbeddedVerifier(lean, LIMITS)
    yield made
    made.close()


@pytest.fixture
def let_through(monkeypatch: pytest.MonkeyPatch) -> None:
    """Permit configurations by position, so that the processes alone stand between the proof and its verdict."""
    monkeypatch.setattr(verify, "_BLOCK", verify._BLOCK.model_copy(update={"configurationKinds": KINDS}))


def _elaborated(verifier: EmbeddedVerifier, problem: Problem, proof: str) -> wire.Facts:
    """Return what the elaboration process says about a proof; it is not started again in between."""
    facts = elaborate(verifier, problem, proof, by_position=True)
    assert isinstance(facts, wire.Facts) and facts.refused is None
    return facts


def test_the_process_that_runs_it_is_deceived_and_starts_the_next_question_from_clean_memory(
    verifier: EmbeddedVerifier,
) -> None:
    before, attacked, after = (_elaborated(verifier, LIE, proof) for proof in (FALSE, ATTACK, FALSE))
    assert not before.document and "is false" in before.messages[0].text
    # No error, and a document: within this process nothing tells the proof from an honest one.
    assert attacked.document and not any(message.severity == "error" for message in attacked.messages)
    assert not after.document and after.messages == before.messages


@pytest.mark.usefixtures("let_through")
def test_the_kernel_process_refuses_and_neighbours_are_judged_as_ever(verifier: EmbeddedVerifier) -> None:
    pids = verifier._elaboration.pids
    for _ in range(2):
        assert isinstance(verifier.verify(HONEST, "omega"), VerifiedProof)
        found = verifier.verify(LIE, ATTACK)
        assert isinstance(found, Rejection) and found.reason is RejectReason.KERNEL
    assert isinstance(verifier.verify(HONEST, "omega"), VerifiedProof)
    assert verifier._elaboration.pids == pids or not pids  # no process had to be replaced


def test_configurations_by_position_are_refused_before_anything_runs(verifier: EmbeddedVerifier) -> None:
    found = verifier.verify(LIE, ATTACK)
    assert isinstance(found, Rejection) and found.reason is RejectReason.FORBIDDEN
    assert "anonymousCtor" in found.message


def test_batch_with_honest_neighbours(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [
        {"id": 1, "statement": HONEST.statement, "proof": "omega"},
        {"id": 2, "statement": LIE.statement, "proof": ATTACK},
        {"id": 3, "statement": HONEST.statement, "proof": "omega"},
        {"id": 4, "statement": LIE.statement, "proof": FALSE},
    ]
    path = tmp_path / "batch.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)) + "\n", encoding="utf-8")
    assert run(["verify", "--batch", str(path)]) == 0
    verdicts = [json.loads(line)["verdict"] for line in capsys.readouterr().out.splitlines()]
    assert verdicts == ["accepted", "rejected", "accepted", "rejected"]


def test_command(tmp_path: Path) -> None:
    path = tmp_path / "proof.txt"
    path.write_text(ATTACK, encoding="utf-8")
    assert run(["verify", LIE.statement, str(path)]) == 1

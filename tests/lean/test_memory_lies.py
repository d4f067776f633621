"""Elaboration processes whose memory is written to before they export: no kernel accepts what they claim.

Some lies are texts that run in an honest process, through the hole of docs/verifier.md, and find by themselves the
kernel's pointers that they redirect. The others are a process that writes over what it exports itself (`lying.cjs`),
where a proof would have to search for it. The text of an export is made outside this memory: what is made of it, and
what was damaged on its way, is in `tests/lean/test_lies.py`.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from prover.lean.context import context
from prover.lean.embedded import wire
from prover.lean.embedded.contexts import ContextProcesses
from prover.lean.embedded.install import Installation
from prover.lean.embedded.loading import load
from prover.lean.embedded.process import START_SECONDS
from prover.lean.embedded.verify import EmbeddedVerifier
from prover.lean.kernel.choice import KernelChoice
from prover.lean.kernel.verdicts import unavailable
from prover.lean.session import Limits
from prover.problems.formats import read_statement
from prover.types import Problem
from tests.lean.elaborated import HEARTBEATS, elaborate
from tests.lean.memory_attack import deception

pytestmark = pytest.mark.cold

LYING = Path(__file__).with_name("lying.cjs")
CHOICE = KernelChoice.EMBEDDED if unavailable() else KernelChoice.BOTH
LIMITS = Limits(wall_seconds=120, kernel=CHOICE)
SEED = int(os.environ.get("PROOFSMITH_SEED", "1"))
FEW = 20_000
CORE = context("core")

TRUE = "theorem t (a b : ℕ) (h : a + b = 10) (h₂ : a = b + 4) : a = 7 := by"
FALSE = TRUE.replace("a = 7", "a = 8")
ABOVE = """\
theorem helper (a b : ℕ) (h : a + b = 10) (h₂ : a = b + 4) : a = 7 := by omega

theorem other (a b : ℕ) (h : a * 2 = b) (h₂ : b = 14) : a = 7 ∧ b ≠ 15 := by omega

theorem both (a b : ℕ) (h : a + b = 10) (h₂ : a = b + 4) : a = 7 ∧ (14 ≠ 15) :=
  ⟨helper a b h h₂, (other 7 14 rfl rfl).2⟩

"""
PROOF = "exact (both a b h h₂).1"


@pytest.fixture(scope="module")
def verifier(lean: Installation) -> Iterator[EmbeddedVerifier]:
    made = EmbeddedVerifier(lean, LIMITS)
    yield made
    made.close()


def read(statement: str) -> Problem:
    return read_statement(statement)[0]


def test_a_kernel_that_was_redirected_convinces_its_process_alone(verifier: EmbeddedVerifier) -> None:
    check_texts(verifier, 2, enough=1)


@pytest.mark.slow
def test_many_kernels_that_were_redirected(verifier: EmbeddedVerifier) -> None:
    check_texts(verifier, 60)


def check_texts(verifier: EmbeddedVerifier, count: int, enough: int | None = None) -> None:
    """Judge so many texts, or until `enough` have deceived their process."""
    rng, deceived = random.Random(SEED), 0
    for _ in range(count):
        if deceived == enough:
            break
        statement, proof = deception(rng.randrange(2**30))
        facts = elaborate(verifier, read(statement), proof, by_position=True)
        assert isinstance(facts, wire.Facts) and facts.refused is None, facts
        if facts.document:  # its own kernel has accepted it
            deceived += 1
            assert_refused(verifier, statement, facts.document)
    assert deceived * 3 >= count


@pytest.mark.parametrize("count", [4, pytest.param(240, marks=pytest.mark.slow)])
def test_declarations_that_were_written_over(count: int, verifier: EmbeddedVerifier, lean: Installation) -> None:
    honest = elaborate(verifier, read(TRUE), PROOF, above=ABOVE)
    assert isinstance(honest, wire.Facts) and honest.document, honest
    before = verifier._elaboration
    verifier._elaboration = ContextProcesses(
        lean, str(LYING), lambda process, where: load(process, lean, where, START_SECONDS), LIMITS.recycle_mb
    )
    outcomes: Counter[str] = Counter()
    rng = random.Random(SEED)
    try:
        for _ in range(count):
            lie = f"-- lie {rng.randrange(1, 2**30)}\n"
            facts = elaborate(verifier, read(TRUE), PROOF, above=lie + ABOVE)
            if not isinstance(facts, wire.Facts):
                outcomes["ended the process"] += 1  # in a list without end, say
                continue
            exported = facts.document.startswith("{")
            outcomes["honest" if facts.document == honest.document else "another" if exported else "none"] += 1
            assert_refused(verifier, FALSE, facts.document)
        again = elaborate(verifier, read(TRUE), PROOF, above=ABOVE)
        assert isinstance(again, wire.Facts) and again.document == honest.document  # nothing of a lie stays
    finally:
        verifier._elaboration.close()
        verifier._elaboration = before
    assert outcomes["another"] * 3 >= count, outcomes
    answers = verifier._opened().ask(CORE, document(verifier, TRUE), honest.document.encode(), HEARTBEATS)
    assert all(answer.accepted for answer in answers)  # no kernel process is gone for good


def document(verifier: EmbeddedVerifier, statement: str) -> bytes:
    return verifier._statements.get(read(statement), CORE).document.encode()


def assert_refused(verifier: EmbeddedVerifier, false: str, claim: str) -> None:
    candidate = claim.encode("utf-8", "surrogatepass")
    answers = verifier._opened().ask(CORE, document(verifier, false), candidate, FEW)
    assert answers and not any(answer.accepted for answer in answers), (false, claim[:2000])

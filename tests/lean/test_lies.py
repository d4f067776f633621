"""An elaboration process may say what it likes: no kernel accepts a false statement, and none ends for good."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from prover.lean import block
from prover.lean.context import context
from prover.lean.embedded import verify, wire
from prover.lean.embedded.install import Installation
from prover.lean.embedded.verify import EmbeddedVerifier
from prover.lean.kernel.answer import KernelReason
from prover.lean.kernel.choice import KernelChoice
from prover.lean.kernel.verdicts import unavailable
from prover.lean.kernels import Kernels, open_kernels
from prover.lean.session import Limits
from prover.problems.formats import read_statement
from tests.lean.lies import Recorded, lies

pytestmark = pytest.mark.slow  # whole runs on real Lean: minutes

CHOICE = KernelChoice.EMBEDDED if unavailable() else KernelChoice.BOTH
LIMITS = Limits(wall_seconds=300, kernel=CHOICE)
# What is true, its proof, and what is false.
PROOFS = (
    ("theorem t (a b : ℕ) (h : a + b = 10) (h₂ : a = b + 4) : a = 7 := by", "omega", ("a = 7", "a = 8")),
    ("theorem t : (2 : ℕ) ^ 10 = 1024 := by", "decide", ("1024", "1025")),
    ("theorem t (p q : Prop) (h : p ∧ q) : q ∧ p := by", "exact ⟨h.2, h.1⟩", ("q ∧ p :=", "q ∧ ¬p :=")),
    (
        "theorem t (n : ℕ) : 2 * (List.range (n + 1)).foldl (· + ·) 0 = 2 * (List.range (n + 1)).foldl (· + ·) 0 := by",
        "rfl",
        ("0 = 2", "0 = 1 + 2"),
    ),
    ("theorem t (f : ℕ → ℕ) (h : ∀ n, f (n + 1) = f n) : ∀ n, f n = f 0 := by",
     "intro n\ninduction n with\n| zero => rfl\n| succ n ih => rw [h, ih]", ("f n = f 0", "f n = f 0 + 1")),
    ("theorem t (a b : ℝ) (h : a = b) : b = a := by", "have k := h.symm\nexact k", ("b = a :=", "b = a + 1 :=")),
    ("theorem t : ∃ n : ℕ, n * n = 49 := by", "exact ⟨7, rfl⟩", ("= 49", "= 50")),
    ("theorem t (x : ℕ × ℕ) (h : x.1 = 3) : x.1 + 1 = 4 := by", "simp [h]", ("= 4", "= 5")),
)  # fmt: skip


@pytest.fixture(scope="module")
def recorded(lean: Installation) -> list[Recorded]:
    verifier = EmbeddedVerifier(lean, LIMITS)
    try:
        return [_record(verifier, *proof) for proof in PROOFS]
    finally:
        verifier.close()


def _record(verifier: EmbeddedVerifier, statement: str, proof: str, change: tuple[str, str]) -> Recorded:
    where = context("core")
    problem, false = read_statement(statement)[0], read_statement(statement.replace(*change))[0]
    assert false.statement != problem.statement
    stated = verifier._statements.get(problem, where)
    request = wire.Examine(
        header=where.header(problem),
        candidate=f"{problem.statement}\n{block.indent(proof, 2)}\n",
        theorem=stated.theorem,
        says=stated.says,
        stated=stated.stated,
        allow=verify._BLOCK,
        heartbeats=400_000,
    )
    facts = verifier._examine(request, where, 400_000)
    assert isinstance(facts, wire.Facts) and facts.document, facts
    other = verifier._statements.get(false, where)
    return Recorded(stated.document.encode(), facts.document.encode(), other.document.encode())


@pytest.fixture(scope="module")
def kernels(lean: Installation) -> Iterator[Kernels]:
    opened = open_kernels(lean, LIMITS)
    yield opened
    opened.close()


def test_what_was_recorded_is_accepted_and_its_value_under_the_false_statement_is_not(
    recorded: list[Recorded], kernels: Kernels
) -> None:
    for one in recorded:
        assert all(a.accepted for a in kernels.ask(context("core"), one.statement, one.candidate, 400_000))
        assert not any(a.accepted for a in kernels.ask(context("core"), one.false, one.candidate, 400_000))


@pytest.mark.parametrize("count", [170, pytest.param(1700, marks=pytest.mark.slow)])
def test_lies(count: int, recorded: list[Recorded], kernels: Kernels) -> None:
    seed = int(os.environ.get("PROOFSMITH_SEED", "1"))
    decoded, where = 0, context("core")
    for what, statement, candidate in lies(recorded, count, seed):
        answers = kernels.ask(where, statement, candidate, 20_000)
        assert not any(answer.accepted for answer in answers), (what, candidate[:2000])
        decoded += all(answer.reason is not KernelReason.DOCUMENT for answer in answers)
    assert decoded >= count // 3
    # Neither process is gone for good.
    honest = recorded[0]
    assert all(answer.accepted for answer in kernels.ask(where, honest.statement, honest.candidate, 400_000))

"""The verifier: what it reports, limits, statements that cannot be used, processes that end."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator

import psutil
import pytest

from prover.errors import InputError, StatementError, UsageError
from prover.lean.embedded import wire
from prover.lean.embedded.install import Installation
from prover.lean.embedded.verify import STANDARD_AXIOMS, EmbeddedVerifier
from prover.lean.session import Limits
from prover.problems.formats import read_statement
from prover.types import Problem, Rejection, RejectReason, VerifiedProof
from search.types import RejectionKind

LINEAR = read_statement("theorem t (a b : ℕ) (h : a + b = 10) (h₂ : a = b + 4) : a = 7 := by")[0]
FALSE = read_statement("theorem t : (1 : ℕ) = 2 := by")[0]
# Four million cases, none of them deep: only heartbeats can end it.
LETTERS = " ".join("abcdefghijklmnopqrsuvw")
RUNAWAY = (
    f"have h : ∀ {LETTERS} : Bool, (a && b) = (b && a) := by\n"
    f"  intro {LETTERS}\n  {' <;> '.join(f'cases {letter}' for letter in LETTERS.split())} <;> rfl\nsimp at h"
)


@pytest.fixture(scope="module")
def verifier(lean: Installation) -> Iterator[EmbeddedVerifier]:
    made = EmbeddedVerifier(lean, Limits(heartbeats=2_000, wall_seconds=60))
    yield made
    made.close()


def _rejection(verifier: EmbeddedVerifier, problem: Problem, proof: str) -> Rejection:
    found = verifier.verify(problem, proof)
    assert isinstance(found, Rejection)
    return found


def test_accepted_proof_says_what_it_rests_on(verifier: EmbeddedVerifier) -> None:
    found = verifier.verify(LINEAR, "  omega")
    assert isinstance(found, VerifiedProof)
    assert found.proof == "omega"
    assert found.axioms == STANDARD_AXIOMS
    assert found.statement_sha256 == LINEAR.statement_sha256
    assert found.lean.context == "core" and len(found.lean.context_sha256) == 64
    assert found.heartbeats > 0 and len(found.type_digest) == 64


def test_axioms_are_those_that_are_used(verifier: EmbeddedVerifier) -> None:
    none = verifier.verify(read_statement("theorem t : (1 : ℕ) + 1 = 2 := by")[0], "rfl")
    choice = verifier.verify(
        read_statement("theorem t (p : Prop) (h : Nonempty p) : p := by")[0], "exact Classical.choice h"
    )
    assert isinstance(none, VerifiedProof) and none.axioms == ()
    assert isinstance(choice, VerifiedProof) and choice.axioms == ("Classical.choice",)


def test_a_proof_by_grind_may_rest_on_a_left_inverse(verifier: EmbeddedVerifier) -> None:
    images = "theorem t (f : ℕ → ℕ) (s u : Set ℕ) (h : Function.Injective f) : f '' (s ∩ u) = f '' s ∩ f '' u := by"
    found = verifier.verify(read_statement(images)[0], "refine Set.ext fun x => ?_\ngrind")
    assert isinstance(found, VerifiedProof), found


def test_same_type_has_the_same_digest(verifier: EmbeddedVerifier) -> None:
    renamed = read_statement("theorem t (x y : ℕ) (h1 : x + y = 10) (h2 : x = y + 4) : x = 7 := by")[0]
    first, second = verifier.verify(LINEAR, "omega"), verifier.verify(renamed, "omega")
    assert isinstance(first, VerifiedProof) and isinstance(second, VerifiedProof)
    assert first.type_digest == second.type_digest
    assert first.statement_sha256 != second.statement_sha256


@pytest.mark.parametrize("value", ["0", "4294967296", "18446744073709551616", "1000000000"])
def test_heartbeats_are_clamped_and_decide(verifier: EmbeddedVerifier, value: str) -> None:
    found = _rejection(verifier, FALSE, f"set_option maxHeartbeats {value} in\n{RUNAWAY}")
    assert (found.reason, found.kind) == (RejectReason.LIMIT, RejectionKind.ERROR)
    assert "--heartbeats" in found.message
    assert 2 * 2_000 <= found.heartbeats <= 1.3 * 2 * 2_000


def test_limit_grows_with_the_steps(verifier: EmbeddedVerifier) -> None:
    short, long = _rejection(verifier, FALSE, RUNAWAY), verifier.verify(FALSE, RUNAWAY, steps=4)
    assert isinstance(long, Rejection) and long.heartbeats > 2 * short.heartbeats


@pytest.mark.slow
def test_wall_clock_guards_and_the_next_question_is_answered(lean: Installation) -> None:
    verifier = EmbeddedVerifier(lean, Limits(heartbeats=1_000_000, wall_seconds=4))
    try:
        assert isinstance(verifier.verify(LINEAR, "omega"), VerifiedProof)
        found = _rejection(verifier, FALSE, RUNAWAY)
        assert (found.reason, found.kind) == (RejectReason.LIMIT, RejectionKind.WALL)
        assert "--wall-seconds" in found.message
        assert isinstance(verifier.verify(LINEAR, "omega"), VerifiedProof)
    finally:
        verifier.close()


@pytest.mark.cold
def test_a_process_that_is_killed_is_replaced(verifier: EmbeddedVerifier) -> None:
    assert isinstance(verifier.verify(LINEAR, "omega"), VerifiedProof)
    for pid in (*verifier._statements.pids, *verifier._elaboration.pids):
        os.killpg(pid, signal.SIGKILL)
    assert isinstance(verifier.verify(LINEAR, "omega"), VerifiedProof)


@pytest.mark.cold
def test_a_process_that_ran_a_proof_elaborates_no_statement_again(lean: Installation) -> None:
    verifier = EmbeddedVerifier(lean, Limits(wall_seconds=120))
    try:
        verifier.check_statement(LINEAR)
        (first,) = verifier._statements.pids
        assert isinstance(verifier.verify(LINEAR, "omega"), VerifiedProof)
        assert verifier._elaboration.pids == (first,) and first not in verifier._statements.pids
        found = _rejection(verifier, FALSE, "omega")
        (second,) = verifier._statements.pids
        assert found.reason is RejectReason.ELABORATION and second != first and verifier._elaboration.pids == (first,)
    finally:
        verifier.close()


@pytest.mark.cold
@pytest.mark.parametrize("seconds", [0.0, 0.2, 0.5, 0.9, 1.3])
def test_closed_while_it_prepares_it_leaves_nothing(seconds: float, lean: Installation) -> None:
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    verifier = EmbeddedVerifier(lean, Limits(wall_seconds=120))
    verifier.prepare(LINEAR)
    time.sleep(seconds)
    verifier.close()
    left = [child for child in psutil.Process().children(recursive=True) if child.pid not in before]
    assert [child for child in left if child.status() != psutil.STATUS_ZOMBIE] == []
    assert not any(thread.is_alive() for thread in verifier._preparing)


def test_a_proof_that_ends_lean_is_rejected_and_the_next_question_is_answered(verifier: EmbeddedVerifier) -> None:
    # Lean's runtime ends itself where it is asked for a shift by 2^32 (leanprover/lean4#15193).
    found = _rejection(verifier, FALSE, "have h : (1 : ℕ) <<< 4294967296 = 2 := by decide\nsimp at h")
    assert found.reason in (RejectReason.LIMIT, RejectReason.ELABORATION)
    assert isinstance(verifier.verify(LINEAR, "omega"), VerifiedProof)


def test_an_answer_that_the_wire_does_not_allow_is_the_fault_of_the_proof(
    verifier: EmbeddedVerifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    verifier.check_statement(LINEAR)
    with monkeypatch.context() as small:
        small.setattr(wire, "LARGEST_FRAME", 2_000)  # enough for the start of a process
        found = _rejection(verifier, LINEAR, "omega")
    assert found.reason is RejectReason.LIMIT and "announced a reply" in found.message
    assert isinstance(verifier.verify(LINEAR, "omega"), VerifiedProof)


def test_long_messages_are_cut(verifier: EmbeddedVerifier) -> None:
    assert len(_rejection(verifier, FALSE, f"exact {'h' * 100_000}").message) < 3_000


@pytest.mark.parametrize(
    "statement",
    [
        "theorem t : (1 : ℕ = 2 := by",
        "theorem t : undefined_thing = 2 := by",
        "theorem t (h : sorry := by",
        "theorem t : True := by trivial\ntheorem u : False := by",
        "example : True := by",
        "axiom t : False",
        "",
        "#eval 1",
        "theorem : True := by",
    ],
)
def test_statement_that_cannot_be_used(verifier: EmbeddedVerifier, statement: str) -> None:
    with pytest.raises(StatementError):
        verifier.verify(Problem(name="t", statement=statement), "trivial")
    assert isinstance(verifier.verify(LINEAR, "omega"), VerifiedProof)


def test_statement_error_shows_the_place(verifier: EmbeddedVerifier) -> None:
    with pytest.raises(StatementError) as caught:
        verifier.check_statement(Problem(name="t", statement="theorem t (a : ℕ) : a = missing := by"))
    assert "t:1:24" in str(caught.value) and str(caught.value).splitlines()[-1].index("^") == 26


def test_statement_that_is_no_text(verifier: EmbeddedVerifier) -> None:
    with pytest.raises(InputError, match="NUL"):
        verifier.verify(Problem(name="t", statement="theorem t : \0 := by"), "trivial")
    with pytest.raises(InputError, match="surrogate"):
        verifier.verify(LINEAR.model_copy(update={"statement": "theorem t : \ud800 := by"}), "trivial")


def test_unknown_context(verifier: EmbeddedVerifier) -> None:
    with pytest.raises(UsageError):
        verifier.verify(LINEAR.model_copy(update={"context": "nowhere"}), "omega")


def test_bare_context(verifier: EmbeddedVerifier) -> None:
    problem = Problem(name="t", statement="theorem t (a b : Nat) : a + b = b + a := by", context="init")
    assert isinstance(verifier.verify(problem, "omega"), VerifiedProof)


def test_header_and_name_stay_with_their_problem(verifier: EmbeddedVerifier) -> None:
    with_header = read_statement("def magic : ℕ := 3\ntheorem t : magic = 3 := by")[0]
    assert isinstance(verifier.verify(with_header, "rfl"), VerifiedProof)
    with pytest.raises(StatementError):
        verifier.verify(Problem(name="t", statement="theorem t : magic = 3 := by"), "rfl")


def test_header_with_an_axiom_is_not_trusted(verifier: EmbeddedVerifier) -> None:
    problem = read_statement("axiom cheat : False\ntheorem t : (1 : ℕ) = 2 := by")[0]
    assert _rejection(verifier, problem, "exact cheat.elim").reason is RejectReason.AXIOMS


def test_statement_of_a_megabyte(verifier: EmbeddedVerifier) -> None:
    names = " ".join(f"x{i}" for i in range(150_000))
    problem = Problem(name="t", statement=f"theorem t : True -- {names}\n := by")
    assert len(problem.statement) > 10**6
    assert isinstance(verifier.verify(problem, "trivial"), VerifiedProof)

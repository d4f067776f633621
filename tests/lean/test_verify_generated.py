"""Whole files and what Lean makes of a statement: a `match`, a pattern `fun`, a proof inside a term."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from prover.lean.embedded.install import Installation
from prover.lean.embedded.verify import EmbeddedVerifier
from prover.lean.session import Limits
from prover.types import Problem, Rejection, RejectReason, VerifiedProof

MATCH = "theorem t (n : Nat) (h : match n with | 0 => True | k+1 => k = 5) : n ≤ 6 := by"
TUPLES = "theorem t (l : List (Nat × Nat)) : (l.map fun (a, b) => (b, a)).length = l.length := by"
NESTED = (
    "theorem t (n : Nat) (f : Nat → Nat) (h : ∀ k, f k = "
    "match k with | 0 => (match n with | 0 => 1 | _ + 1 => 2) | j + 1 => j) : f 1 = 0 := by"
)
OVERLAP = "theorem t : (match (0 : Nat), (0 : Nat) with | 0, _ => 1 | _, 0 => 2 | _, _ => 3) = 2 := by"
# The same cases, but the second one is looked at first.
SMUGGLED = """def t.match_7.{u_1} (motive : Nat → Nat → Sort u_1) (x x_1 : Nat) (h_1 : (x : Nat) → motive 0 x)
    (h_2 : (x : Nat) → motive x 0) (h_3 : (x x_2 : Nat) → motive x x_2) : motive x x_1 :=
  Nat.casesOn x_1 (h_2 x) (fun k => Nat.casesOn x (h_1 _) (fun j => h_3 _ _))
"""


@pytest.fixture(scope="module")
def verifier(lean: Installation) -> Iterator[EmbeddedVerifier]:
    made = EmbeddedVerifier(lean, Limits(heartbeats=20_000, wall_seconds=60))
    yield made
    made.close()


def helped(statement: str, proof: str, use: str) -> str:
    """Return a file that proves the statement by a lemma that states the same."""
    return f"{statement.replace('theorem t', 'theorem helper')}\n  {proof}\n\n{statement}\n  exact helper {use}\n"


@pytest.mark.parametrize(
    "file",
    [
        (TUPLES, helped(TUPLES, "simp", "l")),
        (NESTED, helped(NESTED, "simp [h]", "n f h")),
        # The lemma states something else with the same cases.
        (
            MATCH,
            "theorem helper (n : Nat) (h : match n with | 0 => True | k+1 => k = 7) : n ≤ 8 := by\n"
            f"  split at h <;> omega\n\n{MATCH}\n  split at h <;> omega\n",
        ),
    ],
)
def test_a_lemma_with_the_same_match_is_no_change(verifier: EmbeddedVerifier, file: tuple[str, str]) -> None:
    statement, proof = file
    verdict = verifier.verify(Problem(name="t", statement=statement), proof)
    assert isinstance(verdict, VerifiedProof), verdict


@pytest.mark.parametrize(
    ("statement", "file"),
    [
        (
            OVERLAP,
            f"{SMUGGLED}\n"
            "theorem t : t.match_7 (fun _ _ => Nat) 0 0 (fun _ => 1) (fun _ => 2) (fun _ _ => 3) = 2 := by\n  rfl\n",
        ),
        (  # An own definition under a name that Lean could give, with another body.
            "def _five : Nat := 5\ntheorem t : _five < 6 := by",
            "def _nought : Nat := 0\ntheorem t : _nought < 6 := by\n  decide\n",
        ),
    ],
)
def test_another_match_is_a_change(verifier: EmbeddedVerifier, statement: str, file: str) -> None:
    header, _, theorem = statement.rpartition("\n")
    verdict = verifier.verify(Problem(name="t", statement=theorem, header=header), file)
    assert isinstance(verdict, Rejection), verdict
    assert verdict.reason in (RejectReason.CHANGED, RejectReason.KERNEL), verdict

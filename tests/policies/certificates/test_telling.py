"""Certificates printed as a person would write them."""

from __future__ import annotations

import pytest

pytest.importorskip("flint", reason="needs python-flint: pip install -e '.[certificates]'")
pytest.importorskip("scipy", reason="needs scipy: pip install -e '.[certificates]'")

from prover.lean.goals import parse_goal
from prover.policies.certificates.finders import certificates


@pytest.mark.parametrize(
    ("goal", "proof"),
    [
        ("x y : ℝ\nh : x + y = 3\nk : x - y = 1\n⊢ x = 2", "linear_combination (h + k) / 2"),
        ("x y : ℝ\nh : x + y = 3\nk : x * y = 1\n⊢ x ^ 2 + y ^ 2 = 7", "linear_combination (x + y + 3) * h - 2 * k"),
        ("a b : ℝ\n⊢ (a + b) ^ 2 = a ^ 2 + 2 * a * b + b ^ 2", "ring"),
        ("x : ℝ\nh : 0 ≤ x\n⊢ √x ^ 2 + 1 ≥ 2 * √x", "nlinarith [sq_nonneg (√x - 1)]"),
        ("a b : ℚ\nh : a ≥ b + 1\nhb : b ≥ 1 / 2\n⊢ a ≥ 3 / 2", "linarith"),
    ],
)
def test_a_certificate_reads_as_a_tactic_with_its_facts(goal: str, proof: str) -> None:
    found = [certificate.tactic for effort in range(2) for certificate in certificates(parse_goal(goal), effort)]
    assert found[0] == proof


def test_what_the_tactics_cannot_say_stays_an_exact_certificate() -> None:
    goal = "x : ℝ\nh : x + 1 / x = 3\nhx : x ≠ 0\n⊢ x ^ 3 + 1 / x ^ 3 = 18"
    assert certificates(parse_goal(goal), 0)[0].tactic.startswith("exact Certificate.equal_field")

"""The model that comes with the package: small, whole, with its descent, and of use."""

from __future__ import annotations

import hashlib

import pytest

from prover.lean.goals import parse_goal
from prover.policies.goal_context import NOTHING_KNOWN
from prover.policies.tiny.policy import SHIPPED, load_tiny, read_card

MOST = 25_000_000


def test_it_is_small_and_says_where_it_comes_from() -> None:
    assert sum(path.stat().st_size for path in SHIPPED.iterdir()) <= MOST
    lineage = read_card(SHIPPED).lineage
    assert str(lineage["command"]).startswith("prover iterate --preset tiny")
    assert {"seed", "round", "examples", "parameters", "data_sha256"} <= set(lineage)
    assert hashlib.sha256((SHIPPED / "model.safetensors").read_bytes()).hexdigest() == lineage["sha256"]


def test_it_ranks_what_templates_propose() -> None:
    pytest.importorskip("torch", reason="the decoder needs PyTorch")
    pytest.importorskip("transformers", reason="the decoder needs transformers")
    goal = parse_goal("a b : Nat\nh : a < b\n⊢ a + 1 ≤ b")
    policy = load_tiny(SHIPPED)
    first = policy.propose(goal, 8, NOTHING_KNOWN)
    assert len({suggestion.action for suggestion in first.suggestions}) == 8
    assert [suggestion.action for suggestion in policy.propose(goal, 8, NOTHING_KNOWN).suggestions] == [
        suggestion.action for suggestion in first.suggestions
    ]

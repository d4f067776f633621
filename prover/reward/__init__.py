"""Lean's verdict as a reward: `Rewards` scores proofs, and thin faces give the scores to trainers and evaluations.

    from prover.reward import Rewards

    with Rewards(store="rewards.sqlite") as rewards:
        rewards.score([("theorem t (a b : ℕ) : a + b = b + a := by", "omega")])

One score is 1.0 if the verifier accepts the answer and 0.0 otherwise; the kind of failure is a metric.
Nothing is imported before it is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prover.reward.rewards import Rewards
    from prover.reward.score import Score

_HOMES = {"Rewards": "prover.reward.rewards", "Score": "prover.reward.score"}
__all__ = ["Rewards", "Score"]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)

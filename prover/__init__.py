"""Formal theorem proving by machine: real Lean 4, proof search, verified proofs.

    from prover import Prover

    with Prover(policy="automation", budget="lean_calls=100") as prover:
        attempt = prover.prove("theorem t (a b : ℕ) : a + b = b + a := by")

Nothing is imported before it is used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prover.api import Prover
    from prover.cancel import CancelToken
    from prover.errors import ProverError
    from prover.events import Ended, Started, Stepped, Verified
    from prover.policies.entry import policy
    from prover.strategies import strategy
    from prover.types import Attempt, Goal, Problem, Rejection, VerifiedProof

_HOMES = {
    "Attempt": "prover.types",
    "CancelToken": "prover.cancel",
    "Ended": "prover.events",
    "Goal": "prover.types",
    "Problem": "prover.types",
    "Prover": "prover.api",
    "ProverError": "prover.errors",
    "Rejection": "prover.types",
    "Started": "prover.events",
    "Stepped": "prover.events",
    "Verified": "prover.events",
    "VerifiedProof": "prover.types",
    "policy": "prover.policies.entry",
    "strategy": "prover.strategies",
}

__all__ = [
    "Attempt",
    "CancelToken",
    "Ended",
    "Goal",
    "Problem",
    "Prover",
    "ProverError",
    "Rejection",
    "Started",
    "Stepped",
    "Verified",
    "VerifiedProof",
    "policy",
    "strategy",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

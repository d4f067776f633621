"""What a policy asks of retrieval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from prover.policies.recipes import Example, Premise
from prover.types import Problem, ProofState


class Retriever(Protocol):
    """Finds what a prompt may hold in addition to the goal. Deterministic, and may be asked by several threads."""

    def premises(self, problem: Problem, state: ProofState, k: int) -> Sequence[Premise]:
        """Return at most `k` lemmas that are in scope at a state, most useful first."""
        ...

    def examples(self, problem: Problem, state: ProofState, k: int) -> Sequence[Example]:
        """Return at most `k` solved steps at similar states, most similar first."""
        ...


class NoRetrieval:
    """Finds nothing."""

    def premises(self, problem: Problem, state: ProofState, k: int) -> Sequence[Premise]:
        return ()

    def examples(self, problem: Problem, state: ProofState, k: int) -> Sequence[Example]:
        return ()

"""What a search asks for suggestions: a policy with a name, and a policy that has to know the problem first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from prover.types import Problem, ProofState
from search.result import SearchResult
from search.subgoal import Sketcher
from search.types import Environment, Policy, Value


class NamedPolicy(Policy[ProofState], Protocol):
    """A policy that says what it is, as it stands in every row."""

    @property
    def name(self) -> str: ...


def unchanged(env: Environment[ProofState]) -> Environment[ProofState]:
    """Return the environment as it is."""
    return env


def ignored(search: SearchResult[ProofState]) -> None:
    """Take no note of a search."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What takes part in one attempt.

    `wrap_env` puts around Lean what the policy wants to be told; `samples` are the generations that one request of the
    search takes, None where that is the number of actions it asks for. `value` is a critic for strategies that use one;
    `finished` is told of the search in the end.
    """

    policy: NamedPolicy
    sketcher: Sketcher[ProofState]
    wrap_env: Callable[[Environment[ProofState]], Environment[ProofState]] = unchanged
    samples: int | None = 0
    value: Value[ProofState] | None = None
    finished: Callable[[SearchResult[ProofState]], None] = ignored


@runtime_checkable
class ProblemPolicy(Protocol):
    """A policy that is asked only after it was told the problem and the seed of the attempt. Thread-safe."""

    @property
    def name(self) -> str: ...

    def prepare(self, problem: Problem, seed: int) -> Prepared:
        """Return what takes part in an attempt; the same seed gives the same suggestions."""
        ...

    def load(self) -> None:
        """Make ready now, so that what is missing is said before a run begins. Raises `PolicyError`."""
        ...

    def close(self) -> None:
        """Let go of what is held, and let requests in progress end."""
        ...


@contextmanager
def loaded(policy: ProblemPolicy) -> Iterator[ProblemPolicy]:
    """Have a policy ready inside a `with`. Raises `PolicyError` if it cannot be had."""
    policy.load()
    try:
        yield policy
    finally:
        policy.close()

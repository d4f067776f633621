"""Exploration while data are gathered: a policy's proposals in an order drawn around its own.

Adding Gumbel noise to log-probabilities and sorting draws without replacement from the policy (Kool et al. 2019,
1903.06059); `temperature` scales the noise. The noise is derived from the seed and the goal, so that the same search
made again, after a kill, say, is the same search.
"""

from __future__ import annotations

import hashlib
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from prover.policies.protocol import NamedPolicy, Prepared, ProblemPolicy
from prover.policies.templates.priors import Priors
from prover.policies.tiny.table import Counts, TablePolicy, base
from prover.types import Problem, ProofState
from search.types import Proposals

BREADTH = 4
"""So many times as many proposals as are wanted are drawn from."""


class Explorer:
    """A policy around another one."""

    def __init__(self, inner: ProblemPolicy, seed: int, temperature: float) -> None:
        self._inner = inner
        self._seed = seed
        self._temperature = temperature

    @property
    def name(self) -> str:
        return f"{self._inner.name} explored"

    def prepare(self, problem: Problem, seed: int) -> Prepared:
        """Return what takes part in an attempt; its own seed is what the noise is drawn from."""
        found = self._inner.prepare(problem, seed)
        return replace(found, policy=_Exploring(found.policy, f"{self._seed}\0{problem.name}", self._temperature))

    def load(self) -> None:
        self._inner.load()

    def close(self) -> None:
        self._inner.close()


@dataclass(frozen=True, slots=True)
class _Exploring:
    inner: NamedPolicy
    seed: str
    temperature: float

    @property
    def name(self) -> str:
        return self.inner.name

    def suggest(self, states: Sequence[ProofState], k: int) -> list[Proposals]:
        """Draw `k` of the inner policy's proposals for each state; each keeps its own log-probability."""
        found = self.inner.suggest(states, BREADTH * k)
        return [self._drawn(state, proposals, k) for state, proposals in zip(states, found, strict=True)]

    def _drawn(self, state: ProofState, proposals: Proposals, k: int) -> Proposals:
        draw = random.Random(hashlib.sha256(f"{self.seed}\0{state.goals[0].text}".encode()).digest())
        keyed = [
            (suggestion.log_prob + self.temperature * _gumbel(draw), suggestion) for suggestion in proposals.suggestions
        ]
        keyed.sort(key=lambda pair: -pair[0])
        return Proposals(tuple(suggestion for _, suggestion in keyed[:k]), proposals.cost)


def _gumbel(draw: random.Random) -> float:
    return -math.log(-math.log(min(max(draw.random(), 1e-12), 1 - 1e-12)))


def first_policy(proved: Counts | None = None, premises: int = 0) -> TablePolicy:
    """Return what is explored before there is a model: all templates, with counts of what was proved so far."""
    return TablePolicy(Priors(proved or {}, base()), "all templates", premises)

"""Policies that know goals only: a function from a goal to tactics, and a policy of `search`."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from prover.errors import PolicyError, ProverError
from prover.policies.protocol import Prepared, ProblemPolicy
from prover.policies.sketch import RuleSketcher
from prover.types import Goal, Problem, ProofState
from search.hooks import Cancelled
from search.types import Cost, Policy, Proposals, Suggestion

Tactics = Iterable["str | tuple[str, float] | Suggestion"]


class FunctionPolicy:
    """Asks a function for the tactics of a state's first goal. The function is called by one thread at a time.

    Of tactics without probabilities, each counts as half as probable as the one before.
    """

    def __init__(self, name: str, propose: Callable[[Goal], Tactics]) -> None:
        self._name = name
        self._propose = propose
        self._turn = threading.Lock()

    @property
    def name(self) -> str:
        return self._name

    def suggest(self, states: Sequence[ProofState], k: int) -> list[Proposals]:
        """Ask for each state. Raises `PolicyError` if the function fails or returns what are no tactics."""
        with self._turn:
            return [self._asked(state, k) for state in states]

    def _asked(self, state: ProofState, k: int) -> Proposals:
        began = time.monotonic()
        try:
            found = list(self._propose(state.goals[0]))
        except (ProverError, Cancelled):
            raise
        except Exception as error:  # the function is the user's and can fail in any way
            said = " ".join(f"{type(error).__name__}: {error}".split())[:300]
            raise PolicyError(f"the policy {self._name} fails ({said}): mend its function") from error
        actions: dict[str, Suggestion] = {}
        for rank, one in enumerate(found):
            suggestion = self._suggestion(one, rank)
            actions.setdefault(suggestion.action, suggestion)
        ranked = sorted(actions.values(), key=lambda suggestion: -suggestion.log_prob)
        return Proposals(tuple(ranked[:k]), Cost(policy_seconds=time.monotonic() - began))

    def _suggestion(self, one: object, rank: int) -> Suggestion:
        if isinstance(one, Suggestion):
            return one
        if isinstance(one, str):
            return Suggestion(one, -(rank + 1) * math.log(2))
        match one:
            case (str(text), float() | int() as probability) if 0.0 < probability <= 1.0:
                return Suggestion(text, math.log(probability))
        raise PolicyError(
            f"the policy {self._name} returns {one!r}: return tactics as texts, or as pairs of a text and a "
            "probability in (0, 1]"
        )

    def prepare(self, problem: Problem, seed: int) -> Prepared:
        """Return what takes part in an attempt; nothing depends on its seed."""
        return Prepared(self, RuleSketcher())

    def load(self) -> None: ...

    def close(self) -> None: ...


class Shared:
    """A policy of `search` for several threads: they take turns, because few policies can be asked twice at once."""

    def __init__(self, inner: Policy[ProofState], name: str) -> None:
        self._inner = inner
        self._name = name
        self._turn = threading.Lock()

    @property
    def name(self) -> str:
        return self._name

    def suggest(self, states: Sequence[ProofState], k: int) -> list[Proposals]:
        with self._turn:
            return self._inner.suggest(states, k)

    def prepare(self, problem: Problem, seed: int) -> Prepared:
        """Return what takes part in an attempt; nothing depends on its seed."""
        return Prepared(self, RuleSketcher())

    def load(self) -> None: ...

    def close(self) -> None: ...


def ready(value: Any, name: str = "") -> ProblemPolicy:
    """Return a policy as an attempt takes it: one that is told the problem as it is, another for several threads."""
    if isinstance(value, ProblemPolicy):
        return value
    return Shared(value, name or getattr(value, "name", type(value).__name__))

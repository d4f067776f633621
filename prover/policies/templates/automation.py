"""The policy without weights: core automation and structural tactics fit to the goal, with counted priors.

The probability of an action is the prior of its template for the goal's shape, divided among the actions that the
template proposes, and normalised over all that is proposed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pydantic import Field, field_validator

from prover.policies.entry import PolicyEntry
from prover.policies.fingerprint import code_sha256
from prover.policies.goal_context import NOTHING_KNOWN, GoalContext, in_context
from prover.policies.protocol import Prepared
from prover.policies.templates.goal_features import domain, shape
from prover.policies.templates.lemmas import LEMMAS
from prover.policies.templates.priors import Priors, load
from prover.policies.templates.templates import TEMPLATES, Template
from prover.registry import check_known
from prover.types import Frozen, Goal, Problem, ProofState
from search.types import Proposals, Suggestion

DECAY = 0.6
"""Each further action of one template is this much less probable than the one before."""
_WORD = re.compile(r"[a-z_]+")


def proposed(
    goal: Goal, templates: Mapping[str, Template], scope: GoalContext = NOTHING_KNOWN
) -> Iterator[tuple[str, list[str]]]:
    """Yield each template that has something to propose for a goal, with its distinct actions, best first.

    Actions that use what the context lacks are left out: they can only fail.
    """
    target = shape(goal.target)
    found = [(name, template(goal, target)) for name, template in templates.items()]
    if scope.premises:
        found += [(name, template(goal, target, scope.premises)) for name, template in LEMMAS.items()]
    for name, actions in found:
        kept = dict.fromkeys(actions)
        if scope.lacking:
            kept = dict.fromkeys(row for row in kept if scope.lacking.isdisjoint(_WORD.findall(row)))
        if kept:
            yield name, list(kept)


def weighted(
    goal: Goal, templates: Mapping[str, Template], priors: Priors, scope: GoalContext = NOTHING_KNOWN
) -> list[tuple[str, float]]:
    """Return what templates propose for a goal with normalised probabilities, most probable first."""
    head, about = shape(goal.target).head, domain(goal)
    weights: dict[str, float] = {}
    for name, actions in proposed(goal, templates, scope):
        prior = priors.weight(name, head, about)
        total = sum(DECAY**rank for rank in range(len(actions)))
        for rank, action in enumerate(actions):
            # The same action of two templates is one suggestion with the probability of both.
            weights[action] = weights.get(action, 0.0) + prior * DECAY**rank / total
    whole = sum(weights.values())
    return sorted(((action, weight / whole) for action, weight in weights.items()), key=lambda pair: -pair[1])


class AutomationPolicy:
    """Proposes tactics for the first goal of a state. Deterministic: the same goals give the same proposals.

    With `premises`, so many lemmas of the library that are like the goal are arguments of tactics, too. `without` is a
    template that is left out.
    """

    def __init__(self, premises: int = 0, without: str = "") -> None:
        self._premises = premises
        self._without = without
        self._templates = {name: template for name, template in TEMPLATES.items() if name != without}
        table = load()
        self._priors = table.knowing(LEMMAS) if premises else table

    @property
    def name(self) -> str:
        given = [f"premises={self._premises}"] if self._premises else []
        given += [f"without={self._without}"] if self._without else []
        return f"automation?{'&'.join(given)}" if given else "automation"

    def propose(self, goal: Goal, k: int, scope: GoalContext) -> Proposals:
        """Propose at most `k` distinct tactics, most probable first."""
        found = weighted(goal, self._templates, self._priors, scope)[:k]
        return Proposals(tuple(Suggestion(action, math.log(weight)) for action, weight in found))

    def suggest(self, states: Sequence[ProofState], k: int) -> list[Proposals]:
        """Propose for states of which no more is known than their goals."""
        return [self.propose(state.goals[0], k, NOTHING_KNOWN) for state in states]

    def prepare(self, problem: Problem, seed: int) -> Prepared:
        """Return what takes part in an attempt; nothing depends on its seed. Raises `PolicyError` without lemmas."""
        return in_context(self, problem, self._premises)

    def load(self) -> None: ...

    def close(self) -> None: ...


class AutomationSettings(Frozen):
    """`premises`: lemmas of the library to look for at every goal, as arguments of tactics.

    `without`: a template that proposes nothing, to see what it is good for.
    """

    premises: int = Field(default=0, ge=0)
    without: str = ""

    @field_validator("without")
    @classmethod
    def _known(cls, given: str) -> str:
        if given:
            check_known("template", given, TEMPLATES)
        return given


POLICY = PolicyEntry(
    name="automation",
    summary="core automation and tactics fit to the goal, by counted priors; built in, needs no weights",
    settings=AutomationSettings,
    make=lambda settings, spec: AutomationPolicy(settings.premises, settings.without),
    fingerprint=lambda settings, spec: code_sha256(Path(__file__)),
    needed=True,
)

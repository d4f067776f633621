"""The policy `mix:A+B`: several sources as one policy, duplicates merged, each with a weight by the shape of the goal.

The probability of an action is the sum over the sources of the weight of the source times the probability it gives,
as in a mixture of experts (Jacobs et al. 1991), with weights that were set by counting. A source that proposes nothing
for a goal leaves its weight to the others.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from prover.errors import UsageError
from prover.policies.entry import POLICIES, Asking, PolicyEntry
from prover.policies.protocol import Prepared, ProblemPolicy, unchanged
from prover.policies.templates.goal_features import shape
from prover.registry import NoSettings, Spec
from prover.types import Frozen, Problem, ProofState
from search.types import Cost, Environment, Policy, Proposals, Suggestion

WEIGHTS = {"certificates": 4.0}
"""How much a source weighs where it proposes something; 1 unless it stands here. A certificate that was found was
checked outside of Lean already, so it is nearly always right, while most templates are not."""
LOGICAL = ("forall", "implies", "not", "exists")
"""Where a whole proof of the goal is rarer, and taking the goal apart is what the templates do well."""


def weight(source: str, head: str) -> float:
    """Return how much a source weighs for goals of a shape."""
    known = WEIGHTS.get(source, 1.0)
    return known / 2 if head in LOGICAL and known > 1.0 else known


_PLUS = re.compile(r"\+(?![^(]*\))")
_SETTINGS = re.compile(r"\(([^()]*)\)$")


@dataclass(frozen=True, slots=True)
class Mixture:
    """The policies of one attempt, asked together."""

    name: str
    sources: tuple[tuple[str, Policy[ProofState]], ...]

    def suggest(self, states: Sequence[ProofState], k: int) -> list[Proposals]:
        """Propose at most `k` actions for each state: the most probable of the mixture."""
        answers = [(source, policy.suggest(states, k)) for source, policy in self.sources]
        return [
            mixed([(weight(source, shape(state.goals[0].target).head), found[at]) for source, found in answers], k)
            for at, state in enumerate(states)
        ]


def mixed(answers: Sequence[tuple[float, Proposals]], k: int) -> Proposals:
    """Return one answer of several, each with a weight; costs add up."""
    cost = Cost()
    whole = sum(share for share, found in answers if found.suggestions)
    chances: dict[str, float] = {}
    for share, found in answers:
        cost = cost + found.cost
        for suggestion in found.suggestions:
            chance = share / whole * math.exp(suggestion.log_prob)
            chances[suggestion.action] = chances.get(suggestion.action, 0.0) + chance
    best = sorted(chances.items(), key=lambda pair: -pair[1])[:k]
    return Proposals(tuple(Suggestion(action, math.log(min(chance, 1.0))) for action, chance in best), cost)


class HybridPolicy:
    """Prepares each source for a problem and mixes them. The first source gives the sketches."""

    def __init__(self, name: str, sources: Sequence[tuple[str, ProblemPolicy]]) -> None:
        self._name = name
        self._sources = tuple(sources)

    @property
    def name(self) -> str:
        return self._name

    def prepare(self, problem: Problem, seed: int) -> Prepared:
        """Return what takes part in an attempt; each source gets the same seed."""
        prepared = [(source, policy.prepare(problem, seed)) for source, policy in self._sources]

        def wrap_env(env: Environment[ProofState]) -> Environment[ProofState]:
            for _, inner in prepared:
                env = inner.wrap_env(env)
            return env

        plain = all(inner.wrap_env is unchanged for _, inner in prepared)
        samples = [inner.samples for _, inner in prepared]
        return Prepared(
            Mixture(self._name, tuple((source, inner.policy) for source, inner in prepared)),
            prepared[0][1].sketcher,
            unchanged if plain else wrap_env,
            None if any(count is None for count in samples) else sum(count or 0 for count in samples),
        )

    def load(self) -> None:
        """Make every source ready; those that were are closed again if one cannot be had."""
        with ExitStack() as ready:
            for _, policy in self._sources:
                policy.load()
                ready.callback(policy.close)
            ready.pop_all()

    def close(self) -> None:
        """Close every source."""
        with ExitStack() as ending:
            for _, policy in self._sources:
                ending.callback(policy.close)


def parts(target: str) -> list[str]:
    """Return the SPECs that a target joins by `+`, with settings in brackets: `certificates(effort=1,seconds=20)`.

    Raises `UsageError` for fewer than two or one inside another.
    """
    found = [_SETTINGS.sub(_as_query, part.strip()) for part in _PLUS.split(target)]
    if len(found) < 2 or not all(found) or any(part.startswith("mix:") for part in found):
        raise UsageError(f"mix:{target} has to join at least two policies; write mix:automation+certificates")
    return found


def _as_query(match: re.Match[str]) -> str:
    return "?" + match.group(1).replace(",", "&")


def _each(spec: Spec) -> list[Spec]:
    from prover.policies.entry import PolicySpec

    return [PolicySpec.model_validate(part) for part in parts(spec.target)]


def _make(settings: Frozen, spec: Spec) -> ProblemPolicy:
    return HybridPolicy(str(spec), [(source.name, source.make()) for source in _each(spec)])


def _asking(settings: Frozen, spec: Spec) -> Asking:
    asked = [source.entry.asking(source.read, source) for source in _each(spec)]
    return Asking(
        recipe=", ".join(asking.recipe for asking in asked if asking.recipe),
        sampling={name: value for asking in asked for name, value in asking.sampling.items()},
        deterministic=all(asking.deterministic for asking in asked),
    )


def _fingerprint(settings: Frozen, spec: Spec) -> str:
    from prover.problems.dataset import digest

    return digest(f"{source} {source.entry.fingerprint(source.read, source)}" for source in _each(spec))


POLICY = PolicyEntry(
    name="mix",
    summary="several policies as one, duplicates merged: mix:automation+certificates, settings in brackets",
    settings=NoSettings,
    target="A+B",
    make=_make,
    asking=_asking,
    fingerprint=_fingerprint,
    check=lambda: f"joins any of {', '.join(name for name in POLICIES.names() if name != 'mix')}",
)

"""The policy `mix:A+B`: several sources as one policy, duplicates merged, each with a weight by the shape of the goal.

The probability of an action is the sum over the sources of the weight of the source times the probability it gives,
as in a mixture of experts (Jacobs et al. 1991), with weights that were set by counting. A source that proposes nothing
for a goal leaves its weight to the others.

Where a language model is one of the sources and its card says how likely each source's proposals are to prove a goal
(`prover.policies.odds`), those chances stand in the place of the weights, and the model is asked later: the first
answer for a state is that of the sources that cost no generation, and the model's comes when the search asks again,
which it does once what is left to try is less likely than the model's first proposal.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from prover.errors import UsageError
from prover.policies.entry import POLICIES, Asking, PolicyEntry
from prover.policies.odds import Odds
from prover.policies.protocol import Prepared, ProblemPolicy, unchanged
from prover.policies.templates.goal_features import shape
from prover.registry import NoSettings, Spec
from prover.types import Frozen, Problem, ProofState
from search.result import SearchResult
from search.types import Cost, Environment, Policy, Proposals, Resampling, Suggestion

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
        return self._mixed(states, k, [(source, policy.suggest(states, k)) for source, policy in self.sources])

    def suggest_again(self, states: Sequence[ProofState], k: int, asked: int) -> list[Proposals]:
        """Ask the sources that sample again; the others have said what they know."""
        again = [(source, policy) for source, policy in self.sources if isinstance(policy, Resampling)]
        return self._mixed(states, k, [(source, policy.suggest_again(states, k, asked)) for source, policy in again])

    def _mixed(
        self, states: Sequence[ProofState], k: int, answers: Sequence[tuple[str, Sequence[Proposals]]]
    ) -> list[Proposals]:
        return [
            mixed([(weight(source, shape(state.goals[0].target).head), found[at]) for source, found in answers], k)
            for at, state in enumerate(states)
        ]


@dataclass(frozen=True, slots=True)
class Staged:
    """The policies of one attempt on one scale: those that cost no generation first, a model when asked again.

    What the search is told as a probability is a chance of success divided by their sum at the state, the chances of
    the model's `samples` included, so that the mass that is left stands for the model.
    """

    name: str
    cheap: tuple[tuple[str, Policy[ProofState]], ...]
    models: tuple[tuple[str, Policy[ProofState]], ...]
    odds: Odds
    _sums: dict[str, float] = field(default_factory=dict)
    _asked_first: set[str] = field(default_factory=set)

    def suggest(self, states: Sequence[ProofState], k: int) -> list[Proposals]:
        """Propose what the cheap sources have for each state; where they have nothing, the models are asked at once."""
        answers = [(source, policy.suggest(states, k)) for source, policy in self.cheap]
        found = []
        for at, state in enumerate(states):
            chances, cost = self._chances([(source, answer[at]) for source, answer in answers])
            if not chances:
                self._asked_first.add(state.text)
                found.append(self._written(state, k, 0))
                continue
            best = sorted(chances.items(), key=lambda pair: -pair[1])[:k]
            whole = sum(chance for _, chance in best) + sum(k * self.odds.first[source] for source, _ in self.models)
            self._sums[state.text] = whole
            found.append(Proposals(_said(best, whole), cost, more=True))
        return found

    def suggest_again(self, states: Sequence[ProofState], k: int, asked: int) -> list[Proposals]:
        """Ask the models: for the first time where this is the second answer for a state."""
        return [self._written(state, k, asked - (state.text not in self._asked_first)) for state in states]

    def _written(self, state: ProofState, k: int, times: int) -> Proposals:
        """Return what the models have for a state that they were asked about so often."""
        answers = []
        for source, policy in self.models:
            if times and isinstance(policy, Resampling):
                answers.append((source, policy.suggest_again([state], k, times)[0]))
            elif not times:
                answers.append((source, policy.suggest([state], k)[0]))
        chances, cost = self._chances(answers)
        best = sorted(chances.items(), key=lambda pair: -pair[1])[:k]
        whole = self._sums.get(state.text) or sum(chance for _, chance in best) or 1.0
        return Proposals(_said(best, whole), cost, any(found.more for _, found in answers))

    def _chances(self, answers: Sequence[tuple[str, Proposals]]) -> tuple[dict[str, float], Cost]:
        """Return the chance of every action that is proposed: of one of two sources that both propose it, at least."""
        cost, fails = Cost(), dict[str, float]()
        for source, found in answers:
            cost = cost + found.cost
            fit = self.odds.fits[source]
            for rank, suggestion in enumerate(found.suggestions):
                fails[suggestion.action] = fails.get(suggestion.action, 1.0) * (1.0 - fit(suggestion.log_prob, rank))
        return {action: 1.0 - chance for action, chance in fails.items()}, cost


def _said(best: Sequence[tuple[str, float]], whole: float) -> tuple[Suggestion, ...]:
    return tuple(Suggestion(action, math.log(min(chance / whole, 1.0))) for action, chance in best)


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
    more = any(found.more for _, found in answers)
    return Proposals(tuple(Suggestion(action, math.log(min(chance, 1.0))) for action, chance in best), cost, more)


class HybridPolicy:
    """Prepares each source for a problem and mixes them, by `odds` where they are known.

    The first source gives the sketches, and the first that has a critic gives the value.
    """

    def __init__(self, name: str, sources: Sequence[tuple[str, ProblemPolicy]], odds: Odds | None = None) -> None:
        self._name = name
        self._sources = tuple(sources)
        self._odds = odds if odds is not None and odds.covers([source for source, _ in sources]) else None

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

        def finished(search: SearchResult[ProofState]) -> None:
            for _, inner in prepared:
                inner.finished(search)

        plain = all(inner.wrap_env is unchanged for _, inner in prepared)
        samples = [inner.samples for _, inner in prepared]
        return Prepared(
            self._mixture([(source, inner) for source, inner in prepared]),
            prepared[0][1].sketcher,
            unchanged if plain else wrap_env,
            None if any(count is None for count in samples) else sum(count or 0 for count in samples),
            next((inner.value for _, inner in prepared if inner.value is not None), None),
            finished,
        )

    def _mixture(self, prepared: Sequence[tuple[str, Prepared]]) -> Mixture | Staged:
        models = tuple((source, inner.policy) for source, inner in prepared if inner.samples != 0)
        cheap = tuple((source, inner.policy) for source, inner in prepared if inner.samples == 0)
        if self._odds is None or not models or not cheap:
            return Mixture(self._name, tuple((source, inner.policy) for source, inner in prepared))
        return Staged(self._name, cheap, models, self._odds)

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
    sources = _each(spec)
    return HybridPolicy(str(spec), [(source.name, source.make()) for source in sources], _odds(sources))


def _odds(sources: Sequence[Spec]) -> Odds | None:
    """Return the odds on the card of the first language model among the sources, None if there are none."""
    from prover.policies.models.cards import model_folder, read_model_card

    for source in sources:
        folder = model_folder(source.target) if source.name in ("hf", "vllm") else None
        card = read_model_card(folder) if folder is not None else None
        if card is not None and card.odds is not None:
            return card.odds
    return None


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

"""What the tests of the search library share: the strategies in all their variants, and games drawn by hypothesis."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

import search
from search import Budget, Graph, Options, SearchResult, Suggestion, Value
from search.testing import PROVED, Game, Goals, ScriptedPolicy, Table

EVERYTHING = 10**6
"""A beam, or a number of samples, that no game of these tests fills."""


@dataclass(frozen=True)
class Case:
    """A strategy with options under which it is complete; `kind` is its public name."""

    kind: str
    search: Callable[..., SearchResult[Any]]
    options: type[Options]
    given: Mapping[str, Any]

    def __call__(
        self,
        root: Goals,
        env: Game,
        policy: ScriptedPolicy,
        budget: Budget | None = None,
        *,
        seed: int = 0,
        value: Value[Goals] | None = None,
        **common: Any,
    ) -> SearchResult[Goals]:
        options = self.options(**{**self.given, **common})
        return self.search(root, env, policy, budget or Budget(), seed=seed, value=value, options=options)


CASES = {
    "best-first": Case("best-first", search.best_first, search.BestFirstOptions, {}),
    "best-first-lazy": Case("best-first", search.best_first, search.BestFirstOptions, {"lazy": True}),
    "mcts": Case("mcts", search.mcts, search.MctsOptions, {}),
    "mcts-parallel": Case("mcts", search.mcts, search.MctsOptions, {"parallel": 4, "backup": "min"}),
    "mcts-widening": Case("mcts", search.mcts, search.MctsOptions, {"widening": 1.0}),
    "mcts-intrinsic": Case("mcts", search.mcts, search.MctsOptions, {"intrinsic": True, "parallel": 2}),
    "beam": Case("beam", search.beam, search.BeamOptions, {"beam": EVERYTHING}),
    "best-of-n": Case("best-of-n", search.best_of_n, search.BestOfNOptions, {"n": EVERYTHING}),
    "best-of-n-parallel": Case("best-of-n", search.best_of_n, search.BestOfNOptions, {"n": EVERYTHING, "parallel": 3}),
    "subgoal": Case("subgoal", search.subgoal, search.SubgoalOptions, {}),
}


@dataclass(frozen=True)
class Match:
    """A game, a policy that proposes every action of it, and a root."""

    table: Table
    priors: Mapping[str, list[Suggestion]]
    root: Goals

    def game(self) -> Game:
        return Game(self.table)

    def policy(self) -> ScriptedPolicy:
        return ScriptedPolicy(self.priors)


@st.composite
def matches(draw: st.DrawFn, goals: int = 5, actions: int = 3) -> Match:
    """Draw a game with cycles, shared goals, repeated goals, self-loops, rejections and goals without any action."""
    names = [f"g{number}" for number in range(draw(st.integers(1, goals)))]
    left = st.lists(st.sampled_from(names), min_size=1, max_size=3).map(tuple)
    outcome = st.one_of(st.just(PROVED), st.just("rejected"), left, left)
    table: dict[str, dict[str, Goals | str]] = {}
    priors: dict[str, list[Suggestion]] = {}
    for name in names:
        outcomes = draw(st.lists(outcome, max_size=actions))
        table[name] = {f"a{number}": outcome for number, outcome in enumerate(outcomes)}
        logs = draw(st.lists(st.sampled_from([0.0, -0.1, -0.7, -0.7, -2.0, -9.0]), min_size=3, max_size=3))
        suggestions = [Suggestion(action, log) for action, log in zip(table[name], logs, strict=False)]
        priors[name] = sorted(suggestions, key=lambda suggestion: -suggestion.log_prob)
    root = draw(st.lists(st.sampled_from(names), min_size=1, max_size=2).map(tuple))
    return Match(table, priors, root)


def picture(graph: Graph[Goals]) -> tuple[object, ...]:
    """Return everything a graph holds, to compare graphs whole."""
    return (
        [tuple(getattr(node, name) for name in node.__slots__) for node in graph.nodes],
        [tuple(getattr(edge, name) for name in edge.__slots__) for edge in graph.edges],
    )


def suggestions(**priors: float) -> list[Suggestion]:
    """Return suggestions with these probabilities."""
    return [Suggestion(action, math.log(prior)) for action, prior in priors.items()]

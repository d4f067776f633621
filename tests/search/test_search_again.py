"""Asking a policy that samples again: what it has not said yet is worth less and less, and is never asked in vain."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from search import Budget, Cost, Proposals, SearchResult, Status, Stop, Suggestion, best_first, mcts
from search.best_first import BestFirstOptions
from search.mcts import MctsOptions
from search.strategies import STRATEGIES
from search.testing import PROVED, Game, Goals

AMPLE = Budget(steps=1000)


@dataclass
class Sampling:
    """Says of every goal what its rounds say, one after the other; the last is said from then on."""

    rounds: dict[str, list[list[tuple[str, float]]]]
    asked: list[tuple[str, int]] = field(default_factory=list)

    def suggest(self, states: Sequence[Goals], k: int) -> list[Proposals]:
        return [self._say(state[0], 0) for state in states]

    def suggest_again(self, states: Sequence[Goals], k: int, asked: int) -> list[Proposals]:
        return [self._say(state[0], asked) for state in states]

    def _say(self, goal: str, number: int) -> Proposals:
        self.asked.append((goal, number))
        said = self.rounds.get(goal, [[]])
        found = tuple(Suggestion(action, math.log(chance)) for action, chance in said[min(number, len(said) - 1)])
        return Proposals(found, Cost(generations=2), more=True)


def searched(name: str, game: Game, policy: Sampling, **given: object) -> SearchResult[Goals]:
    if name == "mcts":
        return mcts(("r",), game, policy, AMPLE, options=MctsOptions(k=2, **given))  # type: ignore[arg-type]
    options = BestFirstOptions(k=2, lazy=name == "lazy", **given)  # type: ignore[arg-type]
    return best_first(("r",), game, policy, AMPLE, options=options)


@pytest.mark.parametrize("name", ["eager", "lazy", "mcts"])
def test_a_node_where_all_failed_is_asked_again(name: str) -> None:
    policy = Sampling({"r": [[("bad", 0.5)], [("bad", 0.5)], [("worse", 0.1), ("good", 0.1)]]})
    result = searched(name, Game({"r": {"good": PROVED}}), policy)
    assert result.stop is Stop.SOLVED
    assert policy.asked == [("r", 0), ("r", 1), ("r", 2)] and result.cost.generations == 6
    assert [edge.action for edge in result.graph.edges] == ["bad", "worse", "good"]


@pytest.mark.parametrize("name", ["eager", "lazy", "mcts"])
def test_it_is_asked_no_more_often_than_was_said(name: str) -> None:
    policy = Sampling({"r": [[("bad", 0.5)]]})
    result = searched(name, Game({"r": {}}), policy, asks=5)
    assert result.stop is Stop.EXHAUSTED and result.graph.root.status is Status.DEAD
    assert policy.asked == [("r", number) for number in range(5)]
    once = Sampling({"r": [[("bad", 0.5)], [("good", 0.5)]]})
    result = searched(name, Game({"r": {"good": PROVED}}), once, asks=1)
    assert result.stop is Stop.EXHAUSTED and once.asked == [("r", 0)]


@pytest.mark.parametrize("name", ["eager", "lazy"])
@pytest.mark.parametrize(("drawn", "first"), [(0.9, ("s", 0)), (0.2, ("r", 1))])
def test_it_is_asked_again_for_what_is_left_of_its_probability(name: str, drawn: float, first: tuple[str, int]) -> None:
    # The goal that is left costs ln 5; what is left at the root is 1 - drawn, shared by two samples.
    policy = Sampling({"r": [[("on", drawn)], [("other", 0.05)]], "s": [[("end", 0.5)]]})
    game = Game({"r": {"on": ("s",)}, "s": {"end": PROVED}})
    result = searched(name, game, policy)
    assert result.stop is Stop.SOLVED and policy.asked[1] == first


def test_each_time_is_worth_less_than_the_last() -> None:
    policy = Sampling({"r": [[("on", 0.3)], [("on", 0.3)]], "s": [[("end", 0.01)], [("win", 0.5)]]})
    game = Game({"r": {"on": ("s",)}, "s": {"win": PROVED}})
    result = best_first(("r",), game, policy, AMPLE, options=BestFirstOptions(k=2, alpha=0.0))
    assert result.stop is Stop.SOLVED
    # ln .35 at the root, ln .3 for s, ln .175 at the root, ln (.3 * .495) at s, ln .117 at the root.
    assert policy.asked == [("r", 0), ("r", 1), ("s", 0), ("r", 2), ("s", 1)]


def test_a_budget_ends_it() -> None:
    policy = Sampling({"r": [[("bad", 0.5)]]})
    result = best_first(("r",), Game({"r": {}}), policy, Budget(generations=6), options=BestFirstOptions(k=2))
    assert (result.stop, result.limit, result.cost.generations) == (Stop.BUDGET, "generations", 6)


@pytest.mark.parametrize("name", sorted(set(STRATEGIES) - {"best-first", "mcts", "subgoal"}))
def test_other_strategies_ask_once(name: str) -> None:
    policy = Sampling({"r": [[("bad", 0.5)], [("good", 0.5)]]})
    named = STRATEGIES[name]
    result = named.search(("r",), Game({"r": {"good": PROVED}}), policy, AMPLE, options=named.options(k=2))
    assert result.stop is Stop.EXHAUSTED and policy.asked == [("r", 0)]

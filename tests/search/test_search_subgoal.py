"""Search by subgoals: sketches first, shares of the budget, holes put together, nothing paid twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest

import search
from search import BestFirstOptions, Budget, Cost, MctsOptions, Proposals, SearchResult, Stop, SubgoalOptions
from search.caching import CachingEnvironment, CachingPolicy
from search.testing import PROVED, Game, Goals, ScriptedPolicy, Table, uniform_policy
from tests.search.search_cases import suggestions


@dataclass
class Sketches:
    """A sketcher that reads its sketches from a table."""

    table: dict[str, list[search.Suggestion]]
    calls: list[tuple[list[Goals], int]] = field(default_factory=list)

    def sketch(self, states: Sequence[Goals], k: int) -> list[Proposals]:
        self.calls.append((list(states), k))
        return [Proposals(tuple(self.table.get(state[0], ())), Cost(generations=3)) for state in states]


TABLE: Table = {
    "g0": {"sketch": ("h1", "h2"), "poor": ("h1", "h3"), "a": "no"},
    "h1": {"a": ("i1",), "b": "no"},
    "h2": {"a": ("i2",)},
    "h3": {"a": "no"},
    "i1": {"a": PROVED},
    "i2": {"a": PROVED},
}
POLICY = {goal: [s for s in uniform_policy(TABLE).table[goal] if s.action in "ab"] for goal in TABLE}


def run(sketcher: Sketches, table: Any = TABLE, **given: Any) -> SearchResult[Goals]:
    policy = ScriptedPolicy(POLICY)
    options = SubgoalOptions(**given)
    return search.subgoal(("g0",), Game(table), policy, Budget(), options=options, sketcher=sketcher)


def test_the_holes_of_a_sketch_are_put_together() -> None:
    sketcher = Sketches({"g0": suggestions(poor=0.6, sketch=0.4)})
    result = run(sketcher)
    assert result.stop is Stop.SOLVED
    assert result.proof is not None
    assert list(result.proof.actions()) == ["sketch", "a", "a", "a", "a"]
    assert search.replays(result.proof, Game(TABLE))
    assert sketcher.calls == [([("g0",)], 4)]
    # poor, sketch; h1 a, h1 b, i1; h3; h2, i2. h1 is a hole of both sketches and searched once.
    assert result.cost.lean_calls == result.cost.steps == 8
    assert result.first_success is not None
    assert result.first_success["lean_calls"] == 8


def test_without_a_sketch_that_succeeds_the_search_is_direct() -> None:
    table: Table = {**TABLE, "g0": {**TABLE["g0"], "a": ("h2",)}}
    sketcher = Sketches({"g0": suggestions(poor=1.0)})
    assert run(sketcher, table=table).stop is Stop.SOLVED
    result = run(sketcher, table=table, direct=False)
    assert result.stop is Stop.EXHAUSTED
    assert result.graph.root.status is search.Status.OPEN


def test_what_was_paid_is_not_paid_again() -> None:
    """The direct search repeats what the holes taught, as steps that cost nothing."""
    table: Table = {
        "g0": {"sketch": ("h1", "h3"), "a": ("h1",)},
        "h1": {"a": ("i1",)},
        "h3": {"a": "no"},
        "i1": {"a": "no"},
    }
    game, policy = Game(table), ScriptedPolicy({goal: suggestions(a=1.0) for goal in table})
    result = search.subgoal(("g0",), game, policy, Budget(), sketcher=Sketches({"g0": suggestions(sketch=1.0)}))
    requests = [request for call in game.calls for request in call]
    assert len(requests) == len(set(requests)) == result.cost.lean_calls == 4
    assert result.cost.steps == 6
    assert [state[0] for call in policy.calls for state in call] == ["h1", "i1", "g0"]


def test_an_endless_hole_leaves_its_share_to_others() -> None:
    endless = {f"e{n}": {"a": (f"e{n + 1}",)} for n in range(1000)}
    table: Table = {**TABLE, **endless, "g0": {"bad": ("e0", "h1"), "sketch": ("h1", "h2")}}
    policy = ScriptedPolicy({**POLICY, **{goal: suggestions(a=1.0) for goal in endless}, "g0": []})
    sketcher = Sketches({"g0": suggestions(bad=0.9, sketch=0.1)})
    result = search.subgoal(("g0",), Game(table), policy, Budget(lean_calls=102), sketcher=sketcher)
    assert result.stop is Stop.SOLVED
    # Two sketches; half of the other 100 calls belong to the first, half of that to its first hole.
    tried = sum(result.graph.nodes[edge.source].state[0].startswith("e") for edge in result.graph.edges)
    assert tried == 25


def test_shares_never_overshoot_the_budget() -> None:
    endless = {f"e{n}": {"a": (f"e{n + 1}",)} for n in range(200)}
    table: Table = {**endless, "g0": {"s": ("e0", "e50", "e90"), "t": ("e20", "e60")}}
    sketches = suggestions(s=0.5, t=0.5)
    policy = ScriptedPolicy({**{goal: suggestions(a=1.0) for goal in endless}, "g0": sketches})
    for calls in range(30):
        result = search.subgoal(
            ("g0",), Game(table), policy, Budget(lean_calls=calls), sketcher=Sketches({"g0": sketches})
        )
        assert (result.stop, result.limit) == (Stop.BUDGET, "lean_calls")
        assert result.cost.lean_calls <= calls


def test_a_sketch_without_holes_is_a_proof() -> None:
    table: Table = {"g0": {"all": PROVED, "more": ("h1",)}}
    result = run(Sketches({"g0": suggestions(all=0.5, more=0.5)}), table=table)
    assert (result.stop, result.cost.steps, result.cost.generations) == (Stop.SOLVED, 1, 3)


@pytest.mark.parametrize(
    "strategy",
    [
        partial(search.mcts, options=MctsOptions(parallel=2)),
        partial(search.best_first, options=BestFirstOptions(lazy=True)),
        search.beam,
        search.best_of_n,
        search.subgoal,
    ],
)
def test_any_strategy_fills_holes(strategy: Any) -> None:
    sketcher = Sketches({"g0": suggestions(poor=0.6, sketch=0.4)})
    result = search.subgoal(
        ("g0",), Game(TABLE), ScriptedPolicy(POLICY), Budget(), sketcher=sketcher, strategy=strategy, seed=5
    )
    assert result.stop is Stop.SOLVED


def test_every_part_of_the_root_is_sketched() -> None:
    sketcher = Sketches({"g0": suggestions(sketch=1.0)})
    result = search.subgoal(("g0", "h2", "g0"), Game(TABLE), ScriptedPolicy(POLICY), Budget(), sketcher=sketcher)
    assert result.stop is Stop.SOLVED
    assert [states[0][0] for states, _ in sketcher.calls] == ["g0", "h2"]


def test_the_inner_strategy_must_split_alike() -> None:
    with pytest.raises(ValueError, match="split_goals"):
        search.subgoal(
            ("g0", "h2"),
            Game({**TABLE, "g0": {"a": ("h1",)}}),
            ScriptedPolicy(POLICY),
            Budget(),
            options=SubgoalOptions(split_goals=False),
            strategy=search.best_first,
        )


def test_only_verdicts_that_were_committed_are_remembered() -> None:
    game = Game({"g0": {"a": PROVED, "b": "no", "c": PROVED}}, {(("g0",), "c"): 1})
    env = CachingEnvironment(game)
    env.step_many([(("g0",), "a"), (("g0",), "b"), (("g0",), "c")])
    graph = search.Graph[Goals](("g0",), [("g0",)])
    for action in "bc":
        graph.add(0, search.Suggestion(action, 0.0), env.step(("g0",), action), (), Cost())
    env.learn(graph)
    before = len(game.calls)
    costs = [env.step(("g0",), action).cost.lean_calls for action in "abc"]
    assert costs == [1, 0, 0]
    assert len(game.calls) == before + 1


def test_a_crash_is_not_remembered() -> None:
    game = Game({"g0": {"a": PROVED}}, {(("g0",), "a"): 1})
    env = CachingEnvironment(game)
    graph = search.Graph[Goals](("g0",), [("g0",)])
    graph.add(0, search.Suggestion("a", 0.0), env.step(("g0",), "a"), (), Cost())
    env.learn(graph)
    assert isinstance(env.step(("g0",), "a"), search.Solved)


def test_proposals_that_were_committed_are_remembered() -> None:
    inner = ScriptedPolicy({"g0": suggestions(a=1.0), "g1": suggestions(a=1.0)})
    policy = CachingPolicy(inner)
    graph = search.Graph[Goals](("g0",), [("g0",)])
    first, _ = policy.suggest([("g0",), ("g1",)], 8)
    graph.propose(0, first.suggestions)
    policy.learn(graph)
    again = policy.suggest([("g0",), ("g1",)], 8)
    assert [answer.cost.generations for answer in again] == [0, 1]
    assert inner.calls == [[("g0",), ("g1",)], [("g1",)]]
    assert policy.suggest([("g0",)], 9)[0].cost.generations == 1

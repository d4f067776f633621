"""Monte-Carlo tree search: what a few rollouts do to visits and values, computed by hand."""

from __future__ import annotations

from typing import Any

import pytest

import search
from search import Budget, MctsOptions, SearchResult, Stop
from search.testing import PROVED, ConstantValue, Game, Goals, ScriptedPolicy, Table, random_game, random_policy
from tests.search.search_cases import suggestions


def run(
    table: Table, policy: ScriptedPolicy, steps: int | None = None, *, value: Any = None, **options: Any
) -> SearchResult[Goals]:
    return search.mcts(("g0",), Game(table), policy, Budget(steps=steps), value=value, options=MctsOptions(**options))


def actions(result: SearchResult[Goals]) -> list[tuple[str, str]]:
    return [(result.graph.nodes[edge.source].state[0], edge.action) for edge in result.graph.edges]


FORK: Table = {
    "g0": {"a": ("l", "m"), "b": ("r",)},
    "l": {"a": ("l1",)},
    "m": {"a": ("m1",)},
    "r": {"a": ("r1",)},
}
FORK_POLICY = ScriptedPolicy(
    {"g0": suggestions(a=0.6, b=0.4), "l": suggestions(a=1.0), "m": suggestions(a=1.0), "r": suggestions(a=1.0)}
)


@pytest.mark.parametrize(("backup", "value"), [("product", 0.8 * 0.3), ("min", 0.3)])
def test_the_value_of_an_edge_combines_its_children(backup: Any, value: float) -> None:
    critic = ConstantValue({"l": 0.8, "m": 0.3})
    # Two steps: the budget ends the second rollout, which is not backed up.
    result = run(FORK, FORK_POLICY, 1, value=critic, backup=backup)
    (edge,) = result.graph.edges
    assert (edge.visits, edge.weight) == (1, 1.0) and edge.total == pytest.approx(value)
    assert result.graph.root.visits == 1 and result.graph.root.total == pytest.approx(value)
    assert [node.value for node in result.graph.nodes] == [0.5, 0.8, 0.3]


def test_a_rollout_goes_down_all_children_and_backs_up_what_it_finds() -> None:
    critic = ConstantValue({"l": 0.9, "m": 0.9, "l1": 0.5, "m1": 0.4})
    result = run(FORK, FORK_POLICY, 3, value=critic, exploration=0.01)
    # Rollout 1: g0 a, worth .81. Rollout 2: l a and m a together, worth .5 and .4, so g0 a is worth .2.
    assert actions(result) == [("g0", "a"), ("l", "a"), ("m", "a")]
    first, left, right = result.graph.edges
    assert first.visits == 2 and first.total == pytest.approx(0.81 + 0.2)
    assert [left.total, right.total] == pytest.approx([0.5, 0.4])
    assert [node.visits for node in result.graph.nodes[:3]] == [2, 1, 1]


def test_the_critic_directs_the_second_rollout() -> None:
    good = run(FORK, FORK_POLICY, 2, value=ConstantValue({"l": 0.9, "m": 0.9, "r": 0.5}), exploration=0.1)
    poor = run(FORK, FORK_POLICY, 2, value=ConstantValue({"l": 0.1, "m": 0.1, "r": 0.5}), exploration=0.1)
    assert actions(good) == [("g0", "a"), ("l", "a")]
    assert actions(poor) == [("g0", "a"), ("g0", "b")]


def test_a_rejected_action_counts_a_visit_and_keeps_the_mean() -> None:
    table: Table = {"g0": {"a": "no", "b": ("x",), "c": ("y",)}, "x": {"a": "no", "b": "no"}}
    policy = ScriptedPolicy({"g0": suggestions(a=0.6, b=0.3, c=0.1), "x": suggestions(a=0.5, b=0.4)})
    result = run(table, policy, 3, value=ConstantValue({"x": 0.7, "g0": 0.4}), exploration=0.001)
    assert actions(result) == [("g0", "a"), ("g0", "b"), ("x", "a")]
    root, x = result.graph.nodes
    # Rollouts: .4 for the rejected action, .7 for x, .7 again after x rejected one.
    assert root.visits == 3 and root.total == pytest.approx(0.4 + 0.7 + 0.7)
    assert x.visits == 1 and x.total == pytest.approx(0.7)
    assert result.graph.edges[0].visits == 0


@pytest.mark.parametrize(("parallel", "order"), [(1, ["g0", "xa", "ya", "za"]), (4, ["g0", "xa", "g0", "g0"])])
def test_parallel_rollouts_are_kept_apart_by_virtual_losses(parallel: int, order: list[str]) -> None:
    rest: Table = {f"{level}a": {"a": (f"{below}a",)} for level, below in ("xy", "yz", "zu")}
    table: Table = {"g0": {name: (f"x{name}",) for name in "abcd"}, **rest}
    policy = ScriptedPolicy({goal: suggestions(a=0.7, b=0.1, c=0.1, d=0.1)[: len(table[goal])] for goal in table})
    critic = ConstantValue({"xa": 0.9, "ya": 0.9, "za": 0.9})
    # The first round ends at the root, which has no arms yet; in the second the rollouts get out of each other's way.
    result = run(table, policy, 4, value=critic, parallel=parallel)
    assert [goal for goal, _ in actions(result)] == order


def test_virtual_losses_are_taken_back() -> None:
    """A round that reaches no verdict on the next leaves the same counts whatever was foreseen."""
    table = random_game(11, goals=30, actions=5, solved=0.0)
    policy = random_policy(11, table)
    for width in (1, 16):
        result = run(table, policy, 40, width=width, parallel=3)
        for edge in result.graph.edges:
            assert edge.weight == edge.visits


def test_widening_opens_actions_with_visits() -> None:
    table: Table = {
        "g0": {name: (f"x{name}",) for name in "abcd"},
        **{f"x{name}": {"a": (f"y{name}",)} for name in "abcd"},
    }
    policy = ScriptedPolicy(
        {"g0": suggestions(a=0.25, b=0.25, c=0.25, d=0.25), **{f"x{name}": suggestions(a=1.0) for name in "abcd"}}
    )
    wide = run(table, policy, 4)
    narrow = run(table, policy, 4, widening=1.0)
    assert [goal for goal, _ in actions(wide)] == ["g0"] * 4
    # With one visit the square root admits two actions; the third waits for the fourth visit.
    assert [goal for goal, _ in actions(narrow)].count("g0") == 2


def test_intrinsic_rewards_are_for_what_is_new() -> None:
    table: Table = {"g0": {"a": ("x",), "b": "no", "c": ("x",)}, "x": {"a": ("y",)}, "y": {"a": "no"}}
    policy = ScriptedPolicy({"g0": suggestions(a=0.5, b=0.3, c=0.2), "x": suggestions(a=1.0), "y": suggestions(a=1.0)})
    result = run(table, policy, 1, intrinsic=True)
    assert (result.graph.edges[0].total, result.graph.root.total) == (1.0, 1.0)
    # The second rollout tries b and finds nothing; the third tries c, which leads to a known node.
    result = run(table, policy, 3, intrinsic=True, discount=0.5)
    rewards = [edge.total for edge in result.graph.edges if edge.action == "c"]
    assert rewards in ([], [0.0])
    assert result.graph.root.total < result.graph.root.visits


def test_discounts_are_per_visit() -> None:
    table: Table = {"g0": {"a": ("g1",)}, **{f"g{n}": {"a": (f"g{n + 1}",)} for n in range(1, 9)}}
    policy = ScriptedPolicy({goal: suggestions(a=1.0) for goal in table})
    result = run(table, policy, 4, intrinsic=True, discount=0.5)
    first = result.graph.edges[0]
    assert first.visits == 4
    assert first.weight == first.total == 1 + 0.5 + 0.25 + 0.125


def test_exploration_reaches_what_priors_hide() -> None:
    deep: Table = {f"g{n}": {"a": (f"g{n + 1}",), "b": "no"} for n in range(200)}
    table: Table = {**deep, "g0": {"a": ("g1",), "z": PROVED}}
    policy = ScriptedPolicy({**{goal: suggestions(a=0.5, b=0.5) for goal in deep}, "g0": suggestions(a=0.9, z=0.1)})
    assert run(table, policy, 200, value=ConstantValue({}, 0.6)).stop is Stop.SOLVED


def test_nothing_is_asked_after_the_proof() -> None:
    table: Table = {"g0": {"no": "no", "a": PROVED, "b": ("x",), "c": ("y",)}}
    policy = ScriptedPolicy({"g0": suggestions(no=0.4, a=0.3, b=0.2, c=0.1)})
    # The first round tries one action, the second has three rollouts.
    result = run(table, policy, parallel=3, width=3)
    assert (result.stop, result.cost.steps, result.wasted.steps) == (Stop.SOLVED, 2, 1)


def test_a_part_whose_sibling_died_is_left_alone() -> None:
    table: Table = {"g0": {"a": ("l", "m"), "b": ("r",)}, "l": {"a": "no"}, "m": {"a": PROVED}, "r": {"a": PROVED}}
    policy = ScriptedPolicy({goal: suggestions(a=0.6, b=0.4)[: len(table[goal])] for goal in table})
    result = run(table, policy, value=ConstantValue({"l": 0.9, "m": 0.9}))
    assert actions(result) == [("g0", "a"), ("l", "a"), ("g0", "b"), ("r", "a")]


def test_a_round_that_finds_nothing_is_followed_by_the_oldest_action() -> None:
    table: Table = {"g0": {"a": ("x",), "b": PROVED}, "x": {"back": ("g0",)}}
    policy = ScriptedPolicy({"g0": suggestions(a=0.99, b=0.01), "x": suggestions(back=1.0)})
    result = run(table, policy, value=ConstantValue({"g0": 0.1, "x": 1.0}), exploration=0.01)
    assert actions(result) == [("g0", "a"), ("x", "back"), ("g0", "b")]
    # Down to x; on to the root again; down to x, where all ways lead back.
    assert result.graph.root.visits == 3
    assert result.graph.nodes[1].total == pytest.approx(result.graph.edges[1].total)


def test_a_node_met_twice_is_no_cycle() -> None:
    """Two parts share a node below them: the second may lead there, since it is not on the path above it."""
    table: Table = {
        "g0": {"a": ("l", "m")},
        **{goal: {"a": ("s",)} for goal in "lm"},
        "s": {"a": ("t",)},
        "t": {"a": ("u",)},
    }
    policy = ScriptedPolicy({goal: suggestions(a=1.0) for goal in table})
    result = run(table, policy, 5)
    assert actions(result) == [("g0", "a"), ("l", "a"), ("m", "a"), ("s", "a"), ("t", "a")]
    visits = {(result.graph.nodes[e.source].state[0]): e.visits for e in result.graph.edges}
    # The last rollout asks for more steps than there are and is not backed up.
    assert visits == {"g0": 4, "l": 3, "m": 3, "s": 2, "t": 1}

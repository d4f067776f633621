"""The rules that make each strategy what it is, computed by hand."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import search
from search import (
    BestFirstOptions,
    Budget,
    Cost,
    Outcome,
    Status,
    Stop,
    Suggestion,
)
from search.bandit import Arm, Trials, discounted_ucb, make_arms, puct
from search.best_first import Frontier
from search.testing import PROVED, ConstantValue, Game, Goals, ScriptedPolicy, Table, uniform_policy
from search.tree import Edge
from tests.search.search_cases import suggestions


def expanded(policy: ScriptedPolicy) -> list[str]:
    """Return the goals a policy was asked about, in order."""
    return [state[0] for call in policy.calls for state in call]


def asked(game: Game) -> list[str]:
    return [f"{state[0]} {action}" for call in game.calls for state, action in call]


# Frontier


@given(st.lists(st.sampled_from([0.0, -0.5, 1.0, -math.inf]), max_size=20), st.integers(0, 20))
def test_frontier_order(priorities: list[float], pops: int) -> None:
    frontier: Frontier[int] = Frontier()
    for item, priority in enumerate(priorities):
        frontier.push(item, priority)
    expected = sorted(range(len(priorities)), key=lambda item: (-priorities[item], item))
    popped = [frontier.pop() for _ in range(min(pops, len(priorities)))]
    assert popped == expected[: len(popped)]
    assert list(frontier.peek()) == expected[len(popped) :]
    assert len(frontier) == len(priorities) - len(popped)


def test_frontier_refuses_what_is_no_number() -> None:
    with pytest.raises(ValueError, match="not a number"):
        Frontier[str]().push("x", math.nan)
    with pytest.raises(IndexError):
        Frontier[str]().pop()


# Best-first

LADDER: Table = {
    "root": {"a": ("l1",), "b": ("r1",)},
    "l1": {"a": ("l2",)},
    "l2": {"a": ("l3",)},
    "l3": {"a": "no"},
    "r1": {"a": ("r2",)},
    "r2": {"a": "no"},
}
LADDER_POLICY = {
    "root": suggestions(a=0.6, b=0.4),
    "l1": suggestions(a=0.6),
    "l2": suggestions(a=0.9),
    "l3": suggestions(a=0.9),
    "r1": suggestions(a=0.99),
    "r2": suggestions(a=0.99),
}


@pytest.mark.parametrize(
    ("alpha", "order"),
    [
        # Sums of logarithms: l1 -.51, r1 -.92, l2 -1.02, l3 -1.13, r2 -.93.
        (0.0, ["root", "l1", "r1", "r2", "l2", "l3"]),
        # Means: l1 -.51, l2 -.51, l3 -.38, r1 -.92, r2 -.46.
        (1.0, ["root", "l1", "l2", "l3", "r1", "r2"]),
    ],
)
def test_length_normalisation(alpha: float, order: list[str]) -> None:
    policy = ScriptedPolicy(LADDER_POLICY)
    search.best_first(("root",), Game(LADDER), policy, Budget(), options=BestFirstOptions(alpha=alpha))
    assert expanded(policy) == order


def test_the_critic_outweighs_the_path() -> None:
    policy = ScriptedPolicy(LADDER_POLICY)
    value = ConstantValue({"l1": 0.1, "r1": 0.9})
    search.best_first(("root",), Game(LADDER), policy, Budget(), value=value)
    assert expanded(policy)[:2] == ["root", "r1"]
    policy = ScriptedPolicy(LADDER_POLICY)
    options = BestFirstOptions(critic_weight=0.0)
    result = search.best_first(("root",), Game(LADDER), policy, Budget(), value=value, options=options)
    assert expanded(policy)[:2] == ["root", "l1"]
    assert [node.value for node in result.graph.nodes[1:3]] == [0.1, 0.9]


def test_a_value_of_zero_comes_last_and_is_not_forgotten() -> None:
    policy = ScriptedPolicy(LADDER_POLICY)
    search.best_first(("root",), Game(LADDER), policy, Budget(), value=ConstantValue({"l1": 0.0}))
    assert expanded(policy) == ["root", "r1", "r2", "l1", "l2", "l3"]


@pytest.mark.parametrize("bad", [-0.1, 1.1, math.nan])
def test_a_value_that_is_no_probability_is_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="not in"):
        search.best_first(
            ("root",), Game(LADDER), ScriptedPolicy(LADDER_POLICY), Budget(), value=ConstantValue({}, bad)
        )


def test_ties_go_to_what_was_queued_first() -> None:
    table: Table = {"g0": {f"a{n}": (f"g{n + 1}",) for n in range(5)}, **{f"g{n}": {"a0": "no"} for n in range(1, 6)}}
    policy = uniform_policy(table)
    search.best_first(("g0",), Game(table), policy, Budget())
    assert expanded(policy) == [f"g{n}" for n in range(6)]


def test_lazy_search_carries_out_one_action_at_a_time() -> None:
    table: Table = {"g0": {"a": ("g1",), "b": "no"}, "g1": {"a": PROVED}}
    policy = ScriptedPolicy({"g0": suggestions(a=0.9, b=0.1), "g1": suggestions(a=0.9)})
    calls = {}
    for lazy in (False, True):
        game = Game(table)
        search.best_first(("g0",), game, policy, Budget(), options=BestFirstOptions(lazy=lazy))
        calls[lazy] = asked(game)
    assert calls == {False: ["g0 a", "g0 b", "g1 a"], True: ["g0 a", "g1 a"]}


def test_a_better_path_improves_the_priority() -> None:
    table: Table = {
        "g0": {"a": ("x",), "b": ("far",), "c": ("y",)},
        "far": {"a": "no"},
        "x": {"a": ("goal",), "b": "no"},
        "y": {"a": ("goal",)},
        "goal": {"a": PROVED},
    }
    policy = ScriptedPolicy(
        {
            "g0": suggestions(a=0.5, c=0.4, b=0.1),
            "x": suggestions(b=0.9, a=0.05),  # 0.025 for goal along x, less than far has
            "y": suggestions(a=1.0),  # 0.4 along y
            "far": suggestions(a=1.0),
            "goal": suggestions(a=1.0),
        }
    )
    search.best_first(("g0",), Game(table), policy, Budget(), options=BestFirstOptions(alpha=0.0))
    assert expanded(policy) == ["g0", "x", "y", "goal"]


@pytest.mark.parametrize("lazy", [False, True])
def test_siblings_of_the_dead_are_set_aside_until_needed(lazy: bool) -> None:
    table: dict[str, dict[str, Goals | str]] = {
        "g0": {"a": ("dead", "aside"), "b": ("other",)},
        "dead": {"a": "no"},
        "aside": {"a": ("deeper",)},
        "deeper": {"a": PROVED},
        "other": {"a": ("late",)},
        "late": {"a": ("aside",)},
    }
    policy = ScriptedPolicy({goal: suggestions(a=0.9, b=0.05)[: len(actions)] for goal, actions in table.items()})
    game = Game(table)
    options = BestFirstOptions(alpha=0.0, lazy=lazy)
    result = search.best_first(("g0",), game, policy, Budget(), options=options)
    assert result.stop is Stop.SOLVED
    assert asked(game).index("late a") < asked(game).index("aside a")
    # Without the second way nobody asks about what was set aside.
    del table["g0"]["b"]
    game = Game(table)
    assert search.best_first(("g0",), game, policy, Budget(), options=options).stop is Stop.EXHAUSTED
    assert "aside a" not in asked(game)


# Bandits


def edge(weight: float, total: float, status: Status = Status.OPEN, children: tuple[int, ...] = (9,)) -> Edge:
    made = Edge(0, 0, "x", -1.0, Outcome.ADVANCED, children, Cost())
    made.weight, made.total, made.status = weight, total, status
    return made


def test_priors_are_normalised() -> None:
    arms = make_arms([Suggestion("a", -1.0), Suggestion("b", -2.0), Suggestion("c", -math.inf)])
    assert [arm.prior for arm in arms] == pytest.approx([1 / (1 + math.exp(-1)), 1 / (1 + math.e), 0.0])
    arms = make_arms([Suggestion("a", -math.inf), Suggestion("b", -math.inf)])
    assert [arm.prior for arm in arms] == [0.5, 0.5]
    assert make_arms([]) == []


def best(arms: list[Arm], **given: Any) -> int | None:
    settings: dict[str, Any] = {
        "path": set(),
        "visits": 8,
        "first": 0.5,
        "exploration": 1.0,
        "virtual_loss": 1.0,
        "most": math.inf,
        **given,
    }
    arm = puct(arms, **settings)
    return None if arm is None else arms.index(arm)


def test_puct_by_hand() -> None:
    def arms() -> list[Arm]:
        # sqrt(8 + 1) = 3: 0.5 + 3 * .2 = 1.1; 2/4 + 3 * .7 / 5 = 0.92; .5/1 + 3 * .1 / 2 = 0.65
        return [
            Arm(Suggestion("u", -1), 0.2),
            Arm(Suggestion("v", -1), 0.7, edge(4.0, 2.0)),
            Arm(Suggestion("w", -1), 0.1, edge(1.0, 0.5)),
        ]

    assert best(arms()) == 0
    assert best(arms(), first=0.3) == 1
    assert best(arms(), exploration=0.01, first=0.0) == 1
    lossy = arms()
    lossy[0].virtual = 1  # .5 / 2 + 3 * .2 / 2 = 0.55
    assert best(lossy) == 1
    lossy[1].virtual = 4  # 2/8 + 3 * .7 / 9 = 0.48
    assert best(lossy) == 2
    assert best(lossy, virtual_loss=0.01) == 0
    settled = arms()
    settled[0].edge = edge(0.0, 0.0, Status.DEAD)
    settled[1].edge = edge(9.0, 9.0, Status.OPEN, (5,))
    assert best(settled) == 1
    assert best(settled, path={5}) == 2
    assert best(settled, path={5, 9}) is None


def test_puct_considers_the_first_arms_that_have_not_failed() -> None:
    arms = [
        Arm(Suggestion("u", -1), 0.1, edge(1.0, 0.0, Status.DEAD)),
        Arm(Suggestion("v", -1), 0.1, edge(1.0, 0.0)),
        Arm(Suggestion("w", -1), 0.8),
    ]
    assert best(arms, most=1) == 1
    assert best(arms, most=2) == 2


def test_ties_between_arms_go_to_the_first() -> None:
    assert best([Arm(Suggestion(name, -1), 0.5) for name in "uv"]) == 0


def test_discounted_ucb_by_hand() -> None:
    arms = [
        Arm(Suggestion("u", -1), 0.1),
        Arm(Suggestion("v", -1), 0.1),
        Arm(Suggestion("w", -1), 0.1, edge(4.0, 3.0)),
        Arm(Suggestion("x", -1), 0.1, edge(2.0, 1.0)),
    ]

    def best_of(weight: float, total: float, path: set[int] | None = None) -> int | None:
        arm = discounted_ucb(arms, path or set(), Trials(weight, total), 1.0)
        return None if arm is None else arms.index(arm)

    # ln 8 = 2.079: new 0/2 + 1.44; w .75 + 1.02 = 1.77; x .5 + 1.44 = 1.94
    assert best_of(2.0, 0.0) == 3
    # ln 16 = 2.773: new 9/10 + .745 = 1.64; w .75 + 1.18 = 1.93; x .5 + 1.67 = 2.17
    assert best_of(10.0, 9.0) == 3
    assert best_of(2.0, 1.5) == 0
    assert best_of(0.0, 0.0) == 0
    assert best_of(0.0, 0.0, {9}) == 0
    arms[0].virtual = 1
    # ln 7 = 1.95: new 0/1 + 1.97, for the other untried arm; w .75 + .99; x .5 + 1.39
    assert best_of(0.0, 0.0) == 1
    arms[1].virtual = 1
    # ln 8 = 2.08: new 0/2 + 1.44; w .75 + 1.02; x .5 + 1.44
    assert best_of(0.0, 0.0) == 3

"""Beam search and best of n: what is kept, what is drawn, and how failed proofs are resumed."""

from __future__ import annotations

import math
from collections import Counter

import pytest

import search
from search import BeamOptions, BestOfNOptions, Budget, Outcome, Stop, Suggestion
from search.testing import PROVED, ConstantValue, Game, Goals, ScriptedPolicy, Table, uniform_policy
from tests.search.search_cases import CASES, suggestions


def expanded(policy: ScriptedPolicy) -> list[str]:
    return [state[0] for call in policy.calls for state in call]


# Beam

TREE = {
    "g0": {"a": ("a",), "b": ("b",), "c": ("c",)},
    "a": {"a": ("aa",)},
    "b": {"a": ("bb",), "b": ("ab",)},
    "c": {"a": ("cc",)},
}
TREE_POLICY = {
    "g0": suggestions(a=0.5, b=0.3, c=0.2),
    "a": suggestions(a=0.2),
    "b": suggestions(a=0.6, b=0.4),
    "c": suggestions(a=1.0),
}


@pytest.mark.parametrize(
    ("width", "order"),
    [
        (1, ["g0", "a", "aa"]),
        # Second level: aa .10, bb .18, ab .12 of a and b.
        (2, ["g0", "a", "b", "bb", "ab"]),
        # Third agenda c: cc .20.
        (3, ["g0", "a", "b", "c", "cc", "bb", "ab"]),
    ],
)
def test_the_beam_keeps_the_most_probable(width: int, order: list[str]) -> None:
    policy = ScriptedPolicy(TREE_POLICY)
    search.beam(("g0",), Game(TREE), policy, Budget(), options=BeamOptions(beam=width))
    assert expanded(policy) == order


def test_the_beam_keeps_what_the_critic_prefers() -> None:
    policy = ScriptedPolicy(TREE_POLICY)
    critic = ConstantValue({"c": 0.9, "b": 0.8, "a": 0.1, "ab": 0.7, "cc": 0.6})
    search.beam(("g0",), Game(TREE), policy, Budget(), value=critic, options=BeamOptions(beam=2))
    assert expanded(policy) == ["g0", "c", "b", "ab", "cc"]


def test_an_agenda_is_as_good_as_all_its_parts() -> None:
    table: Table = {"g0": {"a": ("x", "y"), "b": ("z",)}}
    policy = ScriptedPolicy({"g0": suggestions(a=0.9, b=0.1)})
    critic = ConstantValue({"x": 0.9, "y": 0.1, "z": 0.2})
    search.beam(("g0",), Game(table), policy, Budget(), value=critic, options=BeamOptions(beam=1))
    assert expanded(policy) == ["g0", "z"]


def test_a_part_proved_in_one_agenda_is_struck_off_in_all() -> None:
    table: Table = {"g0": {"a": ("x", "y"), "b": ("x", "z")}, "x": {"a": PROVED}, "y": {"a": "no"}, "z": {"a": PROVED}}
    game = Game(table)
    result = search.beam(("g0",), game, uniform_policy(table), Budget())
    assert result.stop is Stop.SOLVED
    requests = [request for call in game.calls for request in call]
    assert requests.count((("x",), "a")) == 1


def test_an_agenda_with_a_part_that_died_elsewhere_is_dropped() -> None:
    table: Table = {"g0": {"a": ("x", "d"), "b": ("d",)}, "x": {"a": ("y",)}, "y": {"a": PROVED}, "d": {"a": "no"}}
    policy = ScriptedPolicy({goal: suggestions(a=0.6, b=0.4)[: len(table[goal])] for goal in table})
    search.beam(("g0",), Game(table), policy, Budget())
    assert expanded(policy) == ["g0", "x", "d"]


def test_an_agenda_that_was_kept_is_not_kept_again() -> None:
    table: Table = {"g0": {"a": ("x",)}, "x": {"a": ("y",)}, "y": {"a": ("x",), "b": ("g0",)}}
    result = search.beam(("g0",), Game(table), uniform_policy(table), Budget(steps=100))
    assert (result.stop, result.cost.steps) == (Stop.EXHAUSTED, 4)


def test_a_level_is_asked_for_together() -> None:
    game, policy = Game(TREE), ScriptedPolicy(TREE_POLICY)
    result = search.beam(("g0",), game, policy, Budget(), options=BeamOptions(width=16, batch=16))
    assert [len(call) for call in policy.calls] == [1, 3, 4]
    assert [len(call) for call in game.calls] == [3, 4]
    assert result.wasted == search.Cost()


# Best of n


def test_actions_are_drawn_by_their_priors() -> None:
    table: Table = {"g0": {"a": ("x",), "b": ("y",), "c": ("z",)}}
    policy = ScriptedPolicy({"g0": suggestions(a=0.6, b=0.3, c=0.1)})
    drawn: dict[float, Counter[str]] = {1.0: Counter(), 0.5: Counter(), 1000.0: Counter()}
    for temperature, counter in drawn.items():
        options = BestOfNOptions(n=1, temperature=temperature)
        for seed in range(600):
            result = search.best_of_n(("g0",), Game(table), policy, Budget(), seed=seed, options=options)
            counter[result.graph.edges[0].action] += 1
    # Four standard deviations of 600 draws are at most .082.
    assert [drawn[1.0][a] / 600 for a in "abc"] == pytest.approx([0.6, 0.3, 0.1], abs=0.082)
    squares = [0.36 / 0.46, 0.09 / 0.46, 0.01 / 0.46]
    assert [drawn[0.5][a] / 600 for a in "abc"] == pytest.approx(squares, abs=0.082)
    assert [drawn[1000.0][a] / 600 for a in "abc"] == pytest.approx([1 / 3] * 3, abs=0.082)


def test_impossible_actions_are_drawn_in_their_order() -> None:
    table: Table = {"g0": {"a": "no", "b": "no", "c": PROVED}}
    policy = ScriptedPolicy({"g0": [Suggestion(action, -math.inf) for action in "abc"]})
    result = search.best_of_n(("g0",), Game(table), policy, Budget())
    assert [edge.action for edge in result.graph.edges] == ["a", "b", "c"]


@pytest.mark.parametrize(("patience", "tried"), [(0, 1), (1, 2), (3, 4), (9, 6)])
def test_patience_is_the_number_of_failures_survived(patience: int, tried: int) -> None:
    table: Table = {"g0": {f"a{n}": "no" for n in range(6)}}
    options = BestOfNOptions(n=1, patience=patience)
    result = search.best_of_n(("g0",), Game(table), uniform_policy(table), Budget(), options=options)
    assert result.cost.steps == tried


@pytest.mark.parametrize("length", [1, 3, 10])
def test_samples_end_at_their_length(length: int) -> None:
    table: Table = {f"g{n}": {"a": (f"g{n + 1}",)} for n in range(20)}
    options = BestOfNOptions(n=1, length=length)
    result = search.best_of_n(("g0",), Game(table), uniform_policy(table), Budget(), options=options)
    assert result.cost.steps == length


def test_samples_take_turns() -> None:
    rest: Table = {f"{name}{n}": {"a": (f"{name}{n + 1}",)} for name in "abc" for n in range(4)}
    table: Table = {"g0": {name: (f"{name}0",) for name in "abc"}, **rest}

    def goals(parallel: int) -> list[str]:
        game = Game(table)
        options = BestOfNOptions(n=3, parallel=parallel, length=4, width=3)
        policy = ScriptedPolicy({goal: uniform_policy(table).table[goal] for goal in table})
        # With this seed the three samples begin with three different actions.
        result = search.best_of_n(("g0",), game, policy, Budget(), seed=11, options=options)
        return [result.graph.nodes[edge.source].state[0] for edge in result.graph.edges]

    assert [goal[-1] for goal in goals(1)][:4] == ["0", "0", "1", "2"]
    assert [goal[-1] for goal in goals(3)] == ["0"] * 6 + ["1"] * 3 + ["2"] * 3


SCRIPTS: Table = {
    "g0": {"intro": ("x",), "bad": "unknown identifier"},
    "x": {"simp": ("y",), "ring": "ring failed"},
    "y": {"omega": PROVED, "ring": "ring failed"},
}


@pytest.mark.parametrize("case", list(CASES))
def test_a_failed_proof_is_resumed_at_its_first_error(case: str) -> None:
    """Truncate-and-resume, with a policy of whole proofs: no proposal at the root proves it alone."""
    policy = ScriptedPolicy(
        {
            "g0": suggestions(**{"intro; simp; ring": 0.6, "bad": 0.3}),
            "y": suggestions(**{"ring": 0.5, "omega": 0.4}),
        }
    )
    result = CASES[case](("g0",), Game(SCRIPTS), policy)
    assert result.stop is Stop.SOLVED
    assert result.proof is not None
    assert list(result.proof.actions()) == ["intro; simp", "omega"]
    assert search.replays(result.proof, Game(SCRIPTS))
    salvaged = [edge for edge in result.graph.edges if edge.outcome is Outcome.SALVAGED]
    assert [(edge.action, edge.cost) for edge in salvaged] == [("intro; simp", search.Cost())]
    failed = result.graph.root.edges["intro; simp; ring"]
    assert result.graph.edges[failed].reason == "ring failed"
    without = CASES[case](("g0",), Game(SCRIPTS), policy, resume=False)
    assert without.stop is Stop.EXHAUSTED


def test_a_whole_proof_is_one_action() -> None:
    policy = ScriptedPolicy({"g0": suggestions(**{"intro; ring": 0.5, "intro; simp; omega": 0.5})})
    options = BestOfNOptions(n=8, k=8, patience=0)
    result = search.best_of_n(("g0",), Game(SCRIPTS), policy, Budget(), options=options)
    assert result.proof is not None
    assert list(result.proof.actions()) == ["intro; simp; omega"]


def test_a_prefix_that_was_proposed_itself_is_not_tried_again() -> None:
    policy = ScriptedPolicy({"g0": suggestions(**{"intro; ring": 0.9, "intro": 0.1}), "x": []})
    game = Game(SCRIPTS)
    result = search.best_first(("g0",), game, policy, Budget())
    assert [request[1] for call in game.calls for request in call] == ["intro; ring"]
    assert result.stop is Stop.EXHAUSTED
    assert result.graph.root.exhausted


def test_the_last_action_of_a_node_may_be_salvaged() -> None:
    policy = ScriptedPolicy({"g0": suggestions(**{"intro; ring": 1.0}), "x": suggestions(**{"simp; omega": 1.0})})
    goals: Goals = ("g0",)
    assert search.best_first(goals, Game(SCRIPTS), policy, Budget()).stop is Stop.SOLVED

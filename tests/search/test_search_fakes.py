"""The shipped fakes do what they say, so that other tests may rest on them."""

from __future__ import annotations

import pytest

from search import Advanced, Cost, Proof, Rejected, RejectionKind, Salvaged, Solved, Suggestion, replays
from search.testing import (
    PROVED,
    ConstantValue,
    Game,
    Goals,
    ScriptedPolicy,
    Table,
    random_game,
    random_policy,
    solve_exhaustively,
    uniform_policy,
)

TABLE: Table = {
    "a": {"go": ("b", "c"), "end": PROVED, "bad": "reason"},
    "b": {"x": PROVED},
    "c": {"y": ("b",), "z": "no"},
}


def test_an_action_works_on_the_first_goal() -> None:
    game = Game(TABLE)
    cost = Cost(lean_calls=1, heartbeats=10)
    assert game.step(("a", "q"), "go") == Advanced(("b", "c", "q"), cost)
    assert game.step(("a", "q"), "end") == Advanced(("q",), cost)
    assert game.step(("a",), "end") == Solved(cost)
    assert game.step(("a",), "bad") == Rejected(RejectionKind.ERROR, "reason", cost)
    assert game.step(("a",), "what") == Rejected(RejectionKind.ERROR, "unknown action", cost)
    assert game.split(("a", "q")) == [("a",), ("q",)]
    assert [len(call) for call in game.calls] == [1] * 5


def test_scripts_are_salvaged() -> None:
    game = Game(TABLE)
    assert game.step(("a",), "go; x; y; x") == Solved(Cost(lean_calls=1, heartbeats=40))
    failed = game.step(("a",), "go; x; z; x")
    salvaged = Salvaged("go; x", ("c",))
    assert failed == Rejected(RejectionKind.ERROR, "no", Cost(lean_calls=1, heartbeats=30), salvaged)
    too_long = game.step(("a",), "end; x")
    assert too_long == Rejected(RejectionKind.ERROR, "no goals", Cost(lean_calls=1, heartbeats=20), None)


def test_crashes_are_staged() -> None:
    game = Game(TABLE, {(("a",), "end"): 2})
    kinds = [getattr(game.step(("a",), "end"), "kind", None) for _ in range(3)]
    assert kinds == [RejectionKind.CRASH, RejectionKind.CRASH, None]


def test_policies() -> None:
    scripted = ScriptedPolicy({"a": [Suggestion("go", -1.0), Suggestion("end", -2.0)]})
    few, none = scripted.suggest([("a", "b"), ("b",)], 1)
    assert few.suggestions == (Suggestion("go", -1.0),)
    assert few.cost == Cost(generations=1, tokens_out=3)
    assert none.suggestions == ()
    assert scripted.calls == [[("a", "b"), ("b",)]]
    assert {s.action for s in uniform_policy(TABLE).table["a"]} == set(TABLE["a"])
    assert ConstantValue({"a": 0.5, "b": 0.25}, 1.0).estimate([("a", "b"), ("c",)]) == [0.125, 1.0]


def test_random_games_are_reproducible_and_varied() -> None:
    games = [random_game(seed) for seed in range(40)]
    assert games[3] == random_game(3)
    assert games[3] != games[4]
    outcomes = [outcome for game in games for actions in game.values() for outcome in actions.values()]
    assert {type(outcome) for outcome in outcomes} == {str, tuple}
    assert {len(outcome) for outcome in outcomes if isinstance(outcome, tuple)} == {0, 1, 2, 3}
    answers = [solve_exhaustively(("g0",), Game(game), uniform_policy(game))[("g0",)] for game in games]
    assert 5 < sum(answers) < 35


def test_random_policies_propose_everything_best_first() -> None:
    table = random_game(5)
    for goal, suggestions in random_policy(1, table).table.items():
        assert {suggestion.action for suggestion in suggestions} == set(table[goal])
        assert list(suggestions) == sorted(suggestions, key=lambda suggestion: -suggestion.log_prob)


def test_the_exhaustive_solver() -> None:
    table: dict[str, dict[str, Goals | str]] = {
        "a": {"x": ("b", "c")},
        "b": {"x": ("d",), "y": ("b",)},
        "c": {"x": ("e", "b")},
        "d": {"x": PROVED},
        "e": {"x": ("f",), "y": "no"},
        "f": {"x": ("e",)},
    }
    answers = solve_exhaustively(("a", "d"), Game(table), uniform_policy(table))
    proved = {state for state, answer in answers.items() if answer}
    assert proved == {("b",), ("d",)}
    assert set(answers) == {("a", "d"), *((goal,) for goal in "abcdef")}
    table["f"]["y"] = PROVED
    assert solve_exhaustively(("a", "d"), Game(table), uniform_policy(table))["a", "d"]
    assert not solve_exhaustively(("a",), Game(table), uniform_policy(table), 1)[("a",)]
    with pytest.raises(ValueError, match="more than 3"):
        solve_exhaustively(("a",), Game(table), uniform_policy(table), most=3)
    assert solve_exhaustively(("d", "d"), Game(table), uniform_policy(table), split_goals=False)["d", "d"]


def proof(state: Goals, action: str, children: tuple[Proof[Goals], ...] = ()) -> Proof[Goals]:
    return Proof(state, action, children)


@pytest.mark.parametrize(
    "wrong",
    [
        proof(("a",), "bad"),
        proof(("a",), "go"),
        proof(("a",), "end", (proof(("b",), "x"),)),
        proof(("a",), "go", (proof(("b",), "x"),)),
        proof(("a",), "go", (proof(("c",), "y", (proof(("b",), "x"),)), proof(("b",), "x"))),
        proof(("a",), "go", (proof(("b",), "x"), proof(("c",), "z"))),
        proof(("a", "b"), "", (proof(("a",), "end"),)),
    ],
)
def test_a_wrong_proof_does_not_replay(wrong: Proof[Goals]) -> None:
    assert not replays(wrong, Game(TABLE))


def test_a_right_proof_replays() -> None:
    right = proof(("a",), "go", (proof(("b",), "x"), proof(("c",), "y", (proof(("b",), "x"),))))
    assert replays(right, Game(TABLE))
    assert replays(proof(("a", "b"), "", (right, proof(("b",), "x"))), Game(TABLE))
    assert not replays(right, Game(TABLE), split_goals=False)

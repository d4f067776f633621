"""Properties that every strategy has: sound, complete where it says so, deterministic, within its budget."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import search
from search import UNITS, Budget, Cost, RejectionKind, Status, Step, Stop
from search.strategies import STRATEGIES
from search.testing import PROVED, Game, Goals, ScriptedPolicy, Table, solve_exhaustively, uniform_policy
from tests.search.search_cases import CASES, EVERYTHING, Match, matches, picture, suggestions

cases = pytest.mark.parametrize("case", list(CASES))
quick = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)
STEPS = 20_000
AMPLE = Budget(steps=STEPS)
"""Far more than any of these games needs: a search that reaches it does not end."""


def truth(match: Match, split_goals: bool) -> bool:
    try:
        answers = solve_exhaustively(match.root, match.game(), match.policy(), split_goals=split_goals, most=60)
    except ValueError:
        assume(False)
    return answers[match.root]


@cases
@given(match=matches(), split_goals=st.booleans(), seed=st.integers(0, 3))
@quick
def test_sound_and_complete(case: str, match: Match, split_goals: bool, seed: int) -> None:
    provable = truth(match, split_goals)
    result = CASES[case](match.root, match.game(), match.policy(), AMPLE, split_goals=split_goals, seed=seed)
    if provable:
        assert result.stop is Stop.SOLVED
        assert result.proof is not None
        assert result.proof.state == match.root
        assert search.replays(result.proof, match.game(), split_goals=split_goals)
        assert result.graph.root.status is Status.PROVED
    else:
        assert result.stop is Stop.EXHAUSTED
        assert result.proof is None
        assert result.first_success is None
        assert result.graph.root.status is Status.DEAD


@cases
@given(match=matches(), steps=st.integers(0, 12), actions=st.integers(1, 3), seed=st.integers(0, 3))
@quick
def test_sound_whatever_the_budget(case: str, match: Match, steps: int, actions: int, seed: int) -> None:
    """With too small a budget and too few actions: what is called proved is, and what is called dead is hopeless."""
    policy = match.policy()
    result = CASES[case](match.root, match.game(), policy, Budget(steps=steps), k=actions, seed=seed)
    answers = solve_exhaustively(match.root, match.game(), policy)
    hopeful = solve_exhaustively(match.root, match.game(), policy, actions)
    for node in result.graph.nodes:
        if node.status is Status.PROVED:
            assert answers[node.state]
        if node.status is Status.DEAD:
            assert not hopeful.get(node.state, False)
    assert (result.proof is not None) == (result.stop is Stop.SOLVED)
    assert (result.limit is not None) == (result.stop is Stop.BUDGET)


@cases
@given(match=matches(), width=st.integers(2, 9), batch=st.integers(1, 9), split_goals=st.booleans())
@quick
def test_graph_is_the_same_for_any_number_of_workers(
    case: str, match: Match, width: int, batch: int, split_goals: bool
) -> None:
    budget = Budget(lean_calls=40)
    # To forget a crash that was only foreseen, as subgoal search does, is to see another environment.
    crashes: dict[tuple[Goals, str], int] = {} if case == "subgoal" else {(("g0",), "a0"): 1, (("g1",), "a1"): 5}
    alone = CASES[case](match.root, Game(match.table, dict(crashes)), match.policy(), budget, split_goals=split_goals)
    game, policy = Game(match.table, dict(crashes)), match.policy()
    result = CASES[case](match.root, game, policy, budget, split_goals=split_goals, width=width, batch=batch)
    assert picture(result.graph) == picture(alone.graph)
    assert (result.stop, result.limit, result.proof) == (alone.stop, alone.limit, alone.proof)
    assert (result.cost, result.retries) == (alone.cost, alone.retries)
    assert alone.wasted == Cost()
    assert max(map(len, game.calls), default=0) <= width
    assert max(map(len, policy.calls), default=0) <= batch


@cases
@given(match=matches(), width=st.integers(1, 5), batch=st.integers(1, 5), steps=st.integers(0, 30))
@quick
def test_nothing_is_hidden(case: str, match: Match, width: int, batch: int, steps: int) -> None:
    """What the environment and the policy did is what was committed and what was wasted, together."""
    game, policy = Game(match.table, {(("g0",), "a0"): 1}), match.policy()
    result = CASES[case](match.root, game, policy, Budget(steps=steps), width=width, batch=batch)
    asked = sum(map(len, game.calls))
    assert result.cost.lean_calls + result.wasted.lean_calls == asked
    if case != "subgoal":  # Repeated requests are steps of a subgoal search and no requests to the environment.
        assert result.cost.steps + result.wasted.steps == asked
    made = sum(len(policy.table[state[0]]) for call in policy.calls for state in call)
    if case != "subgoal":  # Its own policy calls ask for fewer actions.
        assert result.cost.generations + result.wasted.generations == made
    in_graph = Cost()
    for node in result.graph.nodes:
        in_graph += node.cost
    for edge in result.graph.edges:
        in_graph += edge.cost
    if case != "subgoal" and result.stop is not Stop.BUDGET:
        assert in_graph == result.cost


class Dear(Game):
    """A game whose actions cost one to three calls and different numbers of heartbeats."""

    def _play(self, state: Goals, action: str) -> Step[Goals]:
        step = super()._play(state, action)
        price = int(action[-1]) + 1
        return type(step)(
            **{
                **{name: getattr(step, name) for name in step.__slots__},
                "cost": Cost(lean_calls=price, heartbeats=7 * price, lean_seconds=0.5 * price),
            }
        )


LIMITED = ("steps", "generations", "tokens", "lean_calls", "heartbeats", "lean_seconds")


@cases
@given(match=matches(), unit=st.sampled_from(LIMITED), data=st.data(), width=st.sampled_from([1, 4]))
@quick
def test_budgets_are_never_overshot_and_runs_are_prefixes(
    case: str, match: Match, unit: str, data: st.DataObject, width: int
) -> None:
    full = CASES[case](match.root, Dear(match.table), match.policy(), AMPLE, width=width)
    spent = getattr(full.cost, unit)
    limit = data.draw(st.integers(0, int(spent) + 2))
    result = CASES[case](match.root, Dear(match.table), match.policy(), Budget(**{unit: limit}), width=width)
    assert getattr(result.cost, unit) <= limit
    if result.stop is Stop.BUDGET:
        assert result.limit == unit
    if STRATEGIES[CASES[case].kind].reads_budget:
        return
    assert [edge.action for edge in result.graph.edges] == [e.action for e in full.graph.edges][
        : len(result.graph.edges)
    ]
    reached = full.first_success is not None and full.first_success[unit] <= limit
    assert (result.stop is Stop.SOLVED) == reached


@cases
def test_first_success_is_the_position_in_every_unit(case: str) -> None:
    table: Table = {"g0": {"a0": "no", "a1": ("g1", "g2")}, "g1": {"a0": PROVED}, "g2": {"a0": "no", "a1": PROVED}}
    result = CASES[case](("g0",), Game(table), uniform_policy(table))
    assert result.first_success is not None
    assert set(result.first_success) == set(UNITS)
    for unit in UNITS[:-1]:
        assert result.first_success[unit] == getattr(result.cost, unit)
    assert 0.0 <= result.first_success["seconds"] <= result.seconds
    assert result.first_success["steps"] >= 3


@cases
@pytest.mark.parametrize("kind", list(RejectionKind))
def test_only_what_is_no_verdict_is_repeated(case: str, kind: RejectionKind) -> None:
    class Failing(Game):
        def _play(self, state: Goals, action: str) -> Step[Goals]:
            return search.Rejected(kind, "failed", Cost(lean_calls=1))

    table: Table = {"g0": {"a0": PROVED}}
    result = CASES[case](("g0",), Failing(table), uniform_policy(table), retries=2)
    times = 1 if kind.is_verdict else 3
    assert result.stop is Stop.EXHAUSTED
    (edge,) = result.graph.edges
    assert edge.kind is kind
    assert edge.reason == "failed"
    if case == "subgoal":  # Its direct search asks once more what had no verdict.
        assert result.cost.lean_calls == (1 if kind.is_verdict else 6)
    else:
        assert (result.retries, result.cost.steps, edge.cost.lean_calls) == (times - 1, times, times)


@cases
def test_a_crash_that_passes_does_no_harm(case: str) -> None:
    table: Table = {"g0": {"a0": PROVED}}
    result = CASES[case](("g0",), Game(table, {(("g0",), "a0"): 1}), uniform_policy(table))
    assert (result.stop, result.retries, result.cost.steps) == (Stop.SOLVED, 1, 2)
    assert result.graph.edges[0].cost.lean_calls == 2


@cases
def test_gives_up_where_nothing_gets_a_verdict(case: str) -> None:
    table: Table = {"g0": {f"a{number}": PROVED for number in range(20)}}
    broken: dict[tuple[Goals, str], int] = {(("g0",), action): 100 for action in table["g0"]}
    result = CASES[case](("g0",), Game(table, broken), uniform_policy(table))
    assert (result.stop, result.limit, result.proof) == (Stop.FAILED, None, None)
    kinds = [edge.kind for edge in result.graph.edges]
    assert len(kinds) == 8 and not any(kind.is_verdict for kind in kinds if kind)


@cases
def test_wall_clock_limit(case: str) -> None:
    table: Table = {"g0": {"a0": ("g0", "g0")}}
    result = CASES[case](("g0",), Game(table), uniform_policy(table), Budget(seconds=0.0))
    assert (result.stop, result.limit, result.cost) == (Stop.BUDGET, "seconds", Cost())


@cases
def test_a_proof_found_with_the_last_call_counts(case: str) -> None:
    table: Table = {"g0": {"a0": PROVED}}
    result = CASES[case](("g0",), Game(table), uniform_policy(table), Budget(steps=1, lean_calls=1))
    assert (result.stop, result.limit) == (Stop.SOLVED, None)


@cases
def test_one_of_two_goals_is_no_proof(case: str) -> None:
    table: Table = {"g0": {"a0": ("g1", "g2")}, "g1": {"a0": PROVED}, "g2": {"a0": "no"}}
    for root in [("g0",), ("g1", "g2"), ("g2", "g1")]:
        for split_goals in (True, False):
            result = CASES[case](root, Game(table), uniform_policy(table), split_goals=split_goals)
            assert result.stop is Stop.EXHAUSTED


@cases
def test_a_long_cycle_is_harmless(case: str) -> None:
    ring = {f"g{n}": {"a0": (f"g{(n + 1) % 6}",), "a1": (f"g{(n + 5) % 6}", "g0")} for n in range(6)}
    assert CASES[case](("g0",), Game(ring), uniform_policy(ring), AMPLE).graph.root.status is Status.DEAD
    ring["g3"] = {**ring["g3"], "a2": PROVED}
    result = CASES[case](("g0",), Game(ring), uniform_policy(ring), AMPLE)
    assert result.proof is not None
    assert list(result.proof.actions()) == ["a0", "a0", "a0", "a2"]


@cases
def test_no_request_is_made_when_nothing_needs_to_be_proved(case: str) -> None:
    """A goal that is proved is never worked on again, and equal goals are worked on once."""
    table: Table = {"g0": {"a0": ("g1", "g1", "g1")}, "g1": {"a0": PROVED, "a1": PROVED}}
    game = Game(table)
    result = CASES[case](("g0", "g1"), game, uniform_policy(table))
    assert result.stop is Stop.SOLVED
    asked = [request for call in game.calls for request in call]
    assert asked.count((("g1",), "a0")) <= 1
    assert len(asked) <= (3 if case == "subgoal" else 2)


GARDEN: Table = {
    "g0": {"a0": ("g1",), "a1": ("g2", "g3"), "a2": ("g4",)},
    "g1": {"a0": ("g5",), "a1": "no", "a2": ("g6",)},
    "g2": {"a0": "no", "a1": ("g7",), "a2": PROVED},
    "g3": {"a0": ("g1",), "a1": ("g8",), "a2": "no"},
    "g4": {"a0": "no", "a1": ("g5", "g6")},
    "g5": {"a0": ("g0",), "a1": ("g9",)},
    "g6": {"a0": "no", "a1": ("g9", "g5")},
    "g7": {"a0": ("g2",), "a1": "no"},
    "g8": {"a0": "no", "a1": ("g9",), "a2": PROVED},
    "g9": {"a0": "no", "a1": ("g4",)},
}
GARDEN_POLICY = ScriptedPolicy({goal: suggestions(a0=0.5, a1=0.3, a2=0.2)[: len(GARDEN[goal])] for goal in GARDEN})


def outline(result: search.SearchResult[Goals]) -> list[tuple[Goals, str]]:
    return [(result.graph.nodes[edge.source].state, edge.action) for edge in result.graph.edges]


@pytest.mark.parametrize("case", [name for name in CASES if name != "best-first"])
def test_every_strategy_differs_from_best_first(case: str) -> None:
    best_first = CASES["best-first"](("g0",), Game(GARDEN), GARDEN_POLICY)
    other = CASES[case](("g0",), Game(GARDEN), GARDEN_POLICY)
    assert best_first.stop is other.stop is Stop.SOLVED
    assert outline(other) != outline(best_first)


def test_the_strategies_differ_from_each_other() -> None:
    outlines = {case: tuple(outline(CASES[case](("g0",), Game(GARDEN), GARDEN_POLICY))) for case in CASES}
    assert len(set(outlines.values())) >= len(outlines) - 1, outlines


@pytest.mark.parametrize(("case", "cut"), [("beam", {"beam": 1}), ("best-of-n", {"n": 1})])
def test_a_cut_search_may_miss_a_proof(case: str, cut: dict[str, Any]) -> None:
    """Completeness needs its condition: a proof that best-first finds is missed, and the root is then left open."""
    table: Table = {
        "g0": {"a0": ("g1",), "a1": ("g2",)},
        "g1": {f"a{number}": "no" for number in range(12)},
        "g2": {"a0": PROVED},
    }
    policy = ScriptedPolicy(
        {"g0": suggestions(a0=0.999, a1=0.001), **{goal: uniform_policy(table).table[goal] for goal in ("g1", "g2")}}
    )
    result = CASES[case](("g0",), Game(table), policy, **cut)
    assert result.stop is Stop.EXHAUSTED
    assert result.graph.root.status is Status.OPEN
    assert CASES["best-first"](("g0",), Game(table), policy).stop is Stop.SOLVED


def test_the_number_of_samples_that_makes_best_of_n_complete() -> None:
    """As many samples as there are parts and actions suffice, however unlikely the proof is."""
    table: Table = {"g0": {f"a{n}": ("g1",) if n < 9 else PROVED for n in range(10)}, "g1": {"a0": ("g0",), "a1": "no"}}
    priors = {"g0": suggestions(**{f"a{n}": 0.99 if n == 0 else 1e-9 for n in range(10)})}
    policy = ScriptedPolicy({**priors, "g1": suggestions(a0=0.5, a1=0.5)})
    enough = len(table) + sum(map(len, table.values()))
    for seed in range(20):
        for parallel in (1, 7):
            result = CASES["best-of-n"](
                ("g0",), Game(table), policy, seed=seed, n=enough, parallel=parallel, patience=0
            )
            assert result.stop is Stop.SOLVED


def test_the_seed_decides_what_best_of_n_samples() -> None:
    one, again, other = (
        outline(CASES["best-of-n"](("g0",), Game(GARDEN), GARDEN_POLICY, seed=seed)) for seed in (1, 1, 2)
    )
    assert one == again
    assert one != other


@pytest.mark.parametrize("kind", list(STRATEGIES))
def test_every_named_strategy_is_called_alike(kind: str) -> None:
    named = STRATEGIES[kind]
    result = named.search(
        ("g0",), Game(GARDEN), GARDEN_POLICY, Budget(steps=100), seed=3, value=None, options=named.options(width=2)
    )
    assert result.stop is Stop.SOLVED


def test_a_result_has_no_truth_value() -> None:
    result = CASES["mcts"](("g0",), Game(GARDEN), GARDEN_POLICY)
    with pytest.raises(TypeError, match=r"read \.stop"):
        bool(result)


@pytest.mark.parametrize(
    ("options", "bad"),
    [
        (search.Options, {"k": 0}),
        (search.Options, {"width": 0}),
        (search.Options, {"batch": 0}),
        (search.Options, {"retries": -1}),
        (search.BestFirstOptions, {"alpha": -0.1}),
        (search.BestFirstOptions, {"critic_weight": -1.0}),
        (search.BeamOptions, {"beam": 0}),
        (search.BestOfNOptions, {"n": 0}),
        (search.BestOfNOptions, {"parallel": 0}),
        (search.BestOfNOptions, {"temperature": 0.0}),
        (search.BestOfNOptions, {"patience": -1}),
        (search.BestOfNOptions, {"length": 0}),
        (search.MctsOptions, {"exploration": 0.0}),
        (search.MctsOptions, {"default_value": 1.1}),
        (search.MctsOptions, {"backup": "sum"}),
        (search.MctsOptions, {"parallel": 0}),
        (search.MctsOptions, {"virtual_loss": 0.0}),
        (search.MctsOptions, {"widening": 0.0}),
        (search.MctsOptions, {"widening_exponent": 0.0}),
        (search.MctsOptions, {"discount": 0.0}),
        (search.SubgoalOptions, {"sketches": 0}),
        (search.SubgoalOptions, {"share": 1.5}),
    ],
)
def test_bad_options_are_refused_by_name(options: type[search.Options], bad: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=f"option {next(iter(bad))} must be"):
        options(**bad)


def test_everything_is_wide_enough() -> None:
    """The completeness tests rest on a beam and a number of samples that are never filled."""
    assert CASES["beam"].given["beam"] == CASES["best-of-n"].given["n"] == EVERYTHING > STEPS

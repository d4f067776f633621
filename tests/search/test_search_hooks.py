"""A search can be watched and cancelled from outside, and neither changes what it does; a strategy is one function."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest

import search
from search import Budget, Cancelled, Edge, Graph, Hooks, Options, Proposals, SearchContext, Status, Stop, strategy_of
from search.testing import PROVED, Game, Goals, ScriptedPolicy, Table
from tests.search.search_cases import CASES, picture, suggestions

TABLE: Table = {
    "root": {"bad": "no", "divide": ("left", "right"), "left": ("left",)},
    "left": {"further": ("end",), "no": "refused"},
    "right": {"no": "refused", "done": PROVED},
    "end": {"no": "refused", "done": PROVED},
}
PRIORS = {goal: suggestions(**dict.fromkeys(actions, 0.3)) for goal, actions in TABLE.items()}


class Watch:
    """Notes every step, and cancels after `most` of them."""

    def __init__(self, most: int | None = None) -> None:
        self.most = most
        self.steps: list[int] = []
        self.actions: list[str] = []

    def hooks(self) -> Hooks:
        return Hooks(self.stepped, lambda: self.most is not None and len(self.steps) >= self.most)

    def stepped(self, graph: Graph[Any], edges: Sequence[Edge], spent: search.Cost) -> None:
        assert all(graph.edges[edge.id] is edge for edge in edges)
        self.actions += [edge.action for edge in edges]
        self.steps.append(spent.steps)


def run(case: str, hooks: Hooks, **common: Any) -> search.SearchResult[Goals]:
    found = CASES[case]
    options = found.options(**{**found.given, **common})
    return found.search(("root",), Game(TABLE), ScriptedPolicy(PRIORS), Budget(steps=100), hooks=hooks, options=options)


@pytest.mark.parametrize("case", CASES)
class TestEveryStrategy:
    def test_whoever_watches_sees_every_step_and_changes_nothing(self, case: str) -> None:
        watch = Watch()
        watched, alone = run(case, watch.hooks()), run(case, Hooks())
        assert picture(watched.graph) == picture(alone.graph)
        assert (watched.stop, watched.cost) == (alone.stop, alone.cost)
        assert watched.stop is Stop.SOLVED
        assert {edge.action for edge in watched.graph.edges} <= {*watch.actions, search.SPLIT}
        assert ("done" in watch.actions and watch.steps == sorted(watch.steps)) or case == "subgoal"

    @pytest.mark.parametrize("most", [0, 1, 2])
    def test_a_cancelled_search_ends_after_the_step_in_progress(self, case: str, most: int) -> None:
        watch = Watch(most)
        result = run(case, watch.hooks())
        assert (result.stop, result.limit, result.proof) == (Stop.CANCELLED, None, None)
        assert len(watch.steps) == most

    def test_what_was_found_before_it_was_cancelled_counts(self, case: str) -> None:
        watch = Watch()
        run(case, watch.hooks())
        late = Watch(len(watch.steps))
        assert run(case, late.hooks()).stop is Stop.SOLVED


def test_a_policy_may_cancel() -> None:
    class Impatient:
        def suggest(self, states: Sequence[Goals], k: int) -> list[Proposals]:
            raise Cancelled

    assert search.best_first(("root",), Game(TABLE), Impatient(), Budget()).stop is Stop.CANCELLED


def test_a_step_that_the_caller_ended_counts_as_never_tried() -> None:
    game, cancelled = Game(TABLE, crashes={(("root",), "bad"): 9}), [False, False, True]
    hooks = Hooks(cancelled=lambda: cancelled.pop(0) if cancelled else True)
    result = search.best_first(("root",), game, ScriptedPolicy(PRIORS), Budget(), hooks=hooks)
    assert (result.stop, result.graph.edges, result.cost.lean_calls) == (Stop.CANCELLED, [], 0)
    assert result.wasted.lean_calls == 1


@dataclass(frozen=True, kw_only=True)
class DepthOptions(Options):
    """Options of a strategy that is written here."""

    depth: int = 9


def depth_first(run: SearchContext[Any], options: DepthOptions, seed: int) -> None:
    """Try the actions of a node in their order, and go down into the first that holds."""

    def visit(number: int, left: int) -> None:
        node = run.expand(number)
        for suggestion in node.proposals or ():
            if node.status is not Status.OPEN or not left:
                return
            for edge in run.step(number, suggestion):
                for child in edge.children:
                    if run.graph.nodes[child].status is Status.OPEN:
                        visit(child, left - 1)

    visit(0, options.depth)


class TestAFunction:
    def test_is_a_strategy(self) -> None:
        made = strategy_of(depth_first, DepthOptions, "depth first")
        found = made.search(("root",), Game(TABLE), ScriptedPolicy(PRIORS), Budget())
        assert (found.stop, made.options, made.summary) == (Stop.SOLVED, DepthOptions, "depth first")
        short = made.search(("root",), Game(TABLE), ScriptedPolicy(PRIORS), Budget(), options=DepthOptions(depth=1))
        assert short.stop is Stop.EXHAUSTED

    def test_obeys_budgets_and_hooks(self) -> None:
        made, watch = strategy_of(depth_first, DepthOptions), Watch(2)
        game = Game(TABLE)
        assert made.search(("root",), game, ScriptedPolicy(PRIORS), Budget(steps=1)).stop is Stop.BUDGET
        found = made.search(("root",), game, ScriptedPolicy(PRIORS), Budget(), hooks=watch.hooks())
        assert (found.stop, len(watch.steps)) == (Stop.CANCELLED, 2)

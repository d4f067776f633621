"""Search by subgoals: sketch, prove the holes, put the proof together.

A *sketch* is an action that leaves holes, each an independent part (Draft, Sketch and Prove, 2210.12283;
DeepSeek-Prover-V2, 2504.21801): in Lean a chain of `have ... := by sorry` steps. The sketches of the root
are carried out first, in the sketcher's order. Then each sketch that holds gets a share of the budget, divided evenly
among its open holes, and another strategy searches hole after hole; the first hole that is not proved ends the sketch.
What a search finds is added to one graph, so a hole that two sketches share is proved once, and the proof of the root
is extracted from the graph like any other. If no sketch succeeds, the rest of the budget goes to a direct search.

What an earlier search has paid for is answered from memory (`search.caching`): it counts as a step and costs nothing.

This strategy reads its budget: what it finds within a budget cannot be read off a longer run. Without any limit, the
search for a hole that has infinitely many successors never ends. Ties: none beyond the sketcher's order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import partial
from typing import Generic, Protocol

from search.accounting import BudgetReached, Meter, portion
from search.best_first import BestFirstOptions, best_first
from search.caching import CachingEnvironment, CachingPolicy
from search.context import GaveUp, Options, SearchContext, require
from search.hooks import NO_HOOKS, Cancelled, Hooks
from search.result import SearchResult, Strategy
from search.tree import Edge, Status
from search.types import Budget, Environment, Policy, Proposals, S, S_contra, Stop, Suggestion, Value


class Sketcher(Protocol[S_contra]):
    """Proposes sketches, batch first."""

    def sketch(self, states: Sequence[S_contra], k: int) -> list[Proposals]:
        """Propose at most `k` distinct sketches for each state, best first; one `Proposals` a state, in order."""
        ...


@dataclass(frozen=True, kw_only=True)
class SubgoalOptions(Options):
    """Options of `subgoal`.

    `sketches`: most sketches asked for. `share`: the fraction of what is left of the budget that a sketch may spend.
    `direct`: whether a direct search follows when no sketch succeeds. The other options are handed on to the default
    inner strategy; an inner strategy of one's own carries its own options, with the same `split_goals`.
    """

    sketches: int = 4
    share: float = 0.5
    direct: bool = True

    def __post_init__(self) -> None:
        super().__post_init__()
        require(self.sketches >= 1, "sketches", "at least 1")
        require(0.0 < self.share <= 1.0, "share", "in (0, 1]")


def subgoal(
    root: S,
    env: Environment[S],
    policy: Policy[S],
    budget: Budget,
    *,
    seed: int = 0,
    value: Value[S] | None = None,
    hooks: Hooks = NO_HOOKS,
    options: SubgoalOptions = SubgoalOptions(),
    sketcher: Sketcher[S] | None = None,
    strategy: Strategy | None = None,
) -> SearchResult[S]:
    """Search for a proof of `root` through sketches whose holes another strategy fills.

    Without a sketcher the policy's own best actions serve as sketches; without a strategy the holes are searched best
    first. `seed`, `value` and `hooks` are handed on to the inner strategy.
    """
    if strategy is None:
        common = {option.name: getattr(options, option.name) for option in fields(Options)}
        strategy = partial(best_first, options=BestFirstOptions(**common))
    run = SearchContext(root, env, policy, budget, options, value, hooks)
    return run.finish(_Subgoal(run, options, sketcher, strategy, seed).search)


class _Subgoal(Generic[S]):
    def __init__(
        self,
        run: SearchContext[S],
        options: SubgoalOptions,
        sketcher: Sketcher[S] | None,
        strategy: Strategy,
        seed: int,
    ) -> None:
        # The sketches themselves are carried out through the same memory as what follows.
        self.env = run.env = CachingEnvironment(run.env)
        self.policy = CachingPolicy(run.policy)
        self.run = run
        self.graph = run.graph
        self.options = options
        self.sketcher = sketcher
        self.strategy = strategy
        self.seed = seed

    def search(self) -> None:
        targets = self.graph.edges[0].children if self.graph.edges else (0,)
        for target in dict.fromkeys(targets):
            for sketch in self._sketch(target):
                self._fill(sketch)
            if self.options.direct and self.graph.nodes[target].status is Status.OPEN:
                result = self._search(target, self.run.meter.left())
                if result.limit is not None:
                    raise BudgetReached(result.limit)
            if self.graph.nodes[target].status is not Status.PROVED:
                break
        if not self.run.solved():
            self.graph.close_cycles()
            self.run.record()

    def _sketch(self, target: int) -> list[Edge]:
        """Carry out the sketches of a node and return the edges of those that hold."""
        node = self.graph.nodes[target]
        self.run.meter.before_policy()
        ask = self.policy.suggest if self.sketcher is None else self.sketcher.sketch
        proposals = ask([node.state], self.options.sketches)[0]
        self.run.meter.charge(proposals.cost)
        # Sketches are not what the policy has to offer: they do not exhaust the node, so they are no proposals of it.
        sketches = list(proposals.suggestions[: self.options.sketches])
        held: list[Edge] = []
        for suggestion in sketches:
            if node.status is Status.OPEN and suggestion.action not in node.edges:
                held.extend(self.run.step(target, suggestion, lambda: self._others(target, sketches)))
        self.env.learn(self.graph)
        return held

    def _others(self, target: int, sketches: list[Suggestion]) -> list[tuple[int, Suggestion]]:
        return [(target, suggestion) for suggestion in sketches]

    def _fill(self, sketch: Edge) -> None:
        """Search the holes of a sketch, within its share of the budget."""
        purse = Meter(portion(self.run.meter.left(), self.options.share))
        for hole in dict.fromkeys(sketch.children):
            holes = sum(self.graph.nodes[child].status is Status.OPEN for child in set(sketch.children))
            useful = sketch.status is Status.OPEN and self.graph.nodes[sketch.source].status is Status.OPEN
            if useful and self.graph.nodes[hole].status is Status.OPEN:
                self.run.meter.before_policy()
                purse.charge(self._search(hole, portion(purse.left(), 1 / holes)).cost)
                if self.graph.nodes[hole].status is not Status.PROVED:
                    break

    def _search(self, node: int, budget: Budget) -> SearchResult[S]:
        inner = self.strategy(
            self.graph.nodes[node].state,
            self.env,
            self.policy,
            budget,
            seed=self.seed,
            value=self.run.value,
            hooks=self.run.hooks,
        )
        self.env.learn(inner.graph)
        self.policy.learn(inner.graph)
        self.run.meter.include(inner.cost, inner.wasted, inner.retries)
        self.graph.absorb(inner.graph)
        self.run.record()
        if inner.stop is Stop.FAILED:
            raise GaveUp
        if inner.stop is Stop.CANCELLED:
            raise Cancelled
        return inner

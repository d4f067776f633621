"""The strategies by name, and how a short one is written: as one function over a search in progress."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from search.beam import BeamOptions, beam
from search.best_first import BestFirstOptions, best_first
from search.best_of_n import BestOfNOptions, best_of_n
from search.context import Options, SearchContext
from search.hooks import NO_HOOKS, Hooks
from search.mcts import MctsOptions, mcts
from search.result import SearchResult
from search.subgoal import SubgoalOptions, subgoal
from search.types import Budget, Environment, Policy, Value


@dataclass(frozen=True, slots=True)
class StrategyEntry:
    """A strategy's function, the type of its options, and what else a caller has to know of it.

    Where `reads_budget` is false, a run under a budget is a prefix of every longer run. Where `sketches` is true, the
    function takes a `sketcher`. `summary` is a line for people who choose.
    """

    search: Callable[..., SearchResult[Any]]
    options: type[Options]
    summary: str = ""
    reads_budget: bool = False
    sketches: bool = False


Body = Callable[[SearchContext[Any], Any, int], None]
"""A search over a `SearchContext`: takes it, its options and the seed, and returns when nothing is left to try."""


def strategy_of(
    body: Body, options: type[Options] = Options, summary: str = "", reads_budget: bool = False
) -> StrategyEntry:
    """Return a strategy that is written as one function; see `SearchContext` for what it calls.

    `SearchContext.expand` asks the policy and `SearchContext.step` carries out an action. Both raise when the budget is
    spent or the search is cancelled, and need no look-ahead.
    """

    usual = options()

    def search(
        root: Any,
        env: Environment[Any],
        policy: Policy[Any],
        budget: Budget,
        *,
        seed: int = 0,
        value: Value[Any] | None = None,
        hooks: Hooks = NO_HOOKS,
        options: Options = usual,
    ) -> SearchResult[Any]:
        run = SearchContext(root, env, policy, budget, options, value, hooks)
        return run.finish(lambda: body(run, options, seed))

    return StrategyEntry(search, options, summary, reads_budget)


STRATEGIES: Mapping[str, StrategyEntry] = MappingProxyType(
    {
        "best-first": StrategyEntry(
            best_first, BestFirstOptions, "the most probable path first, with length normalisation"
        ),
        "mcts": StrategyEntry(mcts, MctsOptions, "Monte-Carlo tree search with a PUCT rule and progressive widening"),
        "beam": StrategyEntry(beam, BeamOptions, "the best states of every depth"),
        "best-of-n": StrategyEntry(best_of_n, BestOfNOptions, "independent rollouts, or whole proofs, sampled n times"),
        "subgoal": StrategyEntry(
            subgoal, SubgoalOptions, "sketches first, then their holes one by one", reads_budget=True, sketches=True
        ),
    }
)
"""Every strategy; all are called with `(root, env, policy, budget, *, seed, value, hooks, options)`."""

"""What a search is called with and what it returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, Protocol

from search.hooks import NO_HOOKS, Hooks
from search.proof import Proof
from search.tree import Graph
from search.types import Budget, Cost, Environment, Policy, S, Stop, Value


@dataclass(frozen=True, slots=True)
class SearchResult(Generic[S]):
    """Why a search stopped, what it found and what it cost. It has no truth value: read `.stop`.

    `proof` is set exactly when `stop` is `SOLVED`, and is a signal that has yet to be verified. `EXHAUSTED` means that
    the strategy had nothing more to try; only where the root of the graph is dead was everything tried in vain. `limit`
    is the unit of the budget that ended the search, exactly when `stop` is `BUDGET`. `FAILED` means that too many steps
    hung, crashed or ran out of memory; `CANCELLED` that the caller did not want to wait.

    `cost` is what was committed and never exceeds the budget; `wasted` is what was asked for in advance, or did not fit
    into the budget, and was not committed. `seconds` is the wall clock of the whole search. `first_success` maps every
    name in `UNITS` to the position at which the root was proved. `retries` counts the repeated steps within `cost`.
    """

    stop: Stop
    limit: str | None
    proof: Proof[S] | None
    graph: Graph[S]
    cost: Cost
    wasted: Cost
    seconds: float
    first_success: Mapping[str, float] | None
    retries: int

    def __bool__(self) -> bool:
        raise TypeError("a SearchResult has no truth value: read .stop")


class Strategy(Protocol):
    """A search: a function. Options, where they differ from the defaults, are bound with `functools.partial`."""

    def __call__(
        self,
        root: S,
        env: Environment[S],
        policy: Policy[S],
        budget: Budget,
        *,
        seed: int = 0,
        value: Value[S] | None = None,
        hooks: Hooks = NO_HOOKS,
    ) -> SearchResult[S]:
        """Search for a proof of `root` until it is found, nothing is left to try or the budget is spent.

        The same arguments give the same graph. `value` is a critic; strategies without use for one ignore it. `hooks`
        watch the search and can cancel it.
        """
        ...

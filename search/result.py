"""What a search returns."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from search.proof import Proof
from search.tree import Graph
from search.types import Cost, Stop

S = TypeVar("S", bound=Hashable)


@dataclass(frozen=True, slots=True)
class SearchResult(Generic[S]):
    """Why a search stopped, what it found and what it cost. It has no truth value: read `.stop`.

    `proof` is set exactly when `stop` is `SOLVED`, and is a signal that has yet to be verified. `EXHAUSTED` means that
    the strategy had nothing more to try; only where the root of the graph is dead was everything tried in vain. `limit`
    is the unit of the budget that ended the search, exactly when `stop` is `BUDGET`.

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

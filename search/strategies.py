"""The strategies by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from search.beam import BeamOptions, beam
from search.best_first import BestFirstOptions, best_first
from search.best_of_n import BestOfNOptions, best_of_n
from search.mcts import MctsOptions, mcts
from search.result import SearchResult
from search.run import Options
from search.subgoal import SubgoalOptions, subgoal


@dataclass(frozen=True, slots=True)
class Named:
    """A strategy's function, the type of its options, and whether what it does depends on its budget.

    Where `reads_budget` is false, a run under a budget is a prefix of every longer run.
    """

    search: Callable[..., SearchResult[Any]]
    options: type[Options]
    reads_budget: bool = False


STRATEGIES: Mapping[str, Named] = MappingProxyType(
    {
        "best-first": Named(best_first, BestFirstOptions),
        "mcts": Named(mcts, MctsOptions),
        "beam": Named(beam, BeamOptions),
        "best-of-n": Named(best_of_n, BestOfNOptions),
        "subgoal": Named(subgoal, SubgoalOptions, reads_budget=True),
    }
)
"""Every strategy; all are called with `(root, env, policy, budget, *, seed, value, options)`."""

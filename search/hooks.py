"""What a caller can do while a search runs: watch it, and cancel it. The defaults do nothing and change no graph."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from search.tree import Edge, Graph
from search.types import Cost

Watch = Callable[[Graph[Any], Sequence[Edge], Cost], None]
"""Told of the edges that a step has added, with what the search has spent by then. The graph must not be changed.

A strategy that runs other searches (`subgoal`) reports their steps too, each with the graph that it was added to.
"""


class Cancelled(Exception):
    """The caller cancelled; caught by `SearchContext.finish`. A policy or an environment may raise it as well."""


def never() -> bool:
    """Return that a search is not cancelled."""
    return False


def unwatched(graph: Graph[Any], edges: Sequence[Edge], spent: Cost) -> None:
    """Do nothing with a step."""


@dataclass(frozen=True, slots=True)
class Hooks:
    """`stepped` is called after every step, `cancelled` is asked before every request."""

    stepped: Watch = unwatched
    cancelled: Callable[[], bool] = never


NO_HOOKS = Hooks()

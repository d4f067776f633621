"""A strategy: a function over a search in progress."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Any

from prover import strategy
from search import Options, SearchContext, Status


@dataclass(frozen=True, kw_only=True)
class ToyOptions(Options):
    """`depth`: how many actions deep the search goes."""

    depth: int = 8


@strategy("toy-first", options=ToyOptions)
def toy_first(run: SearchContext[Any], options: ToyOptions, seed: int) -> None:
    """Breadth first, without any priority."""
    queue = deque([(0, 0)])
    while queue and not run.solved():
        number, depth = queue.popleft()
        node = run.graph.nodes[number]
        if node.status is not Status.OPEN or depth >= options.depth:
            continue
        for suggestion in run.expand(number).proposals or ():
            if node.status is not Status.OPEN:
                break
            for edge in run.step(number, suggestion):
                queue.extend((child, depth + 1) for child in edge.children)

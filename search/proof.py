"""Proofs: extracted from a graph as a tree of actions, and replayed against an environment."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from search.tree import SPLIT, Graph
from search.types import Advanced, Environment, Rejected, Solved

S = TypeVar("S", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Proof(Generic[S]):
    """A proof of `state`: the action, then a proof of every independent part it leaves, in the order of the parts.

    The action is `SPLIT`, the empty text, only at the root of a proof whose root state consists of several parts.
    Equal parts share one `Proof` object, so a proof may be much smaller in memory than written out.
    """

    state: S
    action: str
    children: tuple[Proof[S], ...] = ()

    def actions(self) -> Iterator[str]:
        """Yield the actions in the order in which they are carried out, each part's proof before the next part."""
        stack = [self]
        while stack:
            proof = stack.pop()
            if proof.action != SPLIT:
                yield proof.action
            stack.extend(reversed(proof.children))


def extract(graph: Graph[S], node: int = 0) -> Proof[S] | None:
    """Return the first proof found of a node, or None if it is not proved.

    Every node is justified by the edge that proved it first; ranks fall along these edges, so no proof is circular.
    """
    if graph.nodes[node].proved_by is None:
        return None
    needed = [node]
    seen = {node}
    for here in needed:
        fresh = [child for child in _justification(graph, here)[1] if child not in seen]
        seen.update(fresh)
        needed.extend(dict.fromkeys(fresh))
    proofs: dict[int, Proof[S]] = {}
    for here in sorted(needed, key=lambda number: graph.nodes[number].rank or 0):
        action, children = _justification(graph, here)
        proofs[here] = Proof(graph.nodes[here].state, action, tuple(proofs[child] for child in children))
    return proofs[node]


def replays(proof: Proof[S], env: Environment[S], *, split_goals: bool = True) -> bool:
    """Carry a proof out again, step by step, and tell whether every step leads where the proof says.

    Asks the environment once for every distinct step. A salvaged prefix is an action like any other.
    """
    stack = [proof]
    seen: set[int] = set()
    while stack:
        here = stack.pop()
        if id(here) in seen:
            continue
        seen.add(id(here))
        left = here.state
        if here.action != SPLIT:
            step = env.step(here.state, here.action)
            if isinstance(step, Rejected) or isinstance(step, Solved) != (not here.children):
                return False
            if isinstance(step, Solved):
                continue
            assert isinstance(step, Advanced)
            left = step.state
        parts = tuple(env.split(left)) if split_goals else (left,)
        if parts != tuple(child.state for child in here.children):
            return False
        stack.extend(here.children)
    return True


def _justification(graph: Graph[S], node: int) -> tuple[str, tuple[int, ...]]:
    proved_by = graph.nodes[node].proved_by
    assert proved_by is not None
    edge = graph.edges[proved_by]
    return edge.action, edge.children

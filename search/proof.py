"""Proofs: extracted from a graph as a tree of actions, and replayed against an environment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic

from search.tree import SPLIT, Edge, Graph
from search.types import Advanced, Environment, Rejected, S, Solved


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
    needed, _ = justified(graph, node)
    proofs: dict[int, Proof[S]] = {}
    for here in sorted(needed, key=lambda number: graph.nodes[number].rank or 0):
        edge = _justification(graph, here)
        proofs[here] = Proof(graph.nodes[here].state, edge.action, tuple(proofs[child] for child in edge.children))
    return proofs[node]


def justified(graph: Graph[S], node: int = 0) -> tuple[set[int], set[int]]:
    """Return the numbers of the nodes and of the edges of the proof of a node; none if it is not proved."""
    if graph.nodes[node].proved_by is None:
        return set(), set()
    queue = [node]
    nodes = {node}
    edges = set()
    for here in queue:
        edge = _justification(graph, here)
        edges.add(edge.id)
        fresh = [child for child in dict.fromkeys(edge.children) if child not in nodes]
        nodes.update(fresh)
        queue.extend(fresh)
    return nodes, edges


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


def _justification(graph: Graph[S], node: int) -> Edge:
    proved_by = graph.nodes[node].proved_by
    assert proved_by is not None
    return graph.edges[proved_by]

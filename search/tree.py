"""The AND/OR graph of a search: append-only, equal states merged, status that only moves forward.

A node is an OR node: one part that has to be proved, by any of its actions. An edge is an AND edge: one action, and the
independent parts it leaves, all of which have to be proved. Without goal splitting every edge has at most one child and
the graph is the usual tree of proof states, equal states merged.

Status is exact with respect to what has been tried, and settled at once when something becomes known:

- an edge is *proved* when every child is, *dead* when it was rejected, when a child is dead or when a child is its own
  source (a proof through it would contain a smaller one);
- a node is *proved* when one of its edges is, *dead* when the policy has nothing more to offer and every edge is dead.

Nodes which are open only because they wait for each other in a cycle are found by `Graph.close_cycles`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic

from search.types import Advanced, Cost, Rejected, RejectionKind, S, Solved, Step, Suggestion

SPLIT = ""
"""The action of the one edge that no policy proposed: the root itself consisted of several independent parts."""


class Status(StrEnum):
    """What is known of a node or an edge; only `OPEN` ever changes."""

    OPEN = "open"
    PROVED = "proved"
    DEAD = "dead"


class Outcome(StrEnum):
    """What became of an action. `SALVAGED` is the accepted prefix of a rejected one; `SPLIT` divides the root."""

    SOLVED = "solved"
    ADVANCED = "advanced"
    REJECTED = "rejected"
    SALVAGED = "salvaged"
    SPLIT = "split"


@dataclass(slots=True, eq=False)
class Node(Generic[S]):
    """A part that has to be proved.

    `depth` counts the edges of the path it was found by, `rank` the proved nodes before it (None unless proved): the
    children of the edge `proved_by` all have smaller ranks, which is why an extracted proof cannot be circular.
    `proposals` is None until a policy has been asked; `asked` counts how often it was, and `more` says that it can be
    asked again. `value`, `visits` and `total` are the strategy's: the estimate of
    the critic, the rollouts through the node and the sum of the values they brought back.
    """

    id: int
    state: S
    depth: int
    status: Status = Status.OPEN
    proposals: tuple[Suggestion, ...] | None = None
    asked: int = 0
    more: bool = False
    cost: Cost = field(default_factory=Cost)
    edges: dict[str, int] = field(default_factory=dict)
    parents: list[int] = field(default_factory=list)
    proved_by: int | None = None
    rank: int | None = None
    untried: int = 0
    live: int = 0
    value: float | None = None
    visits: int = 0
    total: float = 0.0

    @property
    def exhausted(self) -> bool:
        """Whether the policy was asked, cannot be asked again, and everything it proposed was tried."""
        return self.proposals is not None and self.untried == 0 and not self.more


@dataclass(slots=True, eq=False)
class Edge:
    """An action that was tried, and the parts it left.

    `cost` includes retries. `kind` and `reason` are set for rejected actions only. `visits`, `weight` and `total` are
    the strategy's: rollouts through the edge, their (discounted) number and the (discounted) sum of their values.
    """

    id: int
    source: int
    action: str
    log_prob: float
    outcome: Outcome
    children: tuple[int, ...]
    cost: Cost
    kind: RejectionKind | None = None
    reason: str = ""
    status: Status = Status.OPEN
    missing: int = 0
    visits: int = 0
    weight: float = 0.0
    total: float = 0.0


class Graph(Generic[S]):
    """An AND/OR graph whose node 0 is the root; nodes and edges are numbered in the order they were added.

    `proved` counts the proved nodes.
    """

    def __init__(self, root: S, parts: Sequence[S]) -> None:
        """Start from `root`, whose independent parts are `parts` (itself, when it cannot be divided)."""
        self.nodes: list[Node[S]] = []
        self.edges: list[Edge] = []
        self._ids: dict[S, int] = {}
        self.proved = 0
        self._intern(root, 0)
        if tuple(parts) != (root,):
            self.nodes[0].proposals = ()
            self._link(0, Suggestion(SPLIT, 0.0), Outcome.SPLIT, parts, Cost())

    @property
    def root(self) -> Node[S]:
        return self.nodes[0]

    def find(self, state: S) -> Node[S] | None:
        """Return the node of a state, or None."""
        found = self._ids.get(state)
        return None if found is None else self.nodes[found]

    def propose(
        self, node: int, suggestions: Iterable[Suggestion], cost: Cost | None = None, more: bool = False
    ) -> None:
        """Add what a policy proposes for an open node; an action that is already known keeps its first prior.

        `more` says that the policy can be asked again, so that the node is not exhausted yet.

        Raises `ValueError` for a log-probability that is not a number at most 0, and for a node that is dead.
        """
        target = self._alive(node)
        known = {suggestion.action for suggestion in target.proposals or ()}
        fresh: list[Suggestion] = []
        for suggestion in suggestions:
            if not suggestion.log_prob <= 0.0:
                raise ValueError(f"log-probability {suggestion.log_prob} of {suggestion.action!r} is not at most 0")
            if suggestion.action not in known:
                known.add(suggestion.action)
                fresh.append(suggestion)
        target.proposals = (target.proposals or ()) + tuple(fresh)
        target.asked += 1
        target.more = more
        target.untried += sum(suggestion.action not in target.edges for suggestion in fresh)
        if cost is not None:
            target.cost = target.cost + cost
        self._settle(target)

    def add(self, node: int, suggestion: Suggestion, step: Step[S], parts: Sequence[S], cost: Cost) -> Edge:
        """Add the edge of an action that was tried; `parts` are the independent parts of an `Advanced` state.

        Raises `ValueError` if the action was tried before, if an advanced state has no part, or if the node is dead.
        """
        if isinstance(step, Rejected):
            return self._link(node, suggestion, Outcome.REJECTED, (), cost, step.kind, step.reason)
        if isinstance(step, Solved):
            return self._link(node, suggestion, Outcome.SOLVED, (), cost)
        assert isinstance(step, Advanced)
        return self._link(node, suggestion, Outcome.ADVANCED, parts, cost)

    def salvage(self, node: int, suggestion: Suggestion, parts: Sequence[S]) -> Edge:
        """Add the edge of the prefix that was carried out before an action failed: it cost nothing more."""
        return self._link(node, suggestion, Outcome.SALVAGED, parts, Cost())

    def absorb(self, other: Graph[S]) -> None:
        """Add what another search found, node by node and edge by edge; nodes settled here stay as they are.

        Statistics of the other strategy (values, visits) are not carried over. Raises `ValueError` if the root of the
        other graph consists of several parts.
        """
        if any(edge.outcome is Outcome.SPLIT for edge in other.edges):
            raise ValueError("the root of an absorbed graph must be a single part: use the same split_goals")
        ids = [self._intern(node.state, node.depth) for node in other.nodes]
        for theirs in other.nodes:
            if theirs.proposals is not None and self.nodes[ids[theirs.id]].status is not Status.DEAD:
                self.propose(ids[theirs.id], theirs.proposals, theirs.cost)
        for edge in other.edges:
            source = self.nodes[ids[edge.source]]
            if source.status is not Status.DEAD and edge.action not in source.edges:
                parts = [other.nodes[child].state for child in edge.children]
                suggestion = Suggestion(edge.action, edge.log_prob)
                self._link(source.id, suggestion, edge.outcome, parts, edge.cost, edge.kind, edge.reason)

    def close_cycles(self) -> None:
        """Mark dead every open node that no result of the untried actions could prove.

        A node has hope if it is proved or not exhausted, or if all children of one of its open edges have hope; the
        least set closed under this rule is computed in time linear in the graph, and the other nodes are dead.
        """
        hope = [n.status is Status.PROVED or (n.status is Status.OPEN and not n.exhausted) for n in self.nodes]
        queue = [node.id for node in self.nodes if hope[node.id]]
        waiting = {edge.id: len(set(edge.children)) for edge in self.edges if edge.status is Status.OPEN}
        for node in queue:
            for parent in self.nodes[node].parents:
                if parent in waiting:
                    waiting[parent] -= 1
                    source = self.edges[parent].source
                    if waiting[parent] == 0 and not hope[source]:
                        hope[source] = True
                        queue.append(source)
        self._kill([node.id for node in self.nodes if node.status is Status.OPEN and not hope[node.id]])

    def relevant(self, node: int, ignoring: int | None = None) -> bool:
        """Tell whether proving an open node could still help the root: open edges join it to the root.

        `ignoring` names an edge to disregard.
        """
        seen = {node}
        stack = [node]
        while stack:
            here = self.nodes[stack.pop()]
            if here.status is not Status.OPEN:
                continue
            if here.id == 0:
                return True
            # The first parent is popped first: the path by which a node was found mostly leads straight to the root.
            for parent in reversed(here.parents):
                edge = self.edges[parent]
                if edge.status is Status.OPEN and parent != ignoring and edge.source not in seen:
                    seen.add(edge.source)
                    stack.append(edge.source)
        return False

    def below(self, node: int) -> Iterator[int]:
        """Yield the node and every open node that open edges lead to from it."""
        seen = {node}
        stack = [node]
        while stack:
            here = self.nodes[stack.pop()]
            yield here.id
            for edge in map(self.edges.__getitem__, here.edges.values()):
                if edge.status is Status.OPEN:
                    fresh = [child for child in dict.fromkeys(edge.children) if child not in seen]
                    seen.update(fresh)
                    stack.extend(child for child in reversed(fresh) if self.nodes[child].status is Status.OPEN)

    def _intern(self, state: S, depth: int) -> int:
        found = self._ids.get(state)
        if found is None:
            found = self._ids[state] = len(self.nodes)
            self.nodes.append(Node(found, state, depth))
        return found

    def _alive(self, node: int) -> Node[S]:
        if self.nodes[node].status is Status.DEAD:
            raise ValueError(f"node {node} is dead: nothing can be added to it")
        return self.nodes[node]

    def _link(
        self,
        node: int,
        suggestion: Suggestion,
        outcome: Outcome,
        parts: Sequence[S],
        cost: Cost,
        kind: RejectionKind | None = None,
        reason: str = "",
    ) -> Edge:
        source = self._alive(node)
        if suggestion.action in source.edges:
            raise ValueError(f"action {suggestion.action!r} was tried before at node {node}")
        if outcome in (Outcome.ADVANCED, Outcome.SALVAGED, Outcome.SPLIT) and not parts:
            raise ValueError(f"Environment.split gave no part for what {suggestion.action!r} leaves")
        children = tuple(self._intern(part, source.depth + 1) for part in parts)
        edge = Edge(
            len(self.edges), node, suggestion.action, suggestion.log_prob, outcome, children, cost, kind, reason
        )
        self.edges.append(edge)
        source.edges[edge.action] = edge.id
        source.untried -= any(known.action == edge.action for known in source.proposals or ())
        distinct = dict.fromkeys(children)
        for child in distinct:
            self.nodes[child].parents.append(edge.id)
        statuses = [self.nodes[child].status for child in distinct]
        edge.missing = sum(status is not Status.PROVED for status in statuses)
        if outcome is Outcome.REJECTED or node in distinct or Status.DEAD in statuses:
            edge.status = Status.DEAD
        else:
            source.live += 1
            if edge.missing == 0:
                edge.status = Status.PROVED
                self._prove(edge)
        self._settle(source)
        return edge

    def _settle(self, node: Node[S]) -> None:
        if node.status is Status.OPEN and node.exhausted and node.live == 0:
            self._kill([node.id])

    def _prove(self, first: Edge) -> None:
        queue = [first]
        for edge in queue:
            node = self.nodes[edge.source]
            if node.status is Status.PROVED:
                continue
            node.status, node.proved_by, node.rank = Status.PROVED, edge.id, self.proved
            self.proved += 1
            for parent in map(self.edges.__getitem__, node.parents):
                parent.missing -= 1
                if parent.missing == 0 and parent.status is Status.OPEN:
                    parent.status = Status.PROVED
                    queue.append(parent)

    def _kill(self, queue: list[int]) -> None:
        for node in queue:
            self.nodes[node].status = Status.DEAD
        for node in queue:
            for edge in map(self.edges.__getitem__, self.nodes[node].parents):
                if edge.status is Status.OPEN:
                    edge.status = Status.DEAD
                    source = self.nodes[edge.source]
                    source.live -= 1
                    if source.status is Status.OPEN and source.exhausted and source.live == 0:
                        source.status = Status.DEAD
                        queue.append(source.id)

"""Best-first search with length normalisation.

BFS-Prover (2502.03438, its scoring function with length normalisation): the open node with the highest

    priority = sum of the log-probabilities of the actions on its path / (number of actions on its path) ^ alpha

is expanded first; alpha = 0 favours short paths, alpha = 1 takes the mean and lets paths go deep. The paper searches
whole proof states. Here a part inherits the path of the action that left it, and its siblings do not count: independent
parts compete by how probable their own paths are, as the goals of Aesop do (Limperg and From, CPP 2023). A
state that is reached again by a better path before it was expanded takes the better priority.

A policy that samples (`Proposals.more`) is asked again about a node: the item for that is queued as one more action.
Its log-probability is that of what has not been drawn yet, 1 minus the sum of the probabilities that were, shared by
the k samples of a request and by the requests so far, so that it falls from one request to the next.

Ties: the item that was queued first. An edge queues its parts in their order, a node its actions in the policy's order.
Parts that cannot help the root any more, because a sibling is dead or a parent is proved otherwise, are deferred and
return to the queue if a new edge leads to them. Complete: given budget and a `k` that covers all actions, a provable
root of a finite game is proved, and otherwise the root ends dead.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

from search.context import Options, Request, SearchContext, require
from search.hooks import NO_HOOKS, Hooks
from search.result import SearchResult
from search.tree import SPLIT, Edge, Status
from search.types import Budget, Environment, Policy, S, Value

T = TypeVar("T")


class Frontier(Generic[T]):
    """A priority queue: the highest priority first and, among equal priorities, the item that was pushed first."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, T]] = []
        self._pushed = 0

    def __len__(self) -> int:
        return len(self._heap)

    def push(self, item: T, priority: float) -> None:
        """Add an item. Raises `ValueError` if the priority is not a number."""
        if priority != priority:
            raise ValueError(f"the priority of {item!r} is not a number")
        # The serial number is unique: items themselves are never compared.
        heapq.heappush(self._heap, (-priority, self._pushed, item))
        self._pushed += 1

    def pop(self) -> T:
        """Remove and return the best item. Raises `IndexError` if there is none."""
        return heapq.heappop(self._heap)[2]

    def peek(self) -> Iterator[T]:
        """Yield the items, best first, without removing them; the first m cost O(m log m).

        The queue must not change meanwhile.
        """
        heap = self._heap
        # A heap of positions in the heap: a position enters when its parent has been yielded.
        ahead = [(heap[0][:2], 0)] if heap else []
        while ahead:
            _, position = heapq.heappop(ahead)
            yield heap[position][2]
            for child in (2 * position + 1, 2 * position + 2):
                if child < len(heap):
                    heapq.heappush(ahead, (heap[child][:2], child))


@dataclass(frozen=True, kw_only=True)
class BestFirstOptions(Options):
    """Options of `best_first`.

    `alpha`: exponent of the path length. `critic_weight`: the priority gains this times the natural logarithm of the
    critic's value, where there is a critic. `lazy`: queue single actions instead of carrying out all actions of a node
    at once (partial expansion, Yoshizumi et al. 2000): fewer environment steps, worse use of several workers.
    """

    alpha: float = 0.5
    critic_weight: float = 1.0
    lazy: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        require(self.alpha >= 0.0, "alpha", "at least 0")
        require(self.critic_weight >= 0.0, "critic_weight", "at least 0")


def best_first(
    root: S,
    env: Environment[S],
    policy: Policy[S],
    budget: Budget,
    *,
    seed: int = 0,
    value: Value[S] | None = None,
    hooks: Hooks = NO_HOOKS,
    options: BestFirstOptions = BestFirstOptions(),
) -> SearchResult[S]:
    """Search for a proof of `root`, the most probable path first. Nothing is random: `seed` has no effect."""
    run = SearchContext(root, env, policy, budget, options, value, hooks)
    return run.finish(_BestFirst(run, options).search)


Item = tuple[int, int]
"""A node, and the position of one of its actions, or `WHOLE` for the node itself, or `AGAIN`."""

WHOLE = -1
AGAIN = -2
"""Stands for asking the policy about the node again."""
_LEAST_MASS = 1e-6


class _BestFirst(Generic[S]):
    """The state of one search: the queue, the best known path to every node, and what was deferred."""

    def __init__(self, run: SearchContext[S], options: BestFirstOptions) -> None:
        self.run = run
        run.widens = True
        self.graph = run.graph
        self.options = options
        self.frontier: Frontier[Item] = Frontier()
        self.paths: dict[int, tuple[float, int]] = {0: (0.0, 0)}
        self.deferred: dict[int, list[Item]] = {}

    def search(self) -> None:
        for edge in self.graph.edges:
            self._queue_children(edge)
        if not self.graph.edges:
            self._queue([0])
        while self.frontier and not self.run.solved():
            item = self.frontier.pop()
            if self._ready(item):
                self._expand(item)
        if not self.run.solved():
            self.graph.close_cycles()
            self.run.record()

    def _expand(self, item: Item) -> None:
        number, position = item
        if position >= 0:
            self._carry_out(number, [position])
            return
        node = self.graph.nodes[number]
        known = len(node.proposals or ())
        if position == AGAIN:
            self.run.widen(number)
        else:
            self.run.expand(number, self._nodes_ahead)
        places = range(known, len(node.proposals or ()))
        if not self.options.lazy:
            self._carry_out(number, places)
        elif node.status is Status.OPEN:
            for place in places:
                self.frontier.push((number, place), self._priority((number, place)))
        if node.more and node.status is Status.OPEN:
            self.frontier.push((number, AGAIN), self._priority((number, AGAIN)))

    def _carry_out(self, number: int, positions: Iterable[int]) -> None:
        node = self.graph.nodes[number]
        proposals = node.proposals or ()
        for position in positions:
            suggestion = proposals[position]
            # An earlier action of the loop may have settled the node, or salvaged just this action.
            if node.status is Status.OPEN and suggestion.action not in node.edges:
                for edge in self.run.step(number, suggestion, partial(self._requests_ahead, number)):
                    self._queue_children(edge)

    def _queue_children(self, edge: Edge) -> None:
        if edge.status is not Status.OPEN:
            return
        total, length = self.paths[edge.source]
        path = (total + edge.log_prob, length + (edge.action != SPLIT))
        better = []
        for child in dict.fromkeys(edge.children):
            node = self.graph.nodes[child]
            known = self.paths.get(child)
            if node.status is not Status.OPEN:
                continue
            if self.deferred and known is not None and not self.graph.relevant(child, ignoring=edge.id):
                self._recall(child)
            if known is None or self._score(*path) > self._score(*known):
                self.paths[child] = path
                if node.proposals is None:
                    better.append(child)
        self._queue(better)

    def _queue(self, nodes: list[int]) -> None:
        self.run.estimate(nodes)
        for number in nodes:
            self.frontier.push((number, WHOLE), self._score(*self.paths[number]) + self._critic(number))

    def _priority(self, item: Item) -> float:
        """Return the priority of an item as things are now."""
        number, position = item
        total, length = self.paths[number]
        if position == WHOLE:
            return self._score(total, length) + self._critic(number)
        node = self.graph.nodes[number]
        proposals = node.proposals or ()
        if position >= 0:
            return self._score(total + proposals[position].log_prob, length + 1)
        left = max(1.0 - sum(math.exp(suggestion.log_prob) for suggestion in proposals), _LEAST_MASS)
        return self._score(total + math.log(left / (self.options.k * node.asked)), length + 1)

    def _score(self, total: float, length: int) -> float:
        return total / length**self.options.alpha if length else 0.0

    def _critic(self, number: int) -> float:
        value = self.graph.nodes[number].value
        if value is None or self.options.critic_weight == 0.0:
            return 0.0
        return self.options.critic_weight * (math.log(value) if value > 0.0 else -math.inf)

    def _ready(self, item: Item) -> bool:
        """Tell whether a popped item is worth doing now; defer it if it may be so later."""
        node = self.graph.nodes[item[0]]
        if node.status is not Status.OPEN or (item[1] == WHOLE and node.proposals is not None):
            return False
        if self.graph.relevant(node.id):
            return True
        self.deferred.setdefault(node.id, []).append(item)
        return False

    def _recall(self, number: int) -> None:
        """Queue again what was deferred below a node that has become relevant."""
        for node in list(self.graph.below(number)):
            for item in self.deferred.pop(node, ()):
                self.frontier.push(item, self._priority(item))

    def _nodes_ahead(self) -> Iterator[int]:
        for number, position in self.frontier.peek():
            if position == WHOLE and self.graph.nodes[number].status is Status.OPEN:
                yield number

    def _requests_ahead(self, number: int) -> Iterator[Request]:
        if not self.options.lazy:
            yield from ((number, suggestion) for suggestion in self.run.lookahead(number))
        for node, position in self.frontier.peek():
            if self.graph.nodes[node].status is Status.OPEN and position != AGAIN:
                known = self.run.lookahead(node)
                if position != WHOLE:
                    yield node, known[position]
                elif not self.options.lazy:
                    yield from ((node, suggestion) for suggestion in known)

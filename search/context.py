"""One search in progress: its graph, its meter, and what was asked for in advance.

Every strategy is written as if there were one worker: it expands one node or carries out one action at a time, through
`SearchContext`. To keep several workers busy it names, with the request it needs, those it will probably need next;
`SearchContext` sends them along in one batch and keeps the answers until the strategy asks. What the strategy is told,
and when, does not depend on the batches, so the graph is the same for any `width` and `batch`, provided that the
environment and the policy answer a request the same way in any batch. Only `wasted` differs.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Generic, Never

from search import invariants
from search.accounting import BudgetReached, Meter
from search.hooks import NO_HOOKS, Cancelled, Hooks
from search.proof import extract
from search.result import SearchResult
from search.tree import Edge, Graph, Node, Status
from search.types import (
    Advanced,
    Budget,
    Cost,
    Environment,
    Policy,
    Proposals,
    Rejected,
    Resampling,
    S,
    Step,
    Stop,
    Suggestion,
    Value,
)


@dataclass(frozen=True, kw_only=True)
class Options:
    """What every strategy can be told.

    `k`: most actions a policy is asked for at a node, once. `split_goals`: search independent parts apart; without it
    `Environment.split` is never called. `resume`: make an edge of the prefix that was carried out before an action
    failed, so that the search continues from there. `retries`: how often a step that ended without a verdict (wall
    clock, memory, crash, killed) is repeated before it counts as tried. `failures`: the search stops after this many
    steps without a verdict (timeouts, crashes): they tend to repeat and are expensive. `asks`: how often a policy that
    samples is asked about one node at most, by strategies that ask again (best-first and tree search). `width`: most
    environment requests in one batch. `batch`: most states in one call of the policy. `width` and `batch` never change
    the graph.
    """

    k: int = 32
    split_goals: bool = True
    resume: bool = True
    retries: int = 1
    failures: int = 8
    asks: int = 16
    width: int = 1
    batch: int = 1

    def __post_init__(self) -> None:
        for name in ("k", "failures", "asks", "width", "batch"):
            require(getattr(self, name) >= 1, name, "at least 1")
        require(self.retries >= 0, "retries", "at least 0")


def require(condition: bool, option: str, what: str) -> None:
    """Raise `ValueError` that names the option unless the condition holds."""
    if not condition:
        raise ValueError(f"option {option} must be {what}")


class GaveUp(Exception):
    """Too many steps ended without a verdict."""


Request = tuple[int, Suggestion]
"""An action to be carried out at a node."""


def no_lookahead() -> Iterable[Never]:
    """Name nothing that may be needed next."""
    return ()


class SearchContext(Generic[S]):
    """A search in progress. `widens` is set by strategies that ask a policy again about a node (`widen`)."""

    widens = False

    def __init__(
        self,
        root: S,
        env: Environment[S],
        policy: Policy[S],
        budget: Budget,
        options: Options,
        value: Value[S] | None = None,
        hooks: Hooks = NO_HOOKS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.env = env
        self.policy = policy
        self.value = value
        self.hooks = hooks
        self.options = options
        self.meter = Meter(budget, clock)
        self.graph: Graph[S] = Graph(root, self._parts(root))
        self._steps: dict[tuple[int, str], Step[S]] = {}
        self._proposals: dict[int, Proposals] = {}
        self._checked: list[Status] | None = None
        self._failures = 0

    def expand(self, node: int, ahead: Callable[[], Iterable[int]] = no_lookahead) -> Node[S]:
        """Ask the policy for the actions of a node, unless it was asked; `ahead` names nodes that may be next."""
        target = self.graph.nodes[node]
        if target.proposals is None:
            self._go_on()
            self.meter.before_policy()
            if node not in self._proposals:
                self._suggest(node, ahead)
            proposals = self._proposals.pop(node)
            self.meter.charge(proposals.cost)
            self.graph.propose(node, proposals.suggestions, proposals.cost, self._more(target, proposals))
            self.record()
        return target

    def widen(self, node: int) -> tuple[Suggestion, ...]:
        """Ask the policy again about a node with `more`, and return the suggestions that are new there."""
        target = self.graph.nodes[node]
        policy = self.policy
        assert target.more and isinstance(policy, Resampling)
        known = len(target.proposals or ())
        self.meter.before_policy()
        proposals = policy.suggest_again([target.state], self.options.k, target.asked)[0]
        self.meter.charge(proposals.cost)
        self.graph.propose(node, proposals.suggestions, proposals.cost, self._more(target, proposals))
        self.record()
        return (target.proposals or ())[known:]

    def step(
        self, node: int, suggestion: Suggestion, ahead: Callable[[], Iterable[Request]] = no_lookahead
    ) -> list[Edge]:
        """Carry out an untried action and return the new edges; `ahead` names requests that may be next.

        There are two edges if the action failed and a prefix of it was salvaged: first the prefix, then the action.
        """
        if self._failures >= self.options.failures:
            raise GaveUp
        step, cost = self._verdict(node, suggestion, ahead)
        self._failures += isinstance(step, Rejected) and not step.kind.is_verdict
        edges = []
        if isinstance(step, Rejected) and step.salvaged is not None and self.options.resume:
            prefix = step.salvaged.action
            if prefix and prefix != suggestion.action and prefix not in self.graph.nodes[node].edges:
                # Before its action, which may be the last at the node: a dead node could not take the prefix any more.
                parts = self._parts(step.salvaged.state)
                edges.append(self.graph.salvage(node, Suggestion(prefix, suggestion.log_prob), parts))
        parts = self._parts(step.state) if isinstance(step, Advanced) else ()
        edges.append(self.graph.add(node, suggestion, step, parts, cost))
        self.record()
        self.hooks.stepped(self.graph, edges, self.meter.spent)
        return edges

    def estimate(self, nodes: Iterable[int]) -> None:
        """Ask the critic, if there is one, for the values of those nodes that have none."""
        if self.value is None:
            return
        new = [node for node in dict.fromkeys(nodes) if self.graph.nodes[node].value is None]
        if not new:
            return
        estimates = self.value.estimate([self.graph.nodes[node].state for node in new])
        for node, estimate in zip(new, estimates, strict=True):
            if not 0.0 <= estimate <= 1.0:
                raise ValueError(f"Value.estimate gave {estimate}, which is not in [0, 1]")
            self.graph.nodes[node].value = estimate

    def lookahead(self, node: int) -> tuple[Suggestion, ...]:
        """Return the proposals of a node, committed or asked for in advance; none if there are none yet."""
        proposals = self.graph.nodes[node].proposals
        if proposals is None and node in self._proposals:
            proposals = self._proposals[node].suggestions
        return proposals or ()

    def oldest(self) -> int | None:
        """Return the first node that could help the root and has something untried, or None.

        After `Graph.close_cycles` there is such a node whenever the root is open.
        """
        for node in self.graph.nodes:
            if node.status is Status.OPEN and not node.exhausted and self.graph.relevant(node.id):
                return node.id
        return None

    def record(self) -> None:
        """Record a change of the graph; to be called after every change."""
        if self.solved():
            self.meter.success()
        if invariants.ENABLED:
            self._checked = invariants.check(self.graph, self._checked)

    def solved(self) -> bool:
        """Tell whether the root is proved."""
        return self.graph.root.status is Status.PROVED

    def finish(self, search: Callable[[], None]) -> SearchResult[S]:
        """Run a search to its end and return the result. A proved root is never overruled by a spent budget."""
        limit = None
        stop = Stop.EXHAUSTED
        try:
            search()
        except BudgetReached as reached:
            stop, limit = Stop.BUDGET, reached.unit
        except GaveUp:
            stop = Stop.FAILED
        except Cancelled:
            stop = Stop.CANCELLED
        if self.solved():
            stop = Stop.SOLVED
        for step in self._steps.values():
            self.meter.waste(replace(step.cost, steps=1))
        for proposals in self._proposals.values():
            self.meter.waste(proposals.cost)
        meter = self.meter
        return SearchResult(
            stop=stop,
            limit=limit if stop is Stop.BUDGET else None,
            proof=extract(self.graph),
            graph=self.graph,
            cost=meter.spent,
            wasted=meter.wasted,
            seconds=meter.seconds,
            first_success=meter.first_success,
            retries=meter.retries,
        )

    def _go_on(self) -> None:
        """Raise `Cancelled` if the caller has cancelled the search."""
        if self.hooks.cancelled():
            raise Cancelled

    def _more(self, target: Node[S], proposals: Proposals) -> bool:
        """Tell whether a node can be asked about again after this answer."""
        if not (self.widens and proposals.more and isinstance(self.policy, Resampling)):
            return False
        return target.asked + 1 < self.options.asks

    def _parts(self, state: S) -> tuple[S, ...]:
        return tuple(self.env.split(state)) if self.options.split_goals else (state,)

    def _suggest(self, node: int, ahead: Callable[[], Iterable[int]]) -> None:
        batch = [node]
        if self.options.batch > 1:
            for other in ahead():
                if len(batch) == self.options.batch:
                    break
                if self.graph.nodes[other].proposals is None and other not in self._proposals and other not in batch:
                    batch.append(other)
        answers = self.policy.suggest([self.graph.nodes[number].state for number in batch], self.options.k)
        self._proposals.update(zip(batch, answers, strict=True))

    def _verdict(
        self, node: int, suggestion: Suggestion, ahead: Callable[[], Iterable[Request]]
    ) -> tuple[Step[S], Cost]:
        cost = Cost()
        for attempt in range(self.options.retries + 1):
            self._go_on()
            self.meter.before_step()
            key = (node, suggestion.action)
            if key not in self._steps:
                self._ask(key, ahead)
            step = self._steps.pop(key)
            # A step is one request of the search, however often the environment tried.
            paid = replace(step.cost, steps=1)
            if isinstance(step, Rejected) and not step.kind.is_verdict and self.hooks.cancelled():
                # The caller ended it: that says nothing of the action, which counts as never tried.
                self.meter.waste(paid)
                raise Cancelled
            self.meter.charge(paid)
            self.meter.retries += attempt > 0
            cost = cost + paid
            if not isinstance(step, Rejected) or step.kind.is_verdict:
                break
        return step, cost

    def _ask(self, key: tuple[int, str], ahead: Callable[[], Iterable[Request]]) -> None:
        batch = [key]
        room = self.meter.room(self.options.width)
        if room > 1:
            for node, suggestion in ahead():
                if len(batch) == room:
                    break
                other = (node, suggestion.action)
                if other not in self._steps and other not in batch and other[1] not in self.graph.nodes[node].edges:
                    batch.append(other)
        answers = self.env.step_many([(self.graph.nodes[node].state, action) for node, action in batch])
        self._steps.update(zip(batch, answers, strict=True))

"""Best of n: independent samples, whole proofs with truncate-and-resume or rollouts of single steps.

A sample starts at the root, draws an action from the priors, and continues with the parts that the action leaves, the
first part first, until nothing is left (Chen et al. 2021 call the success rate of k such samples pass@k). With a policy
that proposes whole proofs one action is usually the sample; if it fails at some step and the environment salvages the
prefix before its first error, the sample continues from there (truncate-and-resume, DeepSeek-Prover-V1.5, 2408.08152).
With a policy of tactics a sample is a random rollout.

Samples are drawn without replacement: what is known to fail is not drawn again, a known step costs nothing, and a
sample that could only repeat known failures carries out the oldest untried action instead. So every sample learns
something, which makes the search complete: given budget and a `k` that covers all actions, a provable root of a finite
game is proved, and otherwise the root ends dead, once `n` is at least the number of parts plus the number of their
actions.

Sample i draws from the generator seeded with (seed, i), by position: untried actions in the policy's order, then known
edges in the order they were added. There are no other ties.
"""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Generic

from search.context import Options, Request, SearchContext, require
from search.hooks import NO_HOOKS, Hooks
from search.result import SearchResult
from search.tree import Edge, Status
from search.types import Budget, Environment, Policy, S, Suggestion, Value


@dataclass(frozen=True, kw_only=True)
class BestOfNOptions(Options):
    """Options of `best_of_n`.

    `n`: number of samples. `parallel`: samples in progress at once; they take turns, one action each, which keeps as
    many workers busy, and unlike `width` it changes the graph. `temperature`: log-probabilities are divided by it
    before drawing. `patience`: how many failed actions a sample survives by drawing another action at the same place;
    with 0 every failed whole proof of which nothing is salvaged ends its sample. `length`: most actions in a sample.
    """

    n: int = 64
    parallel: int = 1
    temperature: float = 1.0
    patience: int = 8
    length: int = 64

    def __post_init__(self) -> None:
        super().__post_init__()
        require(self.n >= 1, "n", "at least 1")
        require(self.parallel >= 1, "parallel", "at least 1")
        require(self.temperature > 0.0, "temperature", "above 0")
        require(self.patience >= 0, "patience", "at least 0")
        require(self.length >= 1, "length", "at least 1")


def best_of_n(
    root: S,
    env: Environment[S],
    policy: Policy[S],
    budget: Budget,
    *,
    seed: int = 0,
    value: Value[S] | None = None,
    hooks: Hooks = NO_HOOKS,
    options: BestOfNOptions = BestOfNOptions(),
) -> SearchResult[S]:
    """Search for a proof of `root` by independent samples. The critic `value` is never asked."""
    run = SearchContext(root, env, policy, budget, options, value, hooks)
    return run.finish(_BestOfN(run, options, seed).search)


Lineage = tuple[int, "Lineage | None"]
"""A node and, nested, the nodes above it in the sample."""


@dataclass(slots=True, eq=False)
class Sample:
    """A sample in progress: the parts still to prove, the next one last, each with the nodes above it."""

    rng: random.Random
    agenda: list[Lineage] = field(default_factory=lambda: [(0, None)])
    length: int = 0
    failures: int = 0
    asked: bool = False
    ended: bool = False

    def follow(self, edge: Edge) -> None:
        """Take an edge from the part in turn."""
        here = self.agenda.pop()
        self.agenda.extend((child, here) for child in reversed(edge.children))
        self.length += 1


class _BestOfN(Generic[S]):
    def __init__(self, run: SearchContext[S], options: BestOfNOptions, seed: int) -> None:
        self.run = run
        self.graph = run.graph
        self.options = options
        self.seed = seed
        self.drawn = 0
        self.looked_at: set[int] = set()

    def search(self) -> None:
        samples: list[Sample] = []
        while self.graph.root.status is Status.OPEN:
            while len(samples) < self.options.parallel and self.drawn < self.options.n:
                samples.append(self._sample(self.drawn))
                self.drawn += 1
            if not samples:
                break
            self._round(samples)
            for sample in samples:
                if sample.ended and not sample.asked:
                    self._try_oldest()
            samples = [sample for sample in samples if not sample.ended]

    def _sample(self, number: int) -> Sample:
        return Sample(random.Random(f"{self.seed}:{number}"))

    def _round(self, samples: list[Sample]) -> None:
        """Let every sample take one action, in order."""
        needs = [self._walk(sample) for sample in samples]
        nodes = [need for need in needs if isinstance(need, int)]
        for place, sample in enumerate(samples):
            while isinstance(node := needs[place], int):
                # Another sample of the round may have expanded it: then this one has asked nothing.
                sample.asked |= self.graph.nodes[node].proposals is None
                self.run.expand(node, lambda: nodes)
                needs[place] = self._walk(sample)
        requests = [need for need in needs if isinstance(need, tuple)]
        for sample, need in zip(samples, needs, strict=True):
            if isinstance(need, tuple):
                self._carry_out(sample, need, requests)
            else:
                sample.ended = True

    def _carry_out(self, sample: Sample, request: Request, others: list[Request]) -> None:
        node, suggestion = request
        # Another sample of the round may have done the same or settled the node: then this one draws again.
        if self.graph.nodes[node].status is Status.OPEN and suggestion.action not in self.graph.nodes[node].edges:
            sample.asked = True
            edge = self.run.step(node, suggestion, lambda: self._requests_ahead(others))[0]
            if edge.status is not Status.DEAD:
                sample.follow(edge)
            else:
                sample.failures += 1
                sample.ended = sample.failures > self.options.patience

    def _walk(self, sample: Sample) -> Request | int | None:
        """Follow what is known, up to a node to expand, an action to carry out, or the end of the sample.

        Changes nothing but the sample, so that it can also be used to look ahead.
        """
        while sample.agenda and sample.length < self.options.length:
            here = sample.agenda[-1]
            node = self.graph.nodes[here[0]]
            if node.status is Status.PROVED:
                sample.agenda.pop()
            elif node.status is Status.DEAD:
                return None
            elif node.proposals is None:
                return node.id
            else:
                drawn = self._draw(here, sample.rng)
                if isinstance(drawn, Edge):
                    sample.follow(drawn)
                else:
                    return None if drawn is None else (node.id, drawn)
        return None

    def _draw(self, here: Lineage, rng: random.Random) -> Suggestion | Edge | None:
        """Draw an untried action or an open edge by its prior; edges that lead back to where they came from are out."""
        node = self.graph.nodes[here[0]]
        above: set[int] = set()
        line: Lineage | None = here
        while line is not None:
            above.add(line[0])
            line = line[1]
        arms: list[Suggestion | Edge] = [s for s in node.proposals or () if s.action not in node.edges]
        for edge in map(self.graph.edges.__getitem__, node.edges.values()):
            if edge.status is Status.OPEN and above.isdisjoint(edge.children):
                arms.append(edge)
        if not arms:
            return None
        best = max(arm.log_prob for arm in arms)
        if best == -math.inf:
            return arms[0]
        weights = [math.exp((arm.log_prob - best) / self.options.temperature) for arm in arms]
        return rng.choices(arms, weights)[0]

    def _try_oldest(self) -> None:
        """Carry out the oldest untried action that could help the root, in place of a sample that asked nothing."""
        self.graph.close_cycles()
        self.run.record()
        oldest = self.run.oldest()
        if oldest is not None:
            node = self.run.expand(oldest)
            untried = (s for s in node.proposals or () if s.action not in node.edges)
            for suggestion in itertools.islice(untried, 1):
                self.run.step(oldest, suggestion)

    def _requests_ahead(self, round_: list[Request]) -> Iterator[Request]:
        yield from round_
        # Later samples, each looked at once: what they would begin with if the graph stayed as it is.
        for number in range(self.drawn, min(self.drawn + self.options.width, self.options.n)):
            if number not in self.looked_at:
                self.looked_at.add(number)
                need = self._walk(self._sample(number))
                if isinstance(need, tuple):
                    yield need
                elif need is not None:
                    yield from ((need, suggestion) for suggestion in self.run.lookahead(need)[:1])

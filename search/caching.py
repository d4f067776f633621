"""Wrappers that answer what an earlier search has paid for, for strategies made of several searches.

A request that an earlier search committed to its graph is answered again at no cost. What a search only asked for in
advance is asked again: were it remembered, costs would depend on how far ahead the earlier search had looked. Only
verdicts are remembered: a step that ended for another reason (wall clock, memory, crash, killed) is asked again too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Generic

from search.tree import Graph
from search.types import Cost, Environment, Policy, Proposals, Rejected, S, Step


class CachingEnvironment(Generic[S]):
    """An environment that asks another one, except for what it has learned."""

    def __init__(self, env: Environment[S]) -> None:
        self._env = env
        self._heard: dict[tuple[S, str], Step[S]] = {}
        self._known: dict[tuple[S, str], Step[S]] = {}

    def step(self, state: S, action: str) -> Step[S]:
        return self.step_many([(state, action)])[0]

    def step_many(self, requests: Sequence[tuple[S, str]]) -> list[Step[S]]:
        new = [request for request in requests if request not in self._known]
        self._heard.update(zip(new, self._env.step_many(new) if new else (), strict=True))
        return [self._known[request] if request in self._known else self._heard[request] for request in requests]

    def split(self, state: S) -> Sequence[S]:
        return self._env.split(state)

    def learn(self, graph: Graph[S]) -> None:
        """Remember the answers that a search has put into its graph, and forget its others."""
        for edge in graph.edges:
            request = (graph.nodes[edge.source].state, edge.action)
            step = self._heard.get(request)
            if step is not None and (not isinstance(step, Rejected) or step.kind.is_verdict):
                self._known[request] = replace(step, cost=Cost())
        self._heard.clear()


class CachingPolicy(Generic[S]):
    """A policy that asks another one, except for what it has learned."""

    def __init__(self, policy: Policy[S]) -> None:
        self._policy = policy
        self._heard: dict[tuple[S, int], Proposals] = {}
        self._known: dict[tuple[S, int], Proposals] = {}

    def suggest(self, states: Sequence[S], k: int) -> list[Proposals]:
        keys = [(state, k) for state in states]
        new = [key for key in keys if key not in self._known]
        answers = self._policy.suggest([state for state, _ in new], k) if new else []
        self._heard.update(zip(new, answers, strict=True))
        return [self._known[key] if key in self._known else self._heard[key] for key in keys]

    def learn(self, graph: Graph[S]) -> None:
        """Remember the answers that a search has put into its graph, and forget its others."""
        for (state, k), proposals in self._heard.items():
            node = graph.find(state)
            if node is not None and node.proposals is not None:
                self._known[state, k] = Proposals(proposals.suggestions)
        self._heard.clear()

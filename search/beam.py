"""Step-level beam search.

AlphaMath (2405.03553, "step-level beam search"): at every level each kept partial solution takes one more step by all
actions the policy proposes, and the best `beam` of what results are kept; a value model judges them. With parts
searched apart, a partial solution is an *agenda*: the set of parts that are still open, of which the first is worked
on. Its score is the sum of the logarithms of the critic's values of its parts or, without a critic, the sum of the
log-probabilities of its actions (all agendas of a level have as many actions, so the sum needs no normalisation).

Agendas share the graph: a part proved in one is struck off in all, and an agenda with a dead part is dropped. An agenda
that was kept at an earlier level is not kept again. Ties: the agenda that was made first, that is by the order of its
parent in the beam and then by the order in which the actions were tried.

Complete when nothing is cut: given budget, a `k` that covers all actions and a `beam` at least as large as the number
of different agendas made at any level, a provable root of a finite game is proved, and otherwise the root ends dead.
When something was cut the search may be exhausted while its root is open.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic

from search.context import Options, Request, SearchContext, require
from search.hooks import NO_HOOKS, Hooks
from search.result import SearchResult
from search.tree import Status
from search.types import Budget, Environment, Policy, S, Value


@dataclass(frozen=True, kw_only=True)
class BeamOptions(Options):
    """Options of `beam`. `beam`: how many agendas are kept at every level."""

    beam: int = 8

    def __post_init__(self) -> None:
        super().__post_init__()
        require(self.beam >= 1, "beam", "at least 1")


def beam(
    root: S,
    env: Environment[S],
    policy: Policy[S],
    budget: Budget,
    *,
    seed: int = 0,
    value: Value[S] | None = None,
    hooks: Hooks = NO_HOOKS,
    options: BeamOptions = BeamOptions(),
) -> SearchResult[S]:
    """Search for a proof of `root` level by level, keeping the best few. Nothing is random: `seed` has no effect."""
    run = SearchContext(root, env, policy, budget, options, value, hooks)
    return run.finish(_Beam(run, options).search)


@dataclass(frozen=True, slots=True)
class Agenda:
    """The open parts of a partial solution, the one to work on first, and the log-probability of its actions."""

    parts: tuple[int, ...]
    total: float


class _Beam(Generic[S]):
    def __init__(self, run: SearchContext[S], options: BeamOptions) -> None:
        self.run = run
        self.graph = run.graph
        self.options = options
        self.kept: set[frozenset[int]] = set()

    def search(self) -> None:
        first = self.graph.edges[0].children if self.graph.edges else (0,)
        level = self._keep([Agenda(first, 0.0)])
        while level and not self.run.solved():
            made: list[Agenda] = []
            for place in range(len(level)):
                made.extend(self._expand(level, place))
                if self.run.solved():
                    return
            level = self._keep(made)
        self.graph.close_cycles()
        self.run.record()

    def _expand(self, level: list[Agenda], place: int) -> Iterator[Agenda]:
        """Work on the first open part of an agenda and yield the agendas that result."""
        agenda = level[place]
        parts = self._open_parts(agenda.parts)
        if not parts:
            return
        node = self.run.expand(parts[0], lambda: self._nodes_ahead(level, place))
        for suggestion in node.proposals or ():
            # An earlier action may have settled the node, or an equal part of another agenda may have tried this one.
            if node.status is Status.OPEN and suggestion.action not in node.edges:
                self.run.step(node.id, suggestion, lambda: self._requests_ahead(level, place))
        if node.proved_by is not None:
            yield Agenda(parts[1:], agenda.total + self.graph.edges[node.proved_by].log_prob)
        elif node.status is Status.OPEN:
            for edge in map(self.graph.edges.__getitem__, node.edges.values()):
                if edge.status is Status.OPEN:
                    yield Agenda(tuple(dict.fromkeys(edge.children + parts[1:])), agenda.total + edge.log_prob)

    def _keep(self, made: list[Agenda]) -> list[Agenda]:
        agendas = [Agenda(parts, agenda.total) for agenda in made if (parts := self._open_parts(agenda.parts))]
        self.run.estimate(part for agenda in agendas for part in agenda.parts)
        level: list[Agenda] = []
        for agenda in sorted(agendas, key=self._score, reverse=True):
            key = frozenset(agenda.parts)
            if len(level) < self.options.beam and key not in self.kept:
                self.kept.add(key)
                level.append(agenda)
        return level

    def _score(self, agenda: Agenda) -> float:
        values = [self.graph.nodes[part].value for part in agenda.parts]
        known = [math.log(value) if value > 0.0 else -math.inf for value in values if value is not None]
        return sum(known) if known else agenda.total

    def _open_parts(self, parts: tuple[int, ...]) -> tuple[int, ...]:
        """Strike off what is proved; nothing is left of an agenda with a dead part."""
        statuses = [self.graph.nodes[part].status for part in parts]
        if Status.DEAD in statuses:
            return ()
        return tuple(part for part, status in zip(parts, statuses, strict=True) if status is Status.OPEN)

    def _nodes_ahead(self, level: list[Agenda], place: int) -> Iterator[int]:
        for agenda in level[place + 1 :]:
            yield from self._open_parts(agenda.parts)[:1]

    def _requests_ahead(self, level: list[Agenda], place: int) -> Iterator[Request]:
        for agenda in level[place:]:
            for part in self._open_parts(agenda.parts)[:1]:
                yield from ((part, suggestion) for suggestion in self.run.lookahead(part))

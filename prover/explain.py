"""What a search that found no proof says: how far it came, what was tried, and what to do next.

The nearest goals are those of the partial proof that leaves least to prove. It is written as a skeleton with `sorry`
for each of them, which Lean accepts but for the `sorry`s: every step in it was carried out in the search.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from prover.lean.pool import Pool
from prover.plural import counted
from prover.policies.repair import without_failures
from prover.script import PartsAfter, script
from prover.types import Attempt, Goal, ProofState
from search.proof import Proof, extract
from search.result import SearchResult
from search.tree import Edge, Graph, Outcome, Status
from search.types import Rejected, RejectionKind

SORRY = "sorry"
MOST_GOALS = 3
_ROUNDS = 60
_DEAD = 1.5
"""How much further a goal is on which everything failed."""
_CONTRADICTION = 80


@dataclass(frozen=True, slots=True)
class Explanation:
    """How far a search came. `skeleton` is None where no step helped; `checked` says that Lean was asked about it."""

    nearest: tuple[str, ...]
    skeleton: str | None
    checked: bool
    proved: int
    open: int
    tried: int
    rejected: tuple[tuple[str, int], ...]
    advice: tuple[str, ...]

    def lines(self) -> list[str]:
        """Return what is printed."""
        told = [
            f"tried {counted(self.tried, 'tactic')} on {counted(self.open + self.proved, 'goal state')}, "
            f"{self.proved} of them proved"
        ]
        for reason, count in self.rejected:
            told.append(f"  {count} × {reason}")
        if self.skeleton is not None:
            said = "it checks, but for the sorry" if self.checked else "not checked"
            told += ["", f"The partial proof that leaves least ({said}):", *_indented(self.skeleton)]
        if self.nearest:
            stands = "What is left to prove there:" if self.skeleton is not None else "No step left less to prove than:"
            told += ["", stands]
            for goal in self.nearest[:MOST_GOALS]:
                told += [*_indented(goal), ""]
        return [*told, *(f"- {line}" for line in self.advice)]


def explained(search: SearchResult[ProofState], attempt: Attempt, pool: Pool | None, after: PartsAfter) -> Explanation:
    """Return how far a search came; with a pool, the skeleton is checked by Lean."""
    graph = search.graph
    partial = without_failures(nearest(graph))
    goals = [state.text for state in _left(partial)]
    skeleton = None if partial.action == SORRY else script(partial, after)
    checked = skeleton is not None and pool is not None and _checks(graph.root.state, skeleton, pool)
    rejected = [edge for edge in graph.edges if edge.outcome is Outcome.REJECTED]
    return Explanation(
        nearest=tuple(goals),
        skeleton=skeleton,
        checked=checked,
        proved=graph.proved,
        open=len(graph.nodes) - graph.proved,
        tried=len(graph.edges),
        rejected=tuple(Counter(_kind(edge) for edge in rejected).most_common(3)),
        advice=tuple(_advice(search, attempt, rejected)),
    )


def nearest(graph: Graph[ProofState]) -> Proof[ProofState]:
    """Return the partial proof that leaves least to prove, `sorry` standing for what is left.

    What a goal leaves is measured by how long it is printed, and a proved one leaves nothing. Values fall until nothing
    changes (Bellman 1957), so cycles do no harm.
    """
    left = [
        0.0 if node.status is Status.PROVED else _size(node.state) * (_DEAD if node.status is Status.DEAD else 1.0)
        for node in graph.nodes
    ]
    best: dict[int, Edge] = {}
    usable = [edge for edge in graph.edges if edge.outcome is not Outcome.REJECTED and edge.source not in edge.children]
    for _ in range(_ROUNDS):
        changed = False
        for edge in usable:
            if graph.nodes[edge.source].status is Status.PROVED:
                continue
            total = sum(left[child] for child in edge.children) + 0.5
            if total < left[edge.source]:
                left[edge.source] = total
                best[edge.source] = edge
                changed = True
        if not changed:
            break

    def build(number: int, above: frozenset[int]) -> Proof[ProofState]:
        node = graph.nodes[number]
        if node.status is Status.PROVED and (whole := extract(graph, number)) is not None:
            return whole
        edge = best.get(number)
        if edge is None or number in above:
            return Proof(node.state, SORRY)
        return Proof(node.state, edge.action, tuple(build(child, above | {number}) for child in edge.children))

    return build(0, frozenset())


def _size(state: ProofState) -> float:
    return sum(40.0 + _target(goal) + 0.1 * len(goal.text) for goal in state.goals)


def _target(goal: Goal) -> int:
    """Return how long a target counts: `False` is short, and no nearer than what `exfalso` gave up for it."""
    return _CONTRADICTION if goal.target == "False" else len(goal.target)


def _left(partial: Proof[ProofState]) -> list[ProofState]:
    if partial.action == SORRY:
        return [partial.state]
    return [state for child in partial.children for state in _left(child)]


def _checks(root: ProofState, skeleton: str, pool: Pool) -> bool:
    step = pool.step(root, skeleton)
    return isinstance(step, Rejected) and "sorry" in step.reason and "error" not in step.reason


def _kind(edge: Edge) -> str:
    if edge.kind is RejectionKind.HEARTBEATS:
        return "stopped at the limit of a step"
    if edge.kind is not RejectionKind.ERROR:
        return f"ended without a verdict ({edge.kind})"
    first = edge.reason.strip().partition("\n")[0]
    first = re.sub(r"`[^`]*`|'[^']*'|\d+", "…", first)
    return first if len(first) <= 90 else f"{first[:90]}…"


def _advice(search: SearchResult[ProofState], attempt: Attempt, rejected: list[Edge]) -> list[str]:
    told: list[str] = []
    limited = sum(edge.kind is RejectionKind.HEARTBEATS for edge in rejected)
    if limited and limited * 5 >= len(search.graph.edges):
        told.append(f"{limited} of {counted(len(search.graph.edges), 'step')} ended at their limit: raise --heartbeats")
    if attempt.limit:
        told.append(f"the budget of {attempt.limit} is spent: raise --budget")
    if search.graph.proved or any(edge.outcome is Outcome.ADVANCED for edge in search.graph.edges):
        told.append("prove one of the goals above as a lemma first, and put it in front of the theorem in a file")
    told.append("--tree FILE.html shows the whole search")
    return told


def _indented(text: str) -> list[str]:
    return [f"  {line}" for line in text.split("\n")]


__all__ = ["Explanation", "explained", "nearest"]

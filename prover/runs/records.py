"""What the run engine passes between processes and keeps, as frozen values. Nothing here touches a disk."""

from __future__ import annotations

from typing import Literal, NamedTuple

from pydantic import Field

from prover.runs.machine import Machine
from prover.types import Attempt, CostRecord, Frozen, Problem, ProofState, VerifiedProof
from search.result import SearchResult
from search.tree import SPLIT, Edge, Node, Outcome, Status


class TaskKey(NamedTuple):
    """Names an attempt within a phase: the problem's place and the seed."""

    place: int
    seed: int


class Task(Frozen):
    """An attempt to make. `place` is the problem's in the run; `seed` never depends on which worker takes the task."""

    place: int
    problem: Problem
    seed: int = 0

    @property
    def key(self) -> TaskKey:
        return TaskKey(self.place, self.seed)


class TacticRecord(Frozen):
    """A tactic that was tried on a state, and its result.

    `outcome` is Lean's; `status` what the search knew in the end: whether the goals that were left were all proved.
    `on_proof` says that a verified proof contains it: that of the attempt, or, where it was `audited` after the proof
    was found, that proof with this tactic in the place of what had closed the state.
    """

    tactic: str
    log_prob: float
    outcome: Outcome
    status: Status
    kind: str = ""
    lean_calls: int = 0
    heartbeats: int = 0
    on_proof: bool = False
    audited: bool = False


class StateRecord(Frozen):
    """A state that an attempt expanded, as Lean prints its goals, with the tactics tried there, in order."""

    problem: str
    goals: tuple[str, ...]
    depth: int
    status: Status
    tried: tuple[TacticRecord, ...]


class Finished(Frozen):
    """The result of a task: the row, the proof, and what is kept of the search.

    `search` is the graph as JSON (`search.export`), compressed with gzip, or empty; `states` the expanded states.
    """

    attempt: Attempt
    verified: VerifiedProof | None = None
    search: bytes = b""
    states: tuple[StateRecord, ...] = ()


class Dropped(Frozen):
    """A problem that was left out: it is, or is too much like, one of an evaluation split."""

    name: str
    dataset: str
    reason: Literal["type", "name", "text", "8-gram"]
    like: str


Result = Finished | Dropped


class Segment(Frozen):
    """One stretch of a run, from a start or a resumption to an end or an interruption.

    `seconds` and `reason` are empty while it runs and after a kill. `cached` says that Lean's results were shared with
    other runs, so that wall clocks say nothing. `workers` are Lean workers, `in_flight` attempts made at once where
    those are more.
    """

    began: str
    machine: Machine
    workers: int
    in_flight: int | None = None
    executor: str = "threads"
    cached: bool = False
    seconds: float | None = None
    reason: Literal["finished", "interrupted", "killed or running"] = "killed or running"


class Lost(Frozen):
    """An attempt that was cut short and made again. `cost` is what is known to have been spent: a lower bound."""

    problem: str
    seed: int
    segment: int
    cost: CostRecord


class PhaseRecord(Frozen):
    """A phase of a run: begun, and finished with these figures once `ended` is set."""

    round: int
    phase: str
    began: str
    ended: str = ""
    seconds: float = 0.0
    facts: dict[str, float | int | str] = Field(default_factory=dict)

    @property
    def finished(self) -> bool:
        return bool(self.ended)


def state_records(
    problem: str, search: SearchResult[ProofState] | None, verified: VerifiedProof | None
) -> list[StateRecord]:
    """Return the states of a search that were expanded. `on_proof` is set only where the verifier accepted."""
    if search is None:
        return []
    used: set[int] = set()
    if verified is not None and search.graph.root.proved_by is not None:
        queue = [search.graph.root.proved_by]
        while queue:
            edge = search.graph.edges[queue.pop()]
            if edge.id not in used:
                used.add(edge.id)
                below = (search.graph.nodes[child].proved_by for child in edge.children)
                queue += [number for number in below if number is not None]
    return [
        StateRecord(
            problem=problem,
            goals=tuple(goal.text for goal in node.state.goals),
            depth=node.depth,
            status=node.status,
            tried=tuple(_tactic(search.graph.edges[number], used) for number in sorted(node.edges.values())),
        )
        for node in search.graph.nodes
        if node.edges and not _only_split(node)
    ]


def _only_split(node: Node[ProofState]) -> bool:
    return set(node.edges) == {SPLIT}


def _tactic(edge: Edge, used: set[int]) -> TacticRecord:
    return TacticRecord(
        tactic=edge.action,
        log_prob=round(edge.log_prob, 6),
        outcome=edge.outcome,
        status=edge.status,
        kind=edge.kind.value if edge.kind is not None else "",
        lean_calls=edge.cost.lean_calls,
        heartbeats=edge.cost.heartbeats,
        on_proof=edge.id in used,
    )

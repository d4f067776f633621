"""What the store keeps, as frozen values. Nothing here touches a disk."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field

from prover.types import Attempt, Frozen, Problem, ProofState, VerifiedProof
from search.result import SearchResult
from search.tree import SPLIT, Edge, Node, Outcome, Status


class Role(StrEnum):
    """What a problem is for. Only `TRAIN` ever becomes training data.

    `PROMOTE` problems decide which model goes on, `REPORT` problems give the figures: the halves of the frozen
    evaluation never meet. `GUARD` problems are the rest of the evaluation splits: nothing is done with them but to keep
    what is equal to them out of the training data.
    """

    TRAIN = "train"
    PROMOTE = "promote"
    REPORT = "report"
    GUARD = "guard"


class Asked(Frozen):
    """A problem of a run: its place, which orders everything, the dataset it came from and what it is for."""

    place: int
    dataset: str
    role: Role
    problem: Problem


class Dropped(Frozen):
    """A training problem that was kept out, because it is, or is too much like, one of an evaluation split."""

    name: str
    dataset: str
    reason: Literal["type", "name", "text", "8-gram"]
    like: str


class Tried(Frozen):
    """A tactic that was tried on a state, and what became of it.

    `outcome` is what Lean said; `status` what the search knew in the end: whether the goals it left were all proved.
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


class Visited(Frozen):
    """A state that an attempt expanded, as Lean prints its goals, with what was tried there, in order."""

    problem: str
    goals: tuple[str, ...]
    depth: int
    status: Status
    tried: tuple[Tried, ...]


class PhaseRecord(Frozen):
    """A phase of a round: begun, and, once `facts` is set, finished with these figures."""

    round: int
    phase: str
    began: str
    ended: str = ""
    seconds: float = 0.0
    facts: dict[str, float | int | str] = Field(default_factory=dict)

    @property
    def finished(self) -> bool:
        return bool(self.ended)


class ModelRecord(Frozen):
    """A model of a run with its lineage: from which model it was trained, on what, with what seed.

    `sha256` is that of its weights; `data_sha256` that of the examples; `parent` the weights that it began from.
    """

    name: str
    round: int
    sha256: str
    parent: str = ""
    data_sha256: str
    examples: int
    parameters: int
    seed: int
    preset: str
    promoted: bool = False
    losses: tuple[tuple[int, float], ...] = ()
    held_out: tuple[tuple[int, float], ...] = ()


def visited(problem: str, search: SearchResult[ProofState] | None, verified: VerifiedProof | None) -> list[Visited]:
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
        Visited(
            problem=problem,
            goals=tuple(goal.text for goal in node.state.goals),
            depth=node.depth,
            status=node.status,
            tried=tuple(_tried(search.graph.edges[number], used) for number in sorted(node.edges.values())),
        )
        for node in search.graph.nodes
        if node.edges and not _only_split(node)
    ]


def _only_split(node: Node[ProofState]) -> bool:
    return set(node.edges) == {SPLIT}


def _tried(edge: Edge, used: set[int]) -> Tried:
    return Tried(
        tactic=edge.action,
        log_prob=round(edge.log_prob, 6),
        outcome=edge.outcome,
        status=edge.status,
        kind=edge.kind.value if edge.kind is not None else "",
        lean_calls=edge.cost.lean_calls,
        heartbeats=edge.cost.heartbeats,
        on_proof=edge.id in used,
    )


class Row(Frozen):
    """An attempt of a phase as the store gives it back."""

    place: int
    dataset: str
    role: Role
    attempt: Attempt

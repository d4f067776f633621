"""Training examples from a run of `prover bench`: its store holds every search, and every proof that was verified."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from prover.bench.folder import Run, read_run
from prover.errors import InputError
from prover.runs.records import StateRecord, TacticRecord
from prover.runs.store import NAME, Store
from prover.train.examples import examples
from prover.train.records import CorpusProblem, Role
from prover.types import TrainingExample
from search.export import EdgeDocument, GraphDocument
from search.tree import SPLIT, Outcome, Status

EVALUATION = ("valid", "test")


def examples_of_bench(folder: Path) -> list[TrainingExample]:
    """Return what can be learnt from a run: its verified proofs, and what Lean refused in its searches.

    Raises `InputError` for a run over a split that is there to measure: nothing may be learnt from it.
    """
    run = read_run(folder)
    split = run.config.dataset.split or run.config.dataset.name.rpartition("/")[2]
    if split.partition("_")[0] in EVALUATION:
        raise InputError(
            f"{folder} is a run over {run.config.dataset.name}, an evaluation split: nothing may be learnt from it; "
            "run `prover bench` over a train split"
        )
    store = Store(folder / NAME)
    try:
        return list(_examples(run, store))
    finally:
        store.close()


def _examples(run: Run, store: Store) -> Iterator[TrainingExample]:
    asked = {
        problem.name: CorpusProblem(place=place, dataset=run.config.dataset.name, role=Role.TRAIN, problem=problem)
        for place, (problem, _) in enumerate(store.created())
    }
    for attempt in run.attempts:
        packed = store.search(attempt.problem, attempt.seed)
        if packed is not None:
            verified = store.proof_of(attempt.problem, attempt.seed)
            states = states_of(attempt.problem, run.unpacked(attempt.problem, packed))
            yield from examples(asked[attempt.problem], verified, states)


def states_of(problem: str, graph: GraphDocument) -> list[StateRecord]:
    """Return the states of a search that were expanded, as `state_records` does of a search in memory."""
    tried: dict[int, list[EdgeDocument]] = {}
    for edge in graph["edges"]:
        if edge["action"] != SPLIT:
            tried.setdefault(edge["source"], []).append(edge)
    return [
        StateRecord(
            problem=problem,
            goals=tuple(node["label"].split("\n\n")),
            depth=node["depth"],
            status=Status(node["status"]),
            tried=tuple(_tactic(edge) for edge in tried[node["id"]]),
        )
        for node in graph["nodes"]
        if node["id"] in tried
    ]


def _tactic(edge: EdgeDocument) -> TacticRecord:
    return TacticRecord(
        tactic=edge["action"],
        log_prob=round(edge["log_prob"] or 0.0, 6),
        outcome=Outcome(edge["outcome"]),
        status=Status(edge["status"]),
        kind=edge["kind"] or "",
        lean_calls=int(edge["cost"]["lean_calls"]),
        heartbeats=int(edge["cost"]["heartbeats"]),
        on_proof=edge["on_proof"],
    )

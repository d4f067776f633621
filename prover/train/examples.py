"""Training examples: made from verified proofs and from what Lean is recorded to have refused, and from nothing else.

A step is positive only if it stands in a proof that the verifier accepted. That a subgoal was closed in a search which
proved nothing counts for nothing: no verifier has seen it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from prover.runs.records import StateRecord, TacticRecord
from prover.train.records import CorpusProblem, Role
from prover.types import Judged as Judged
from prover.types import Label as Label
from prover.types import TrainingExample as TrainingExample
from prover.types import VerifiedProof
from search.tree import Outcome, Status


def examples(
    asked: CorpusProblem, verified: VerifiedProof | None, states: Iterable[StateRecord]
) -> Iterator[TrainingExample]:
    """Yield what can be learnt from an attempt. Raises `ValueError` for a problem that is not there to learn from."""
    if asked.role is not Role.TRAIN:
        raise ValueError(f"{asked.problem.name} belongs to an evaluation split: nothing may be learnt from it")
    sha256 = asked.problem.statement_sha256
    if verified is not None and verified.statement_sha256 != sha256:
        raise ValueError(f"the proof of {verified.problem} proves another statement than that of {asked.problem.name}")
    first = True
    for state in states:
        judged = tuple(
            judgement for judgement in (_judged(tried, verified) for tried in state.tried) if judgement is not None
        )
        if judged:
            yield TrainingExample(
                problem=asked.problem.name,
                statement_sha256=sha256,
                statement=asked.problem.statement,
                goals=state.goals,
                depth=state.depth,
                judged=judged,
                proof=verified.proof if verified is not None and first else "",
            )
            first = False


def _judged(tried: TacticRecord, verified: VerifiedProof | None) -> Judged | None:
    if verified is not None and tried.on_proof:
        label = Label.PROVED
    elif tried.outcome is Outcome.REJECTED:
        # What ended for want of time or memory is no verdict on the tactic.
        if tried.kind not in ("error", "heartbeats"):
            return None
        label = Label.REFUSED
    elif tried.outcome is Outcome.ADVANCED and tried.status is not Status.PROVED:
        label = Label.ADVANCED
    else:
        return None
    kind = tried.kind if label is Label.REFUSED else ""
    return Judged(tactic=tried.tactic, label=label, log_prob=tried.log_prob, kind=kind)


def merged(first: TrainingExample, second: TrainingExample) -> TrainingExample:
    """Return two examples of one state as one: a tactic that is in a proof of either proves it."""
    judged = {judgement.tactic: judgement for judgement in first.judged}
    for entry in second.judged:
        if entry.tactic not in judged or judged[entry.tactic].label is not Label.PROVED:
            judged[entry.tactic] = entry
    return second.model_copy(update={"judged": tuple(judged.values()), "proof": second.proof or first.proof})


def data_sha256(rows: Iterable[TrainingExample]) -> str:
    """Return one hash over examples in their order."""
    whole = hashlib.sha256()
    for row in rows:
        whole.update(row.model_dump_json().encode() + b"\n")
    return whole.hexdigest()

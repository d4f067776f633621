"""The nouns of the application. What crosses a process or a file is a frozen pydantic model.

problem -> proof state -> attempt -> verified proof -> training example
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from pydantic.dataclasses import dataclass as pydantic_dataclass

from prover.states import Failure as Failure
from prover.states import Focus as Focus
from prover.states import Goal as Goal
from prover.states import Hypothesis as Hypothesis
from prover.states import Move as Move
from prover.states import ProofState as ProofState
from prover.states import Tactic as Tactic
from search.types import Cost, RejectionKind, Stop


class Frozen(BaseModel):
    """A model that cannot be changed and refuses fields it does not know."""

    # Built when first used: a command uses a few of all that it imports.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


@dataclass(frozen=True, slots=True)
class ContextName:
    """The name of a Lean context, taken apart: `core`, `mathlib`, `library:MODULE` (a module of Lean's library)."""

    kind: str
    module: str = ""

    @classmethod
    def of(cls, name: str) -> ContextName:
        """Take a name apart."""
        kind, _, module = name.partition(":")
        return cls(kind, module)

    def __str__(self) -> str:
        return f"{self.kind}:{self.module}" if self.module else self.kind


class Problem(Frozen):
    """A statement to prove. `statement` is trusted: it never comes from a model's output.

    `statement` runs from `theorem` up to and including `:= by`. `context` names the Lean context in which it is read
    (`core` or `mathlib`), `header` is Lean source that stands before it *in addition to* that context. `lacks` names
    the tactics that can do nothing in the context, for want of their own lemmas; `tags` are the dataset's.

    With `auto_implicit` an unknown single letter in the statement is a variable that Lean binds by itself; without it,
    which is what a person types, an unknown name is an error.
    """

    name: str
    statement: str
    context: str = "core"
    header: str = ""
    split: str = ""
    informal: str = ""
    source: str = ""
    lacks: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    auto_implicit: bool = False

    @property
    def where(self) -> ContextName:
        """The name of the context, taken apart."""
        return ContextName.of(self.context)

    @property
    def statement_sha256(self) -> str:
        """Hash of what is asked: context, header and statement, and `auto_implicit` where it is set.

        White space at the ends of lines means nothing, except in a text that holds a string literal, where it may.
        """
        text = f"{self.context}\n{self.header}\n{self.statement}".strip()
        if self.auto_implicit:
            text = f"auto_implicit\n{text}"
        if '"' not in text:
            text = "\n".join(line.rstrip() for line in text.split("\n"))
        return hashlib.sha256(text.encode()).hexdigest()


class LeanInfo(Frozen):
    """Which Lean said it: `version` as Lean prints it, the backend, and the hash of the context's own source."""

    version: str
    backend: str
    context: str
    context_sha256: str


class RejectReason(StrEnum):
    """Why a verifier did not accept a proof."""

    STATEMENT = "statement"  # the statement cannot be elaborated: an `error`, not a verdict on the proof
    SYNTAX = "syntax"  # the proof does not parse, or holds a command that is not allowed
    FORBIDDEN = "forbidden"  # something that no proof may contain
    ELABORATION = "elaboration"  # Lean reports an error
    INCOMPLETE = "incomplete"  # sorry, admit, unsolved goals, metavariables
    CHANGED = "changed"  # the theorem is missing or says something else
    AXIOMS = "axioms"  # an axiom, opaque or compiled constant that is not trusted
    KERNEL = "kernel"  # the kernel refuses a declaration
    LIMIT = "limit"  # heartbeats, wall clock or memory ran out
    UNSUPPORTED = "unsupported"  # failed in a tactic of Mathlib's that `core` imitates or lacks


class VerifiedProof(Frozen):
    """A proof that a cold, hardened verifier accepted. Made only in `prover.lean.embedded.verify`.

    `kernels` are those that accepted it, each in a process of its own that elaborated nothing.
    """

    verdict: Literal["accepted"] = "accepted"
    problem: str
    statement_sha256: str
    proof: str
    axioms: tuple[str, ...]
    lean: LeanInfo
    heartbeats: int = Field(ge=0)
    type_digest: str
    kernels: tuple[str, ...] = ()


class Rejection(Frozen):
    """A proof that was not accepted; `message` is one paragraph that a person can act on."""

    verdict: Literal["rejected"] = "rejected"
    problem: str
    statement_sha256: str
    reason: RejectReason
    message: str
    lean: LeanInfo
    heartbeats: int = Field(default=0, ge=0)
    kind: RejectionKind = RejectionKind.ERROR


Verdict = VerifiedProof | Rejection


@pydantic_dataclass(frozen=True, slots=True, config=ConfigDict(extra="forbid"))
class CostRecord(Cost):
    """A `Cost` as it stands in files, with the wall clock of the whole attempt."""

    wall_seconds: float = field(default=0.0, metadata={"label": "wall seconds"})

    @classmethod
    def of(cls, cost: Cost, wall_seconds: float) -> CostRecord:
        """Return the record of a cost; seconds are kept to the microsecond."""
        amounts = {unit.name: round(getattr(cost, unit.name), 6) for unit in fields(Cost)}
        return cls(**amounts, wall_seconds=round(wall_seconds, 6))

    @classmethod
    def total(cls, costs: Iterable[CostRecord]) -> CostRecord:
        """Return the sum of records."""
        rows = list(costs)
        return cls(**{unit.name: round(sum(getattr(row, unit.name) for row in rows), 6) for unit in fields(cls)})

    def items(self) -> list[tuple[str, str, int | float]]:
        """Return name, label and amount of every unit, in order."""
        return [(unit.name, unit.metadata["label"], getattr(self, unit.name)) for unit in fields(self)]


COSTS: TypeAdapter[CostRecord] = TypeAdapter(CostRecord)
"""Reads and writes a record by itself."""

Status = Literal["proved", "refuted", "unproved", "error"]


class Disproof(Frozen):
    """A proof of the negation of a problem's statement that the verifier accepted. `cost` is that of looking for it."""

    statement: str
    proof: str
    axioms: tuple[str, ...]
    cost: CostRecord


class Attempt(Frozen):
    """One attempt at one problem: the row of `attempts.jsonl` and the document of `prove --json`."""

    problem: str
    statement_sha256: str
    status: Status
    proof: str | None = None
    minimised: str | None = None
    counterexample: str | None = None
    disproof: Disproof | None = None
    verdict: str | None = None
    message: str = ""
    axioms: tuple[str, ...] = ()
    lean: LeanInfo | None = None
    policy: str
    strategy: str
    seed: int
    stop: Stop | None = None
    limit: str | None = None
    cost: CostRecord
    wasted: CostRecord = CostRecord()
    retries: int = 0
    first_success: dict[str, float] | None = None
    config_sha256: str = ""


class Label(StrEnum):
    """What became of a tactic: it stands in a verified proof, Lean carried it out and no proof came of it, refused."""

    PROVED = "proved"
    ADVANCED = "advanced"
    REFUSED = "refused"


class Judged(Frozen):
    """A tactic with its label and the log-probability with which it was proposed.

    `kind` says how a refused one ended: `error`, which is a verdict on the tactic, or `heartbeats`.
    """

    tactic: str
    label: Label
    log_prob: float
    kind: str = ""


class TrainingExample(Frozen):
    """A state, as Lean prints its goals, and what became of the tactics that were tried there.

    `statement_sha256` is that of the problem; `proof` is the whole verified proof, on the first state of a proved one;
    `premises` are the lemmas that were found for the first goal.
    """

    problem: str
    statement_sha256: str
    statement: str
    goals: tuple[str, ...]
    depth: int
    judged: tuple[Judged, ...]
    proof: str = ""
    premises: tuple[str, ...] = ()

    @property
    def state(self) -> str:
        return "\n\n".join(self.goals)

    @property
    def positives(self) -> tuple[str, ...]:
        return tuple(judged.tactic for judged in self.judged if judged.label is Label.PROVED)

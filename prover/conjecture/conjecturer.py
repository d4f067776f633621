"""The seam: what proposes statements, and what it proposes them from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, Protocol, runtime_checkable

from prover.registry import Entry, Registry, Spec, of_protocol
from prover.runs.records import StateRecord
from prover.types import Frozen, Problem


class Seed(Frozen):
    """A train statement with what the run knows of it.

    `states` are those that the searches so far expanded; `proved` says whether one of them ended in a verified proof.
    """

    problem: Problem
    proved: bool = False
    states: tuple[StateRecord, ...] = ()


class Conjecture(Frozen):
    """A statement that was made, and its origin: which conjecturer, by which rule, from which train statement."""

    problem: Problem
    conjecturer: str
    rule: str
    seed: str


@runtime_checkable
class Conjecturer(Protocol):
    """Proposes statements. Pure: the same seeds give the same conjectures in the same order."""

    @property
    def name(self) -> str: ...

    def propose(self, seeds: Sequence[Seed]) -> Iterator[Conjecture]:
        """Yield statements made from seeds; nothing is checked yet, not even that they elaborate."""
        ...


CONJECTURERS: Registry[Entry[Conjecturer]] = Registry(
    "conjecturer",
    "proofsmith.conjecturers",
    {
        "open-goals": "prover.conjecture.open_goals:ENTRY",
        "mutations": "prover.conjecture.mutations:ENTRY",
        "model": "prover.conjecture.model:ENTRY",
    },
    of_protocol("conjecturer", Conjecturer, "propose"),
)
"""Every conjecturer by name."""


class ConjecturerSpec(Spec):
    """Which conjecturer: its name, and of `model` what is asked, `model:hf:PATH?samples=8`."""

    registry: ClassVar[Registry[Any]] = CONJECTURERS


def conjectured(seed: Problem, body: str, header: str, conjecturer: str, rule: str) -> Conjecture:
    """Return a conjecture whose statement is `theorem NAME BODY := by`; its name is a hash of what it says."""
    digest = hashlib.sha256(f"{seed.context}\0{header}\0{body}".encode()).hexdigest()[:12]
    name = f"conjecture_{digest}"
    problem = Problem(
        name=name,
        statement=f"theorem {name} {body} := by",
        context=seed.context,
        header=header,
        source=f"{conjecturer}: {rule} of {seed.name}",
        tags=("conjecture",),
        lacks=seed.lacks,
    )
    return Conjecture(problem=problem, conjecturer=conjecturer, rule=rule, seed=seed.name)

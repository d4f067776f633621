"""The registry of learners: what `prover iterate` trains between two rounds of search."""

from __future__ import annotations

import inspect
from typing import Any, ClassVar

from prover.errors import UsageError
from prover.learners.learner import Learner
from prover.registry import Entry, Registry, Spec

LearnerEntry = Entry[Learner]


def wrapped(name: str, value: Any) -> LearnerEntry:
    """Return the entry that a value is, or that is made of it: a class or an instance of a `Learner`."""
    if isinstance(value, Entry):
        return value
    if inspect.isclass(value) and hasattr(value, "train"):
        return Entry(name=name, summary=_summary(value), make=lambda settings, spec: value())
    if isinstance(value, Learner):
        return Entry(name=name, summary=_summary(value), make=lambda settings, spec: value)
    raise UsageError(f"the learner {name} is a {type(value).__name__}; name a class with the methods of a Learner")


def _summary(value: Any) -> str:
    return (inspect.getdoc(value) or "").partition("\n")[0] or "another learner"


LEARNERS: Registry[LearnerEntry] = Registry(
    "learner", "proofsmith.learners", {"tiny": "prover.learners.tiny:LEARNER"}, wrapped
)
"""Every learner by name."""


class LearnerSpec(Spec):
    """Which learner, with its settings: `tiny?epochs=4`."""

    registry: ClassVar[Registry[LearnerEntry]] = LEARNERS

    name: str = "tiny"

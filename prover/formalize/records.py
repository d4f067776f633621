"""The document of `prover formalize` as frozen values: what Lean checked of each statement, what is only judged."""

from __future__ import annotations

from typing import Literal

from prover.types import Frozen, LeanInfo

Status = Literal["kept", "unread", "ill-formed", "trivial", "refuted", "contradictory"]
"""Why a statement was left out, or that it was kept. Checks stop at the first that leaves a statement out."""

CHECKED = (
    "elaborates: Lean accepts the statement",
    "trivial: one cheap call of Lean closes it",
    "refuted: the verifier accepted a proof of its negation",
    "contradictory: the verifier accepted a proof that goes through False, so the conclusion plays no part",
    "satisfiable: the verifier accepted values that fulfil all hypotheses",
    "proved: the verifier accepted a proof within the budget",
    "a link between two statements of a group: Lean proved each from the other",
)
"""What a machine verified, where the document says so."""

JUDGED = (
    "that a statement says what the informal problem says: nobody checked it",
    "the translation back into words: the model wrote it, and it may be wrong even where the statement is right",
    "the size of a group: samples of one model share their mistakes, so agreement is a vote and no proof",
    "unknown: nothing was found within the budget, which says nothing about the truth",
)
"""What the document does not claim."""


class Statement(Frozen):
    """One statement that a model wrote, with what Lean said of it.

    `samples` counts the answers that gave it, up to layout and names of bound variables. `satisfiable` is the witness
    that the hypotheses can hold together, empty where none was found. `proved` says whether the statement was proved
    within the budget, None where that was not tried. `back` is the model's translation into words.
    """

    number: int
    statement: str
    header: str = ""
    samples: int
    status: Status
    message: str = ""
    satisfiable: str = ""
    counterexample: str = ""
    proved: bool | None = None
    back: str = ""


class Link(Frozen):
    """Two statements that say the same. `by` is how that is known.

    `type`: one elaborated type; `call`: each from the other by one call that fails without it; `search`: a search
    proved the equivalence, of two statements that are not both proved anyway.
    """

    first: int
    second: int
    by: Literal["type", "call", "search"]


class Group(Frozen):
    """Statements that agree, by number, the first of them standing for all. `samples` are the answers behind it."""

    members: tuple[int, ...]
    samples: int
    links: tuple[Link, ...] = ()


class Formalization(Frozen):
    """What came of an informal problem; groups are ordered by samples, the largest first.

    `answers` counts the model's answers. `lean_calls` is what the checks cost.
    """

    informal: str
    model: str
    asked: int
    answers: int
    lean: LeanInfo
    statements: tuple[Statement, ...]
    groups: tuple[Group, ...]
    lean_calls: int
    checked: tuple[str, ...] = CHECKED
    judged: tuple[str, ...] = JUDGED

    @property
    def kept(self) -> tuple[Statement, ...]:
        return tuple(found for found in self.statements if found.status == "kept")

"""Statements that are known to be wrong: false, vacuous or degenerate.

A mark belongs to a statement, not to a name: it holds for every copy with the same text, wherever it was read, and not
for a corrected statement of the same name.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

from prover.errors import DataError
from prover.types import Frozen, Problem

Kind = Literal["false", "vacuous", "degenerate"]
KINDS: tuple[Kind, ...] = get_args(Kind)
KNOWN = Path(__file__).parent / "faults.jsonl"


class Fault(Frozen):
    """What is wrong with a statement. `false` has no proof, `vacuous` has contradictory hypotheses, `degenerate` says
    something trivial: proofs of the last two are counted apart.
    """

    name: str
    kind: Kind
    why: str = ""


class _Mark(BaseModel):
    """A line of a file of faults: the statement itself, or its hash where the text is not ours to pass on."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    name: str
    kind: Kind
    why: str = ""
    formal_statement: str | None = None
    text_sha256: str = ""

    @property
    def key(self) -> str:
        return text_sha256(self.formal_statement) if self.formal_statement is not None else self.text_sha256


def text_sha256(statement: str) -> str:
    """Hash of a statement up to its white space."""
    return hashlib.sha256(" ".join(statement.split()).encode()).hexdigest()


def marked(problems: Iterable[Problem], beside: Path | None = None) -> dict[str, Fault]:
    """Return the faults of problems by name: those that are known, and those of a `faults.jsonl` in a folder."""
    marks = dict(_known())
    if beside is not None and (own := beside / "faults.jsonl").is_file():
        marks |= _read(own)
    return {
        problem.name: fault.model_copy(update={"name": problem.name})
        for problem in problems
        if (fault := marks.get(text_sha256(problem.statement))) is not None
    }


@cache
def _known() -> dict[str, Fault]:
    return _read(KNOWN)


def _read(path: Path) -> dict[str, Fault]:
    marks = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            mark = _Mark.model_validate(json.loads(line))
        except (ValueError, ValidationError) as error:
            raise DataError(f"{path}, line {number} is no fault (name, kind, formal_statement): {error}") from error
        marks[mark.key] = Fault(name=mark.name, kind=mark.kind, why=mark.why)
    return marks

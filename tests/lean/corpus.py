"""The adversarial corpus as values."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from prover.errors import ProverError
from prover.lean.embedded.verify import EmbeddedVerifier
from prover.problems.formats import read_statement
from prover.types import Rejection

FOLDER = Path(__file__).parents[1] / "adversarial"
FILES = ("false_blocks", "honest_blocks", "false_files", "honest_files", "false_pairs", "honest_pairs")
Found = tuple[str, str]
"""Verdict and reason, or `error` and its message."""


class Repeat(BaseModel):
    """What `{REPEAT}` in a proof stands for."""

    text: str
    times: int


class Case(BaseModel):
    """A proof and the verdict that it has to get; `error` is for a statement that cannot be elaborated."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    statement: str
    proof: str
    verdict: Literal["accepted", "rejected", "error"]
    reason: str | None = None
    trap: str = ""
    source: str = ""
    slow: bool = False
    repeat: Repeat | None = None

    @property
    def text(self) -> str:
        return (
            self.proof if self.repeat is None else self.proof.replace("{REPEAT}", self.repeat.text * self.repeat.times)
        )


def cases(name: str, slow: bool | None = None) -> list[Case]:
    """Return the cases of a file; `slow` picks the fast or the slow ones."""
    return [case for case in _read(FOLDER / f"{name}.jsonl") if slow is None or case.slow is slow]


def judge(verifier: EmbeddedVerifier, case: Case) -> Found:
    """Return what a verifier says."""
    try:
        verdict = verifier.verify(read_statement(case.statement)[-1], case.text)
    except ProverError as error:
        return "error", str(error)
    return verdict.verdict, verdict.reason.value if isinstance(verdict, Rejection) else ""


def complaint(case: Case, found: Found) -> str:
    """Return what is wrong with a verdict; empty if nothing is."""
    verdict, reason = found
    said = case.reason is None or (case.reason in reason if verdict == "error" else case.reason == reason)
    if verdict == case.verdict and said:
        return ""
    return f"{case.id} ({case.trap}): {verdict} {reason}, expected {case.verdict} {case.reason or ''}"


def _read(path: Path) -> Iterator[Case]:
    for line in path.read_text(encoding="utf-8").splitlines():
        yield Case.model_validate_json(line) if "\\ud" not in line else _with_surrogates(line)


def _with_surrogates(line: str) -> Case:
    import json

    # pydantic's own reader refuses lone surrogates, which Python's lets through.
    return Case.model_construct(**{"slow": False, "repeat": None, "reason": None, **json.loads(line)})

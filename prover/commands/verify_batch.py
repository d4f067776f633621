"""`prover verify --batch`: many proofs, one line of answer for each, in order."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import JsonValue

from prover.errors import InputError, LeanError, ProverError, SetupError
from prover.lean.verifier import Verifier
from prover.problems.formats import read_statement
from prover.types import ContextName, VerifiedProof

_REPORT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Question:
    """One line of a batch. Not a pydantic model: a proof may hold what is no Unicode, and is rejected for it."""

    id: JsonValue
    statement: str
    proof: str
    context: str | None


@dataclass(frozen=True, slots=True)
class Answer:
    """One line of what comes out. `reason` is None where the proof is accepted; `axioms` is empty where it is not."""

    id: JsonValue
    verdict: str
    reason: str | None = None
    axioms: tuple[str, ...] = ()


def verify_file(path: Path, context: str, workers: int, make: Callable[[str], Verifier]) -> int:
    """Judge every line of a file and print the answers. Returns 0, or 2 if a line was no question or Lean failed.

    `make` opens a verifier for a context.
    """
    lines = _lines(path)
    verifiers = _Verifiers(make, context)
    asked = True
    progress = _Progress(len(lines))
    pool = ThreadPoolExecutor(max_workers=min(workers, len(lines) or 1))
    try:
        for answer, judged in pool.map(verifiers.answer, range(1, len(lines) + 1), lines):
            # Pure ASCII: an identifier may hold anything that JSON can spell.
            print(json.dumps(asdict(answer), ensure_ascii=True), flush=True)
            asked = asked and judged
            progress.step(answer.verdict)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        verifiers.close()
    progress.done()
    return 0 if asked else 2


class _Verifiers:
    """One verifier a thread and a family of contexts. The first is opened at once: what it needs may be missing."""

    def __init__(self, make: Callable[[str], Verifier], context: str) -> None:
        self._make = make
        self._context = context
        self._own = threading.local()
        self._all = [make(context)]
        self._spare = {_family(context): self._all[0]}

    def answer(self, number: int, line: str) -> tuple[Answer, bool]:
        """Return the answer to a line and whether the question could be judged at all."""
        try:
            question = _question(number, line)
        except InputError as error:
            return Answer(id=_id(number, line), verdict="error", reason=str(error)), False
        name = question.id
        try:
            problems = read_statement(question.statement, question.context or self._context)
            if len(problems) != 1:
                raise InputError(f"the statement holds {len(problems)} problems; give each a line of its own")
            verdict = self._verifier(problems[0].context).verify(problems[0], question.proof)
        except ProverError as error:
            return Answer(id=name, verdict="error", reason=str(error)), not isinstance(error, LeanError | SetupError)
        if isinstance(verdict, VerifiedProof):
            return Answer(id=name, verdict="accepted", axioms=verdict.axioms), True
        return Answer(id=name, verdict="rejected", reason=f"{verdict.reason.value}: {verdict.message}"), True

    def close(self) -> None:
        for verifier in self._all:
            verifier.close()

    def _verifier(self, context: str) -> Verifier:
        own: dict[str, Verifier] = self._own.__dict__.setdefault("verifiers", {})
        family = _family(context)
        if family not in own:
            spare = self._spare.pop(family, None)  # atomic: one thread gets it
            if spare is None:
                spare = self._make(context)
                self._all.append(spare)
            own[family] = spare
        return own[family]


def _family(context: str) -> str:
    """Return what contexts share whose statements one verifier judges: modules of the library are many."""
    return ContextName.of(context).kind


class _Progress:
    """A line on standard error now and then."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._count = {"accepted": 0, "rejected": 0, "error": 0}
        self._last = time.monotonic()

    def step(self, verdict: str) -> None:
        self._count[verdict] += 1
        if time.monotonic() - self._last > _REPORT_SECONDS:
            self._last = time.monotonic()
            self._say()

    def done(self) -> None:
        self._say()

    def _say(self) -> None:
        counts = ", ".join(f"{number} {verdict}" for verdict, number in self._count.items() if number)
        print(f"verify: {sum(self._count.values())} of {self._total} judged: {counts}", file=sys.stderr, flush=True)


def _lines(path: Path) -> list[str]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"the batch {path} cannot be read: {error.strerror}") from error
    # Bytes that are no UTF-8 make their own line fail, not its neighbours.
    lines = [line for line in _decoded(content) if line.strip()]
    if not lines:
        raise InputError(f"the batch {path} is empty; put one JSON object a line in it")
    return lines


def _decoded(content: bytes) -> Iterator[str]:
    for line in content.removeprefix(b"\xef\xbb\xbf").split(b"\n"):
        yield line.decode("utf-8", "surrogateescape")


def _question(number: int, line: str) -> Question:
    row = _row(number, line)
    for field in ("statement", "proof"):
        if not isinstance(row.get(field), str):
            raise InputError(f"line {number}: the field {field} is missing or no string")
    context = row.get("context")
    if context is not None and not isinstance(context, str):
        raise InputError(f"line {number}: the field context is no string")
    return Question(row.get("id", number), str(row["statement"]), str(row["proof"]), context)


def _row(number: int, line: str) -> dict[str, JsonValue]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise InputError(f"line {number} is not JSON ({error})") from error
    except RecursionError as error:
        raise InputError(f"line {number} is nested too deeply") from error
    if not isinstance(row, dict):
        raise InputError(f"line {number} is not a JSON object")
    return row


def _id(number: int, line: str) -> JsonValue:
    try:
        return _row(number, line).get("id", number)
    except InputError:
        return number

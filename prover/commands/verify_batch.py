"""`prover verify --batch`: many proofs, one line of answer for each, in order."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError

from prover.errors import InputError, LeanError, ProverError
from prover.lean.embedded.install import Installation
from prover.lean.session import Limits
from prover.lean.verify import Verifier
from prover.problems.read import read_statement
from prover.types import VerifiedProof

_REPORT_SECONDS = 10.0


class Question(BaseModel):
    """One line of a batch."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: JsonValue = None
    statement: str
    proof: str
    context: str | None = None


class Answer(BaseModel):
    """One line of what comes out. `reason` is null where the proof is accepted; `axioms` is empty where it is not."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: JsonValue
    verdict: str
    reason: str | None = None
    axioms: tuple[str, ...] = ()


def judge_file(path: Path, context: str, limits: Limits, workers: int, install: Callable[[], Installation]) -> int:
    """Judge every line of a file and print the answers. Returns 0, or 2 if a line was no question or Lean failed."""
    lines = _lines(path)
    installation = install()
    judges = _Judges(installation, limits, context)
    asked = True
    progress = _Progress(len(lines))
    pool = ThreadPoolExecutor(max_workers=min(workers, len(lines) or 1))
    try:
        for answer, judged in pool.map(judges.answer, range(1, len(lines) + 1), lines):
            # Pure ASCII: an identifier may hold anything that JSON can spell.
            print(json.dumps(answer.model_dump(), ensure_ascii=True), flush=True)
            asked = asked and judged
            progress.step(answer.verdict)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        judges.close()
    progress.done()
    return 0 if asked else 2


class _Judges:
    """One verifier a thread, started when it is first needed."""

    def __init__(self, installation: Installation, limits: Limits, context: str) -> None:
        self._installation = installation
        self._limits = limits
        self._context = context
        self._own = threading.local()
        self._all: list[Verifier] = []

    def answer(self, number: int, line: str) -> tuple[Answer, bool]:
        """Return the answer to a line and whether the question could be judged at all."""
        try:
            question = Question.model_validate(json.loads(line))
        except (ValueError, RecursionError) as error:
            return Answer(id=number, verdict="error", reason=f"line {number}: {_what(error)}"), False
        name = number if question.id is None else question.id
        try:
            problems = read_statement(question.statement, question.context or self._context)
            if len(problems) != 1:
                raise InputError(f"the statement holds {len(problems)} problems; give each a line of its own")
            verdict = self._verifier().verify(problems[0], question.proof)
        except ProverError as error:
            return Answer(id=name, verdict="error", reason=str(error)), not isinstance(error, LeanError)
        if isinstance(verdict, VerifiedProof):
            return Answer(id=name, verdict="accepted", axioms=verdict.axioms), True
        return Answer(id=name, verdict="rejected", reason=f"{verdict.reason.value}: {verdict.message}"), True

    def close(self) -> None:
        for verifier in self._all:
            verifier.close()

    def _verifier(self) -> Verifier:
        verifier: Verifier | None = getattr(self._own, "verifier", None)
        if verifier is None:
            verifier = self._own.verifier = Verifier(self._installation, self._limits)
            self._all.append(verifier)
        return verifier


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


def _what(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"]))
        return f"field {field} is wrong ({first['msg']})" if field else "not a JSON object"
    return "the JSON is nested too deeply" if isinstance(error, RecursionError) else f"not JSON ({error})"

"""The one reward: answers in, scores out; batched, in parallel, and each answer judged once.

Scores do not depend on the order, the number of workers or the machine's load: heartbeats decide a verdict. With a
store, an SQLite file, what was judged stays judged, so a training step that is done again after a kill asks Lean
nothing. A failure of Lean itself is never a score: it raises `LeanError`, and is asked again.
"""

from __future__ import annotations

import asyncio
import hashlib
import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

from prover.errors import DataError, InputError, StatementError
from prover.lean.context import context as lean_context
from prover.policies.recipes.answer import from_answer
from prover.problems.formats import read_statement
from prover.reward.score import Score
from prover.runs.database import Database
from prover.serve.refusals import OutOfTime
from prover.types import Problem, Rejection, Verdict

FORMAT = "proofsmith-rewards/1"
Statement = Problem | str
Pair = tuple[Statement, str]
Verify = Callable[[Problem, str], Verdict]


class Rewards:
    """Scores answers. Safe from several threads; Lean starts when it is first needed, and `close` ends it.

    With `server`, the address of a running `prover serve` judges; otherwise `workers` verifiers of this process, about
    1.2 GB each. `heartbeats`, in thousands, are the limit of a step; a server has its own. An answer may be a block of
    tactics or what a model wrote, prose and fences and all; the
    statement that counts is ours, also where the answer states another.

    Raises `DataError` for a store of another setting, `LeanError` where Lean cannot be used.
    """

    def __init__(
        self,
        *,
        server: str = "",
        context: str = "core",
        store: Path | str | None = None,
        workers: int = 1,
        heartbeats: int = 200_000,
    ) -> None:
        self._server = server
        self._context = context
        self._heartbeats = heartbeats
        self._workers = workers
        self._store = None if store is None else _Store(Path(store), self._setting())
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="rewards")
        self._own = threading.local()
        self._opened: list[Callable[[], None]] = []
        self._lock = threading.Lock()
        self._closed = False

    def score(self, pairs: Sequence[Pair]) -> list[Score]:
        """Return the scores of statements with answers, in order. Equal pairs are judged once."""
        problems: dict[str, Problem | str] = {}
        keys: list[str] = []
        for statement, answer in pairs:
            problem = self._problem(statement)
            told = problem if isinstance(problem, str) else f"{problem.context}\0{problem.header}\0{problem.statement}"
            keys.append(hashlib.sha256(f"{told}\0{answer}".encode("utf-8", "surrogatepass")).hexdigest())
            problems[keys[-1]] = problem
        answers = {key: answer for key, (_, answer) in zip(keys, pairs, strict=True)}
        known = {key: score for key in answers if (score := self._known(key)) is not None}
        new = [key for key in answers if key not in known]
        for key, (score, stays) in zip(
            new, self._threads.map(self._scored, ((problems[key], answers[key]) for key in new)), strict=True
        ):
            known[key] = score
            if stays and self._store is not None:
                self._store.put(key, score)
        return [known[key] for key in keys]

    async def ascore(self, pairs: Sequence[Pair]) -> list[Score]:
        """Do as `score`, without holding an event loop up."""
        return await asyncio.to_thread(self.score, pairs)

    def close(self) -> None:
        """End the verifiers."""
        with self._lock:
            self._closed = True
            opened, self._opened = self._opened, []
        self._threads.shutdown(wait=True, cancel_futures=True)
        for close in opened:
            close()
        if self._store is not None:
            self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # -- within --------------------------------------------------------------------------------------------------------

    def _setting(self) -> str:
        """Return what a score depends on apart from the pair: which server, or the context and the heartbeats here."""
        if self._server:
            return f"{FORMAT} server {self._server}"
        return f"{FORMAT} {lean_context(self._context).sha256} {self._heartbeats}"

    def _problem(self, statement: Statement) -> Problem | str:
        """Return the problem of a statement, or why there is none."""
        if isinstance(statement, Problem):
            return statement
        try:
            found = read_statement(statement, self._context)
        except InputError as error:
            return str(error)
        return found[0] if len(found) == 1 else f"the statement holds {len(found)} problems"

    def _known(self, key: str) -> Score | None:
        return None if self._store is None else self._store.get(key)

    def _scored(self, pair: tuple[Problem | str, str]) -> tuple[Score, bool]:
        """Return a score, and whether it would be the same another time: a server's limit of seconds is its load's."""
        try:
            return self._judged(*pair), True
        except OutOfTime as late:
            return Score(value=0.0, kind="limit", message=str(late)), False

    def _judged(self, problem: Problem | str, answer: str) -> Score:
        if isinstance(problem, str):
            return Score(value=0.0, kind="statement", message=problem)
        read = from_answer(answer, problem.statement)
        # What holds no fence and states nothing is the block itself.
        proof = read.block if read.block is not None else answer if "```" not in answer else ""
        if not proof.strip():
            return Score(value=0.0, kind="unreadable", message=read.note)
        try:
            verdict = self._verify()(problem, proof)
        except StatementError as error:
            return Score(value=0.0, kind="statement", message=str(error), proof=proof)
        except OutOfTime:
            raise
        except InputError as error:
            return Score(value=0.0, kind="unreadable", message=str(error), proof=proof)
        if isinstance(verdict, Rejection):
            return Score(value=0.0, kind=verdict.reason.value, message=verdict.message, proof=proof)
        return Score(value=1.0, kind="accepted", axioms=verdict.axioms, proof=proof)

    def _verify(self) -> Verify:
        """Return the verifier of this thread: each has its own, so that threads do not take turns."""
        verify: Verify | None = getattr(self._own, "verify", None)
        if verify is not None:
            return verify
        if self._server:
            from prover.config.search import SearchConfig
            from prover.serve.client import RemoteProver

            remote = RemoteProver(self._server, SearchConfig())
            verify, close = remote.verify, remote.close
        else:
            from prover.lean.open import verifier_of
            from prover.lean.session import Limits

            verifier = verifier_of("embedded", self._context, Limits(heartbeats=self._heartbeats))
            verify, close = verifier.verify, verifier.close
        with self._lock:
            self._opened.append(close)
        self._own.verify = verify
        return verify


class _Store:
    """What was judged, in an SQLite file."""

    def __init__(self, path: Path, setting: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = Database(path)
        try:
            self._file.prepare()
            with self._file.transaction() as file:
                file.execute("CREATE TABLE IF NOT EXISTS setting (value TEXT NOT NULL)")
                file.execute("CREATE TABLE IF NOT EXISTS scores (key TEXT PRIMARY KEY, document TEXT NOT NULL)")
                if file.execute("SELECT count(*) FROM setting").fetchone()[0] == 0:
                    file.execute("INSERT INTO setting VALUES (?)", (setting,))
        except sqlite3.DatabaseError as error:
            self._file.close()
            raise DataError(f"{path} is no store of rewards ({error}): choose another file") from error
        found = self._file.one("SELECT value FROM setting")
        if found is None or found[0] != setting:
            self._file.close()
            raise DataError(f"{path} holds scores under other settings: choose another file")

    def get(self, key: str) -> Score | None:
        found = self._file.one("SELECT document FROM scores WHERE key = ?", key)
        return None if found is None else Score.model_validate_json(found[0])

    def put(self, key: str, score: Score) -> None:
        with self._file.transaction() as file:
            file.execute("INSERT OR IGNORE INTO scores VALUES (?, ?)", (key, score.model_dump_json()))

    def close(self) -> None:
        self._file.close()

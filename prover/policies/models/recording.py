"""Keep what a model said: every sample, read or not, so that it can be learnt from again without asking it twice.

One table in an SQLite file, which may be the store of a run. A row is one sample. `prompt` is the JSON of the request
(`PromptRequest`), so that rows for another recipe can be made of it; `state` is a hash of the goals, `asked` how often
the state had been asked about before. `outcome` and `heartbeats` are what Lean made of `block`, once that is known.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from prover.errors import DataError
from prover.policies.models.generation import Completion
from prover.policies.recipes import Complaint, Example, Premise, PromptRequest, Recipe, Sampling, Tried
from prover.types import Frozen, Problem, ProofState
from search.result import SearchResult
from search.tree import Graph

SCHEMA = """
CREATE TABLE IF NOT EXISTS generations (
  id INTEGER PRIMARY KEY, problem TEXT NOT NULL, statement_sha256 TEXT NOT NULL, seed INTEGER NOT NULL,
  state TEXT NOT NULL, asked INTEGER NOT NULL, sample INTEGER NOT NULL, policy TEXT NOT NULL, recipe TEXT NOT NULL,
  prompt TEXT NOT NULL, text TEXT NOT NULL, ids TEXT NOT NULL, log_prob REAL NOT NULL, temperature REAL NOT NULL,
  finished INTEGER NOT NULL, block TEXT, note TEXT NOT NULL, outcome TEXT NOT NULL DEFAULT '',
  heartbeats INTEGER NOT NULL DEFAULT 0,
  UNIQUE (statement_sha256, seed, policy, state, asked, sample)
);
CREATE INDEX IF NOT EXISTS generations_blocks ON generations (statement_sha256, seed, state, block);
"""


class Kept(Frozen):
    """One sample of a model. `block` is None where nothing could be read, and `note` says why; `ids` are its tokens."""

    problem: str
    statement_sha256: str
    seed: int
    state: str
    asked: int
    sample: int
    policy: str
    recipe: str
    prompt: str
    text: str
    ids: tuple[int, ...]
    log_prob: float
    temperature: float
    finished: bool
    block: str | None
    note: str = ""
    outcome: str = ""
    heartbeats: int = 0

    @property
    def request(self) -> PromptRequest:
        """What the model was asked."""
        given = json.loads(self.prompt)
        return PromptRequest(
            statement=given["statement"],
            header=given["header"],
            informal=given["informal"],
            goals=tuple(given["goals"]),
            prefix=given["prefix"],
            premises=tuple(Premise(**premise) for premise in given["premises"]),
            examples=tuple(Example(**example) for example in given["examples"]),
            attempts=tuple(
                Tried(
                    attempt["answer"],
                    attempt["block"],
                    attempt["feedback"],
                    tuple(_complaint(c) for c in attempt["complaints"]),
                )
                for attempt in given["attempts"]
            ),
        )


class Recorder:
    """Writes samples to a file, or to the connection of a store. Threads may share it.

    A sample that is there already, as after a resumed attempt, takes the place of the old one.
    """

    def __init__(self, place: Path | sqlite3.Connection) -> None:
        self._place = place
        self._lock = threading.RLock()
        self._open: sqlite3.Connection | None = None

    def record(
        self,
        problem: Problem,
        seed: int,
        policy: str,
        recipe: Recipe,
        sampling: Sampling,
        request: PromptRequest,
        asked: int,
        completions: Sequence[Completion],
    ) -> None:
        """Keep the samples of one request, in one transaction. Raises `DataError` if they cannot be written."""
        prompt = json.dumps(asdict(request), ensure_ascii=False)
        rows: list[tuple[object, ...]] = []
        for number, completion in enumerate(completions):
            parsed = recipe.parse(completion.text, request, completion.finished)
            rows.append(
                (
                    *(problem.name, problem.statement_sha256, seed, state_key(request.goals), asked, number, policy),
                    *(
                        f"{recipe.name}/{recipe.version}",
                        prompt,
                        completion.text,
                        json.dumps(completion.ids),
                        completion.log_prob,
                    ),
                    *(sampling.temperature, completion.finished, block_of(parsed.block), parsed.note),
                )
            )
        columns = "problem, statement_sha256, seed, state, asked, sample, policy, recipe, prompt, text, ids, log_prob, "
        columns += "temperature, finished, block, note"
        marks = ", ".join("?" * 16)
        self._write(f"INSERT OR REPLACE INTO generations ({columns}) VALUES ({marks})", rows)

    def settle(self, problem: Problem, seed: int, graph: Graph[ProofState]) -> None:
        """Note what became of the blocks that a search carried out."""
        rows: list[tuple[object, ...]] = []
        for edge in graph.edges:
            state = state_key(tuple(goal.text for goal in graph.nodes[edge.source].state.goals))
            outcome = edge.kind.value if edge.kind is not None else edge.outcome.value
            rows.append((outcome, edge.cost.heartbeats, problem.statement_sha256, seed, state, edge.action))
        self._write(
            "UPDATE generations SET outcome = ?, heartbeats = ? "
            "WHERE statement_sha256 = ? AND seed = ? AND state = ? AND block = ?",
            rows,
        )

    def judged(self, sample: Kept, outcome: str, heartbeats: int) -> None:
        """Note what Lean made of one sample."""
        self._write(
            "UPDATE generations SET outcome = ?, heartbeats = ? "
            "WHERE statement_sha256 = ? AND seed = ? AND state = ? AND asked = ? AND sample = ?",
            [(outcome, heartbeats, sample.statement_sha256, sample.seed, sample.state, sample.asked, sample.sample)],
        )

    def policies(self) -> set[str]:
        """Return whose samples there are."""
        with self._lock:
            return {name for (name,) in self._connection().execute("SELECT DISTINCT policy FROM generations")}

    def counts(self, seed: int) -> dict[str, int]:
        """Return how many samples there are of each statement, by its hash, with a seed."""
        with self._lock:
            found = self._connection().execute(
                "SELECT statement_sha256, count(*) FROM generations WHERE seed = ? GROUP BY statement_sha256", (seed,)
            )
            return dict(found)

    def sample(self, statement_sha256: str, number: int) -> Kept | None:
        """Return one sample of a statement, counted from 0 over all seeds; None if there are fewer."""
        with self._lock:
            found = self._connection().execute(
                "SELECT * FROM generations WHERE statement_sha256 = ? ORDER BY seed, sample LIMIT 1 OFFSET ?",
                (statement_sha256, number),
            )
            names = [column[0] for column in found.description]
            row = found.fetchone()
        return None if row is None else _read(names, row)

    def kept(self) -> Iterator[Kept]:
        """Yield all samples, oldest first."""
        with self._lock:
            found = self._connection().execute("SELECT * FROM generations ORDER BY id")
            names = [column[0] for column in found.description]
            for row in found:
                yield _read(names, row)

    def close(self) -> None:
        """Close a file that was opened here; the connection of a store stays open."""
        with self._lock:
            if self._open is not None and not isinstance(self._place, sqlite3.Connection):
                self._open.close()
            self._open = None

    def _write(self, statement: str, rows: list[tuple[object, ...]]) -> None:
        try:
            with self._lock:
                connection = self._connection()
                with connection:
                    connection.executemany(statement, rows)
        except sqlite3.Error as error:
            raise DataError(
                f"what the model says cannot be kept in {self._place} ({error}): free some space, or leave keep= out"
            ) from error

    def _connection(self) -> sqlite3.Connection:
        if self._open is None:
            if isinstance(self._place, sqlite3.Connection):
                self._open = self._place
            else:
                self._place.parent.mkdir(parents=True, exist_ok=True)
                self._open = sqlite3.connect(self._place, timeout=60.0, check_same_thread=False)
                self._open.execute("PRAGMA journal_mode = WAL")
            self._open.executescript(SCHEMA)
        return self._open


def _read(names: Sequence[str], row: Sequence[Any]) -> Kept:
    given = dict(zip(names, row, strict=True))
    given.pop("id")
    return Kept(**given | {"ids": tuple(json.loads(given["ids"])), "finished": bool(given["finished"])})


def state_key(goals: Sequence[str]) -> str:
    """Return the hash that stands for goals as Lean prints them."""
    return hashlib.sha256("\n\n".join(goals).encode()).hexdigest()


def block_of(block: str | None) -> str | None:
    """Return a parsed block as the search carries it out; None where there is nothing to carry out."""
    return block.strip("\n").rstrip() if block is not None and block.strip() else None


def settle(recorder: Recorder | None, problem: Problem, seed: int, search: SearchResult[ProofState]) -> None:
    """Note the outcomes of an attempt, where samples are kept."""
    if recorder is not None:
        recorder.settle(problem, seed, search.graph)


def _complaint(given: dict[str, object]) -> Complaint:
    goals = given.pop("goals")
    assert isinstance(goals, list)
    return Complaint(**given, goals=tuple(goals))  # type: ignore[arg-type]

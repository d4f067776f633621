"""The store of a run: one SQLite file that survives a kill at any moment with nothing lost and nothing counted twice.

What belongs together is one transaction: an attempt with its states, tactics and proof is there whole or not at all.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

from filelock import FileLock, Timeout

from prover.errors import DataError
from prover.train.database import Database
from prover.train.records import Asked, Dropped, ModelRecord, PhaseRecord, Role, Row, Tried, Visited
from prover.types import Attempt, Problem, VerifiedProof
from search.tree import Outcome, Status

FORMAT = "proofsmith-store/2"


class Store:
    """An open store. Threads may share it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = Database(path)
        try:
            self._file.prepare()
            with self._file.transaction() as file:
                if not file.execute("SELECT 1 FROM sqlite_master WHERE name = 'run'").fetchone():
                    for statement in (files("prover.train") / "schema.sql").read_text(encoding="utf-8").split(";\n"):
                        file.execute(statement)
                    file.execute("INSERT INTO run VALUES ('format', ?)", (FORMAT,))
        except sqlite3.DatabaseError as error:
            self._file.close()
            raise DataError(f"{path} is no store of this program ({error}): choose another --out") from error
        if self.get("format") != FORMAT:
            raise DataError(f"{path} was written by another version: choose another --out")

    def close(self) -> None:
        self._file.close()

    # -- the run -------------------------------------------------------------------------------------------------------

    def get(self, key: str) -> str | None:
        """Return a fact of the run."""
        found = self._file.one("SELECT value FROM run WHERE key = ?", key)
        return None if found is None else str(found[0])

    def settle(self, key: str, value: str) -> None:
        """Write down a fact of the run once. Raises `DataError` if it was another one before."""
        with self._file.transaction() as file:
            file.execute("INSERT OR IGNORE INTO run VALUES (?, ?)", (key, value))
        before = self.get(key)
        if before != value:
            raise DataError(f"{self._path.parent} holds a run with another {key}: choose another --out")

    def add_seconds(self, key: str, seconds: float) -> None:
        """Add to a clock."""
        with self._file.transaction() as file:
            file.execute(
                "INSERT INTO run VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = value + excluded.value",
                (key, str(round(seconds, 3))),
            )

    # -- problems ------------------------------------------------------------------------------------------------------

    def add_problems(self, asked: Sequence[Asked], dropped: Sequence[Dropped]) -> None:
        """Write down the corpus, in one transaction."""
        with self._file.transaction() as file:
            file.executemany(
                "INSERT INTO problems VALUES (?, ?, ?, ?, NULL, ?)",
                [(it.place, it.problem.name, it.dataset, it.role.value, it.problem.model_dump_json()) for it in asked],
            )
        self.drop(dropped)

    def drop(self, dropped: Iterable[Dropped]) -> None:
        """Note problems that are kept out of the training data."""
        with self._file.transaction() as file:
            file.executemany(
                "INSERT OR IGNORE INTO dropped VALUES (?, ?, ?)",
                [(it.dataset, it.name, it.model_dump_json()) for it in dropped],
            )

    def problems(self, *roles: Role) -> list[Asked]:
        """Return the problems of some roles in their order; training problems that were dropped are left out."""
        rows = self._file.all(
            "SELECT place, dataset, role, document FROM problems p WHERE NOT EXISTS "
            "(SELECT 1 FROM dropped d WHERE d.dataset = p.dataset AND d.name = p.name AND p.role = 'train') "
            "ORDER BY place"
        )
        return [
            Asked(place=place, dataset=dataset, role=Role(role), problem=Problem.model_validate_json(document))
            for place, dataset, role, document in rows
            if Role(role) in roles
        ]

    def dropped(self) -> list[Dropped]:
        rows = self._file.all("SELECT document FROM dropped ORDER BY dataset, name")
        return [Dropped.model_validate_json(document) for (document,) in rows]

    def set_digests(self, digests: dict[int, int]) -> None:
        """Note the hash of the elaborated type of problems, by place."""
        with self._file.transaction() as file:
            file.executemany("UPDATE problems SET digest = ? WHERE place = ?", [(it, at) for at, it in digests.items()])

    def digests(self, *roles: Role) -> dict[int, tuple[str, int]]:
        """Return name and hash of the elaborated type of problems, by place, where it is known."""
        rows = self._file.all("SELECT place, name, role, digest FROM problems WHERE digest IS NOT NULL ORDER BY place")
        return {place: (name, digest) for place, name, role, digest in rows if Role(role) in roles}

    # -- phases --------------------------------------------------------------------------------------------------------

    def phase(self, number: int, name: str) -> PhaseRecord | None:
        found = self._file.one("SELECT document FROM phases WHERE round = ? AND phase = ?", number, name)
        return None if found is None else PhaseRecord.model_validate_json(found[0])

    def phases(self) -> list[PhaseRecord]:
        return [
            PhaseRecord.model_validate_json(it) for (it,) in self._file.all("SELECT document FROM phases ORDER BY id")
        ]

    def begin_phase(self, record: PhaseRecord) -> None:
        """Note that a phase has begun; a second time changes nothing."""
        with self._file.transaction() as file:
            file.execute(
                "INSERT OR IGNORE INTO phases (round, phase, document) VALUES (?, ?, ?)",
                (record.round, record.phase, record.model_dump_json()),
            )

    def end_phase(self, record: PhaseRecord) -> None:
        """Note that a phase is finished, with its figures."""
        with self._file.transaction() as file:
            file.execute(
                "UPDATE phases SET document = ? WHERE round = ? AND phase = ?",
                (record.model_dump_json(), record.round, record.phase),
            )

    # -- attempts ------------------------------------------------------------------------------------------------------

    def add_attempt(
        self,
        phase: PhaseRecord,
        place: int,
        attempt: Attempt,
        verified: VerifiedProof | None,
        states: Sequence[Visited] = (),
    ) -> None:
        """Write down an attempt with all that is kept of it, in one transaction."""
        with self._file.transaction() as file:
            (number,) = file.execute(
                "SELECT id FROM phases WHERE round = ? AND phase = ?", (phase.round, phase.phase)
            ).fetchone()
            row = file.execute(
                "INSERT INTO attempts (phase, place, seed, status, document) VALUES (?, ?, ?, ?, ?)",
                (number, place, attempt.seed, attempt.status, attempt.model_dump_json()),
            ).lastrowid
            for state in states:
                at = file.execute(
                    "INSERT INTO states (attempt, goals, depth, status) VALUES (?, ?, ?, ?)",
                    (row, json.dumps(state.goals, ensure_ascii=False), state.depth, state.status.value),
                ).lastrowid
                file.executemany(
                    "INSERT INTO tactics VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    [
                        (
                            at,
                            position,
                            it.tactic,
                            it.log_prob,
                            it.outcome.value,
                            it.status.value,
                            it.kind,
                            it.lean_calls,
                            it.heartbeats,
                            it.on_proof,
                            it.audited,
                        )
                        for position, it in enumerate(state.tried)
                    ],
                )
            if verified is not None:
                file.execute("INSERT INTO proofs VALUES (?, ?)", (row, verified.model_dump_json()))

    def attempted(self, phase: PhaseRecord) -> set[int]:
        """Return the places of the problems that have an attempt in a phase."""
        rows = self._file.all(
            "SELECT place FROM attempts a JOIN phases p ON p.id = a.phase WHERE p.round = ? AND p.phase = ?",
            phase.round,
            phase.phase,
        )
        return {place for (place,) in rows}

    def rows(self, number: int, phase: str) -> list[Row]:
        """Return the attempts of a phase in the order of their problems."""
        rows = self._file.all(
            "SELECT a.place, q.dataset, q.role, a.document FROM attempts a JOIN phases p ON p.id = a.phase "
            "JOIN problems q ON q.place = a.place WHERE p.round = ? AND p.phase = ? ORDER BY a.place, a.seed",
            number,
            phase,
        )
        return [
            Row(place=place, dataset=dataset, role=Role(role), attempt=Attempt.model_validate_json(document))
            for place, dataset, role, document in rows
        ]

    def searched(self, number: int, phase: str) -> Iterator[tuple[Asked, VerifiedProof | None, list[Visited]]]:
        """Yield the training problems attempted in a phase, in their order, with proof and states.

        Problems of an evaluation split, and dropped ones, never come out of here.
        """
        rows = self._file.all(
            "SELECT a.id, a.place FROM attempts a JOIN phases p ON p.id = a.phase "
            "WHERE p.round = ? AND p.phase = ? ORDER BY a.place, a.seed",
            number,
            phase,
        )
        known = {it.place: it for it in self.problems(Role.TRAIN)}
        for attempt, place in rows:
            if place not in known:
                continue
            proof = self._file.one("SELECT document FROM proofs WHERE attempt = ?", attempt)
            verified = None if proof is None else VerifiedProof.model_validate_json(proof[0])
            yield known[place], verified, self._visited(attempt, known[place].problem.name)

    def _visited(self, attempt: int, problem: str) -> list[Visited]:
        tried: dict[int, list[Tried]] = {}
        for state, *fields in self._file.all(
            "SELECT t.state, t.tactic, t.log_prob, t.outcome, t.status, t.kind, t.lean_calls, t.heartbeats, "
            "t.on_proof, t.audited FROM tactics t JOIN states s ON s.id = t.state WHERE s.attempt = ? "
            "ORDER BY t.state, t.place",
            attempt,
        ):
            tactic, log_prob, outcome, status, kind, lean_calls, heartbeats, on_proof, after = fields
            it = Tried(
                tactic=tactic,
                log_prob=log_prob,
                outcome=Outcome(outcome),
                status=Status(status),
                kind=kind,
                lean_calls=lean_calls,
                heartbeats=heartbeats,
                on_proof=bool(on_proof),
                audited=bool(after),
            )
            tried.setdefault(state, []).append(it)
        return [
            Visited(
                problem=problem,
                goals=tuple(json.loads(goals)),
                depth=depth,
                status=Status(status),
                tried=tuple(tried.get(number, ())),
            )
            for number, goals, depth, status in self._file.all(
                "SELECT id, goals, depth, status FROM states WHERE attempt = ? ORDER BY id", attempt
            )
        ]

    def audited(self, number: int, phase: str) -> int:
        """Return how many tactics were tried in a phase after the proof was found, each a Lean call."""
        found = self._file.one(
            "SELECT count(*) FROM tactics t JOIN states s ON s.id = t.state JOIN attempts a ON a.id = s.attempt "
            "JOIN phases p ON p.id = a.phase WHERE t.audited AND p.round = ? AND p.phase = ?",
            number,
            phase,
        )
        return 0 if found is None else int(found[0])

    def counts(self) -> dict[str, int]:
        """Return how many rows every table holds."""
        tables = ("problems", "dropped", "attempts", "states", "tactics", "proofs", "models")
        return {table: int(self._file.all(f"SELECT count(*) FROM {table}")[0][0]) for table in tables}

    # -- models --------------------------------------------------------------------------------------------------------

    def put_model(self, model: ModelRecord) -> None:
        """Write down a model, or what has become known of it since."""
        with self._file.transaction() as file:
            file.execute(
                "INSERT OR REPLACE INTO models VALUES (?, ?, ?)", (model.name, model.round, model.model_dump_json())
            )

    def models(self) -> list[ModelRecord]:
        rows = self._file.all("SELECT document FROM models ORDER BY round, name")
        return [ModelRecord.model_validate_json(document) for (document,) in rows]


@contextmanager
def held(folder: Path) -> Iterator[Store]:
    """Hold the store of a run's folder, making both if need be. Raises `DataError` if another process holds it."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / ".lock", blocking=False)
    try:
        lock.acquire()
    except Timeout as error:
        raise DataError(f"another process is running in {folder}: wait for it, or choose another --out") from error
    try:
        store = Store(folder / "store.sqlite")
        try:
            yield store
        finally:
            store.close()
    finally:
        lock.release()


def open_store(folder: Path) -> Store:
    """Open the store of a run for reading. Raises `DataError` if there is none."""
    if not (folder / "store.sqlite").is_file():
        raise DataError(f"{folder} holds no run of `prover iterate`: it has no store.sqlite")
    return Store(folder / "store.sqlite")

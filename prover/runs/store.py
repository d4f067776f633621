"""The store of a run: one SQLite file that survives a kill at any moment, with nothing lost and nothing counted twice.

The tables and what each of them means: `prover/runs/schema.sql`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

from filelock import FileLock, Timeout

from prover.errors import DataError
from prover.problems.fault import Fault
from prover.runs import states
from prover.runs.database import Database
from prover.runs.records import Dropped, Finished, Lost, PhaseRecord, Segment, TaskKey
from prover.types import COSTS, Attempt, CostRecord, Problem, VerifiedProof

FORMAT = "proofsmith-store/3"
NAME = "store.sqlite"
STATEMENT = "statement: "
"""How the message of a row begins whose statement does not elaborate: that is no failure of the machine."""
_NOTHING = COSTS.dump_json(CostRecord()).decode()


class Store:
    """An open store. Threads may share it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = Database(path)
        try:
            self._file.prepare()
            if not self._file.one("SELECT 1 FROM sqlite_master WHERE name = 'run'"):
                with self._file.transaction() as file:
                    script = (files("prover.runs") / "schema.sql").read_text(encoding="utf-8")
                    for statement in script.split(";\n"):
                        file.execute(statement)
                    file.execute("INSERT INTO run VALUES ('format', ?)", (FORMAT,))
        except sqlite3.DatabaseError as error:
            self._file.close()
            raise DataError(f"{path} is no store of this program ({error}): choose another --out") from error
        found = self.get("format")
        if found != FORMAT:
            self._file.close()
            raise DataError(
                f"{path} was written by another version ({found}, this one writes {FORMAT}): choose another --out, or "
                "use that version for this run"
            )

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
            raise DataError(f"{self.path.parent} holds a run with another {key}: choose another --out")

    def create(self, facts: Mapping[str, str], problems: Iterable[tuple[Problem, Fault | None]]) -> None:
        """Write down what a benchmark is, once, in one transaction: its facts and its problems in their order."""
        self.extend(facts, 0, problems)

    def extend(self, facts: Mapping[str, str], place: int, problems: Iterable[tuple[Problem, Fault | None]]) -> None:
        """Replace facts of a benchmark and add problems from a place on, in one transaction."""
        with self._file.transaction() as file:
            file.executemany("INSERT OR REPLACE INTO run VALUES (?, ?)", list(facts.items()))
            file.executemany(
                "INSERT INTO problems VALUES (?, ?, '', '', NULL, ?, ?)",
                [
                    (number, problem.name, fault and fault.model_dump_json(), problem.model_dump_json())
                    for number, (problem, fault) in enumerate(problems, place)
                ],
            )

    def created(self) -> list[tuple[Problem, Fault | None]]:
        """Return the problems of a benchmark in their order."""
        rows = self._file.all("SELECT document, fault FROM problems ORDER BY place")
        return [
            (Problem.model_validate_json(document), None if fault is None else Fault.model_validate_json(fault))
            for document, fault in rows
        ]

    def add_seconds(self, key: str, seconds: float) -> None:
        """Add to a clock."""
        with self._file.transaction() as file:
            file.execute(
                "INSERT INTO run VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = value + excluded.value",
                (key, str(round(seconds, 3))),
            )

    def counts(self) -> dict[str, int]:
        """Return how many rows the main tables hold."""
        tables = ("problems", "dropped", "attempts", "states", "tactics", "proofs", "models")
        return {table: int(self._file.all(f"SELECT count(*) FROM {table}")[0][0]) for table in tables}

    # -- segments ------------------------------------------------------------------------------------------------------

    def begin_segment(self, segment: Segment) -> int:
        """Note that the run was started or resumed, and return the number of the segment."""
        with self._file.transaction() as file:
            number = file.execute("INSERT INTO segments (document) VALUES (?)", (segment.model_dump_json(),)).lastrowid
        assert number is not None
        return number

    def end_segment(self, number: int, segment: Segment) -> None:
        """Note how a segment ended."""
        with self._file.transaction() as file:
            file.execute("UPDATE segments SET document = ? WHERE id = ?", (segment.model_dump_json(), number))

    def segments(self) -> list[tuple[int, Segment]]:
        rows = self._file.all("SELECT id, document FROM segments ORDER BY id")
        return [(number, Segment.model_validate_json(document)) for number, document in rows]

    # -- phases --------------------------------------------------------------------------------------------------------

    def phase(self, number: int, name: str) -> PhaseRecord | None:
        found = self._file.one("SELECT document FROM phases WHERE round = ? AND phase = ?", number, name)
        return None if found is None else PhaseRecord.model_validate_json(found[0])

    def phases(self) -> list[PhaseRecord]:
        rows = self._file.all("SELECT document FROM phases ORDER BY id")
        return [PhaseRecord.model_validate_json(document) for (document,) in rows]

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

    def begin(self, phase: PhaseRecord, segment: int, key: TaskKey) -> None:
        """Note that an attempt begins."""
        with self._file.transaction() as file:
            file.execute(
                "INSERT INTO begun (segment, phase, place, seed, cost) VALUES (?, ?, ?, ?, ?)",
                (segment, _phase_id(file, phase), *key, _NOTHING),
            )

    def spent(self, phase: PhaseRecord, segment: int, costs: Mapping[TaskKey, CostRecord]) -> None:
        """Note what the attempts in progress have cost so far."""
        with self._file.transaction() as file:
            number = _phase_id(file, phase)
            file.executemany(
                "UPDATE begun SET cost = ? WHERE id = (SELECT max(id) FROM begun WHERE segment = ? AND phase = ? "
                "AND place = ? AND seed = ? AND attempt IS NULL)",
                [(COSTS.dump_json(cost).decode(), segment, number, *key) for key, cost in costs.items()],
            )

    def finish(self, phase: PhaseRecord, place: int, finished: Finished) -> None:
        """Write down an attempt with all that is kept of it, in one transaction."""
        attempt = finished.attempt
        with self._file.transaction() as file:
            number = _phase_id(file, phase)
            row = file.execute(
                "INSERT INTO attempts (phase, place, seed, status, document) VALUES (?, ?, ?, ?, ?)",
                (number, place, attempt.seed, attempt.status, attempt.model_dump_json()),
            ).lastrowid
            assert row is not None
            file.execute(
                "UPDATE begun SET attempt = ? WHERE id = "
                "(SELECT max(id) FROM begun WHERE phase = ? AND place = ? AND seed = ?)",
                (row, number, place, attempt.seed),
            )
            if finished.search:
                file.execute("INSERT INTO searches VALUES (?, ?)", (row, finished.search))
            if finished.verified is not None:
                file.execute("INSERT INTO proofs VALUES (?, ?)", (row, finished.verified.model_dump_json()))
            states.insert(file, row, finished.states)

    def drop(self, dropped: Iterable[Dropped]) -> None:
        """Note problems that are left out, and that no attempt at them is in progress any more."""
        with self._file.transaction() as file:
            for problem in dropped:
                file.execute(
                    "INSERT OR IGNORE INTO dropped VALUES (?, ?, ?)",
                    (problem.dataset, problem.name, problem.model_dump_json()),
                )
                file.execute(
                    "DELETE FROM begun WHERE attempt IS NULL AND place IN "
                    "(SELECT place FROM problems WHERE dataset = ? AND name = ?)",
                    (problem.dataset, problem.name),
                )

    def dropped(self) -> list[Dropped]:
        rows = self._file.all("SELECT document FROM dropped ORDER BY dataset, name")
        return [Dropped.model_validate_json(document) for (document,) in rows]

    def attempted(self, phase: PhaseRecord) -> set[TaskKey]:
        """Return which attempts of a phase have a row."""
        rows = self._file.all(
            "SELECT a.place, a.seed FROM attempts a JOIN phases p ON p.id = a.phase WHERE p.round = ? AND p.phase = ?",
            phase.round,
            phase.phase,
        )
        return {TaskKey(place, seed) for place, seed in rows}

    def attempts(self, phase: PhaseRecord) -> Iterator[Attempt]:
        """Yield the rows of a phase in the order in which they were written."""
        for (document,) in self._file.all(
            "SELECT a.document FROM attempts a JOIN phases p ON p.id = a.phase "
            "WHERE p.round = ? AND p.phase = ? ORDER BY a.id",
            phase.round,
            phase.phase,
        ):
            yield Attempt.model_validate_json(document)

    def search(self, problem: str, seed: int) -> bytes | None:
        """Return the search behind the attempt of a benchmark, compressed; None if it never began."""
        found = self._file.one(
            "SELECT s.document FROM searches s JOIN attempts a ON a.id = s.attempt "
            "JOIN problems q ON q.place = a.place WHERE q.name = ? AND a.seed = ?",
            problem,
            seed,
        )
        return None if found is None else bytes(found[0])

    def proof(self, attempt: int) -> VerifiedProof | None:
        """Return the verified proof of the attempt with this number."""
        found = self._file.one("SELECT document FROM proofs WHERE attempt = ?", attempt)
        return None if found is None else VerifiedProof.model_validate_json(found[0])

    def proof_of(self, problem: str, seed: int) -> VerifiedProof | None:
        """Return the verified proof of the attempt of a benchmark."""
        found = self._file.one(
            "SELECT p.document FROM proofs p JOIN attempts a ON a.id = p.attempt "
            "JOIN problems q ON q.place = a.place WHERE q.name = ? AND a.seed = ?",
            problem,
            seed,
        )
        return None if found is None else VerifiedProof.model_validate_json(found[0])

    def lost(self) -> list[Lost]:
        """Return the attempts that were begun and led to no row, those in progress included, in their order."""
        rows = self._file.all(
            "SELECT q.name, b.seed, b.segment, b.cost FROM begun b JOIN problems q ON q.place = b.place "
            "WHERE b.attempt IS NULL ORDER BY b.id"
        )
        return [
            Lost(problem=name, seed=seed, segment=segment, cost=COSTS.validate_json(cost))
            for name, seed, segment, cost in rows
        ]

    def begun(self) -> int:
        """Return how often an attempt was begun."""
        found = self._file.one("SELECT count(*) FROM begun")
        return 0 if found is None else int(found[0])

    def withdraw_broken(self) -> list[str]:
        """Remove the rows of attempts that failed because of infrastructure, so that they are made again.

        Their cost is listed with what was lost: a run never gets a second chance in secret.
        """
        rows = self._file.all("SELECT id, document FROM attempts WHERE status = 'error' ORDER BY id")
        broken = [(number, Attempt.model_validate_json(document)) for number, document in rows]
        broken = [(number, attempt) for number, attempt in broken if not attempt.message.startswith(STATEMENT)]
        with self._file.transaction() as file:
            for number, attempt in broken:
                cost = COSTS.dump_json(attempt.cost).decode()
                file.execute("UPDATE begun SET cost = ? WHERE attempt = ?", (cost, number))
                file.execute("DELETE FROM attempts WHERE id = ?", (number,))
        return [attempt.problem for _, attempt in broken]


def _phase_id(file: sqlite3.Connection, phase: PhaseRecord) -> int:
    query = "SELECT id FROM phases WHERE round = ? AND phase = ?"
    return int(file.execute(query, (phase.round, phase.phase)).fetchone()[0])


@contextmanager
def locked(folder: Path) -> Iterator[Path]:
    """Lock a run's folder, making it if it is missing. Raises `DataError` if another process works in it."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / ".lock", blocking=False)
    try:
        lock.acquire()
    except Timeout as error:
        raise DataError(f"another process is running in {folder}: wait for it, or choose another --out") from error
    try:
        yield folder
    finally:
        lock.release()

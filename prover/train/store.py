"""The store of a run of the loop: that of the run engine, with the corpus, what is learnt from, and the models."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from prover.errors import DataError
from prover.runs.records import Dropped, StateRecord
from prover.runs.states import read
from prover.runs.store import NAME, Store, locked
from prover.train.records import CorpusProblem, ModelRecord, Role, Row
from prover.types import Attempt, Problem, VerifiedProof

KIND = "iterate"


class IterateStore(Store):
    """An open store. Threads may share it."""

    def add_problems(self, asked: Sequence[CorpusProblem], dropped: Sequence[Dropped]) -> None:
        """Write down a part of the corpus, in one transaction, after what of it is dropped: nothing slips in."""
        self.drop(dropped)
        with self._file.transaction() as file:
            file.executemany(
                "INSERT INTO problems VALUES (?, ?, ?, ?, NULL, NULL, ?)",
                [
                    (entry.place, entry.problem.name, entry.dataset, entry.role.value, entry.problem.model_dump_json())
                    for entry in asked
                ],
            )

    def next_place(self) -> int:
        """Return the place behind the last problem."""
        found = self._file.one("SELECT coalesce(max(place), -1) + 1 FROM problems")
        return 0 if found is None else int(found[0])

    def problems(self, *roles: Role) -> list[CorpusProblem]:
        """Return the problems of some roles in their order; training problems that were dropped are left out."""
        rows = self._file.all(
            "SELECT place, dataset, role, document FROM problems p WHERE NOT EXISTS "
            "(SELECT 1 FROM dropped d WHERE d.dataset = p.dataset AND d.name = p.name AND p.role = 'train') "
            "ORDER BY place"
        )
        return [
            CorpusProblem(place=place, dataset=dataset, role=Role(role), problem=Problem.model_validate_json(document))
            for place, dataset, role, document in rows
            if Role(role) in roles
        ]

    def join(self, dataset: str, problems: Sequence[Problem]) -> None:
        """Add train problems to the corpus, behind all others; those of the dataset that are there stay as they are."""
        with self._file.transaction() as file:
            rows = file.execute("SELECT name FROM problems WHERE dataset = ?", (dataset,))
            there = {name for (name,) in rows}
            first = file.execute("SELECT coalesce(max(place), -1) + 1 FROM problems").fetchone()[0]
            new = [problem for problem in problems if problem.name not in there]
            file.executemany(
                "INSERT INTO problems VALUES (?, ?, ?, ?, NULL, NULL, ?)",
                [
                    (first + number, problem.name, dataset, Role.TRAIN.value, problem.model_dump_json())
                    for number, problem in enumerate(new)
                ],
            )

    def set_digests(self, digests: dict[int, int]) -> None:
        """Note the hash of the elaborated type of problems, by place."""
        with self._file.transaction() as file:
            file.executemany(
                "UPDATE problems SET digest = ? WHERE place = ?", [(entry, at) for at, entry in digests.items()]
            )

    def digests(self, *roles: Role) -> dict[int, tuple[str, int]]:
        """Return name and hash of the elaborated type of problems, by place, where it is known."""
        rows = self._file.all("SELECT place, name, role, digest FROM problems WHERE digest IS NOT NULL ORDER BY place")
        return {place: (name, digest) for place, name, role, digest in rows if Role(role) in roles}

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

    def searched(
        self, number: int, phase: str
    ) -> Iterator[tuple[CorpusProblem, VerifiedProof | None, list[StateRecord]]]:
        """Yield the training problems attempted in a phase, in their order, with proof and states.

        Problems of an evaluation split, and dropped ones, never come out of here.
        """
        rows = self._file.all(
            "SELECT a.id, a.place FROM attempts a JOIN phases p ON p.id = a.phase "
            "WHERE p.round = ? AND p.phase = ? ORDER BY a.place, a.seed",
            number,
            phase,
        )
        known = {problem.place: problem for problem in self.problems(Role.TRAIN)}
        for attempt, place in rows:
            if place not in known:
                continue
            yield known[place], self.proof(attempt), read(self._file, attempt, known[place].problem.name)

    def audited(self, number: int, phase: str) -> int:
        """Return how many tactics were tried in a phase after the proof was found, each a Lean call."""
        found = self._file.one(
            "SELECT count(*) FROM tactics t JOIN states s ON s.id = t.state JOIN attempts a ON a.id = s.attempt "
            "JOIN phases p ON p.id = a.phase WHERE t.audited AND p.round = ? AND p.phase = ?",
            number,
            phase,
        )
        return 0 if found is None else int(found[0])

    def put_model(self, model: ModelRecord) -> None:
        """Write down a model, or what has become known of it since."""
        with self._file.transaction() as file:
            file.execute(
                "INSERT OR REPLACE INTO models VALUES (?, ?, ?)", (model.name, model.round, model.model_dump_json())
            )

    def put_critic(self, critic: ModelRecord) -> None:
        """Write down the critic of a round."""
        self.settle(f"critic {critic.round}", critic.model_dump_json())

    def critic(self, number: int) -> ModelRecord | None:
        """Return the critic of a round."""
        kept = self.get(f"critic {number}")
        return None if kept is None else ModelRecord.model_validate_json(kept)

    def models(self) -> list[ModelRecord]:
        rows = self._file.all("SELECT document FROM models ORDER BY round, name")
        return [ModelRecord.model_validate_json(document) for (document,) in rows]


@contextmanager
def open_locked(folder: Path) -> Iterator[IterateStore]:
    """Open the store of a run's folder, making both where they are missing, and lock the folder.

    Raises `DataError` if another process works there, or if it holds a run of something else.
    """
    with locked(folder):
        store = IterateStore(folder / NAME)
        try:
            store.settle("kind", KIND)
            yield store
        finally:
            store.close()


def open_store(folder: Path) -> IterateStore:
    """Open the store of a run for reading. Raises `DataError` if there is none."""
    if not (folder / NAME).is_file():
        raise DataError(f"{folder} holds no run of `prover iterate`: it has no {NAME}")
    return IterateStore(folder / NAME)

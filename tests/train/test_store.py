"""The store: what was committed is there whole after a kill, and nothing is there twice."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from prover.cli import run
from prover.errors import DataError
from prover.runs.records import Dropped
from prover.train.records import ModelRecord, Role
from prover.train.store import IterateStore, open_locked, open_store
from search.tree import Outcome
from tests.train import made

ROOT = Path(__file__).parents[2]


def filled(path: Path) -> IterateStore:
    store = IterateStore(path)
    store.add_problems([made.asked(f"p{n}", n, Role.TRAIN if n else Role.REPORT) for n in range(4)], [])
    store.begin_phase(made.SEARCH)
    return store


PREVIOUS = """
CREATE TABLE run (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE problems (
  place INTEGER PRIMARY KEY, name TEXT NOT NULL, dataset TEXT NOT NULL, role TEXT NOT NULL,
  digest INTEGER, document TEXT NOT NULL, UNIQUE (dataset, name)
);
INSERT INTO run VALUES ('format', 'proofsmith-store/2');
INSERT INTO run VALUES ('kind', 'iterate');
"""


def test_a_store_of_the_previous_version_is_refused_in_a_sentence_and_left_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "store.sqlite"
    file = sqlite3.connect(path)
    file.executescript(PREVIOUS)
    # That version wrote into the source of a problem what its context lacks.
    document = made.problem("p").model_dump(mode="json", exclude={"lacks", "tags"}) | {
        "source": "Init.Core, lacks simp"
    }
    with file:
        file.execute("INSERT INTO problems VALUES (0, 'p', 'library', 'train', NULL, ?)", (json.dumps(document),))
    before = list(file.iterdump())
    said = r"another version \(proofsmith-store/2, this one writes proofsmith-store/\d+\): choose another --out"
    with pytest.raises(DataError, match=said), open_locked(tmp_path):
        pass
    with pytest.raises(DataError, match=said):
        open_store(tmp_path)
    assert run(["report", str(tmp_path)]) == 2
    assert re.search(said, capsys.readouterr().err)
    assert list(file.iterdump()) == before
    file.close()


class TestAttempts:
    def test_come_back_as_they_were(self, tmp_path: Path) -> None:
        store = filled(tmp_path / "s")
        state = made.visited("p1", made.tried("omega"), made.tried("simp", Outcome.SOLVED, on_proof=True))
        verified = made.proof(made.problem("p1"))
        store.finish(made.SEARCH, 1, made.finished(made.attempt(made.problem("p1"), True), verified, [state]))
        ((asked, kept, states),) = store.searched(1, "search")
        assert asked.problem.name == "p1" and kept == verified and states == [state]
        assert [row.attempt.status for row in store.rows(1, "search")] == ["proved"]
        assert store.attempted(made.SEARCH) == {(1, 0)}

    def test_a_second_row_for_the_same_attempt_is_refused(self, tmp_path: Path) -> None:
        store = filled(tmp_path / "s")
        row = made.attempt(made.problem("p1"), False)
        store.finish(made.SEARCH, 1, made.finished(row, None, [made.visited("p1", made.tried("omega"))]))
        before = store.counts()
        with pytest.raises(Exception, match="UNIQUE"):
            store.finish(made.SEARCH, 1, made.finished(row, None, [made.visited("p1", made.tried("simp"))]))
        assert store.counts() == before  # nothing of the second one stayed

    def test_of_evaluation_problems_are_never_given_out_to_learn_from(self, tmp_path: Path) -> None:
        store = filled(tmp_path / "s")
        row = made.attempt(made.problem("p0"), True)
        store.finish(made.SEARCH, 0, made.finished(row, made.proof(made.problem("p0")), [made.visited("p0")]))
        assert list(store.searched(1, "search")) == []

    def test_of_dropped_problems_are_never_given_out_to_learn_from(self, tmp_path: Path) -> None:
        store = filled(tmp_path / "s")
        store.finish(
            made.SEARCH, 2, made.finished(made.attempt(made.problem("p2"), True), made.proof(made.problem("p2")))
        )
        assert len(list(store.searched(1, "search"))) == 1
        store.drop([Dropped(name="p2", dataset="toys", reason="type", like="q")])
        assert list(store.searched(1, "search")) == []
        assert [entry.problem.name for entry in store.problems(Role.TRAIN)] == ["p1", "p3"]


class TestFacts:
    def test_that_were_settled_cannot_change(self, tmp_path: Path) -> None:
        store = IterateStore(tmp_path / "s")
        store.settle("config", "one")
        store.settle("config", "one")
        with pytest.raises(DataError, match="another config"):
            store.settle("config", "two")

    def test_phases_begin_once_and_end(self, tmp_path: Path) -> None:
        store = filled(tmp_path / "s")
        later = made.SEARCH.model_copy(update={"began": "2027-01-01T00:00:00+00:00"})
        store.begin_phase(later)
        assert store.phase(1, "search") == made.SEARCH
        store.end_phase(made.SEARCH.model_copy(update={"ended": "now", "facts": {"proved": 3}}))
        found = store.phase(1, "search")
        assert found is not None and found.finished and found.facts == {"proved": 3}

    def test_clocks_add_up(self, tmp_path: Path) -> None:
        store = IterateStore(tmp_path / "s")
        store.add_seconds("clock", 1.5)
        store.add_seconds("clock", 2.25)
        assert float(store.get("clock") or 0) == 3.75

    def test_models_keep_their_lineage(self, tmp_path: Path) -> None:
        store = IterateStore(tmp_path / "s")
        model = ModelRecord(
            name="round-1", round=1, sha256="a", data_sha256="b", examples=1, parameters=2, seed=0, preset="tiny"
        )
        store.put_model(model)
        store.put_model(model.model_copy(update={"promoted": True}))
        assert store.models() == [model.model_copy(update={"promoted": True})]


class TestFiles:
    def test_of_something_else_are_refused(self, tmp_path: Path) -> None:
        (tmp_path / "s").write_text("no database" * 1000)
        with pytest.raises(DataError, match="no store"):
            IterateStore(tmp_path / "s")

    def test_that_are_missing_are_said_to_be(self, tmp_path: Path) -> None:
        with pytest.raises(DataError, match="holds no run"):
            open_store(tmp_path)

    def test_one_process_at_a_time(self, tmp_path: Path) -> None:
        with open_locked(tmp_path), pytest.raises(DataError, match="another process"), open_locked(tmp_path):
            pass

    def test_a_kill_while_writing_leaves_whole_attempts(self, tmp_path: Path) -> None:
        script = (
            "import sys; from pathlib import Path; from tests.train import made; from tests.train.test_store import *\n"
            "store = IterateStore(Path(sys.argv[1]))\n"
            "store.add_problems([made.asked(f'p{n}', n) for n in range(5000)], [])\n"
            "store.begin_phase(made.SEARCH)\n"
            "for n in range(5000):\n"
            "    states = [made.visited(f'p{n}', *(made.tried(f't{m}') for m in range(5))) for _ in range(3)]\n"
            "    it = made.problem(f'p{n}')\n"
            "    store.finish(made.SEARCH, n, made.finished(made.attempt(it, True), made.proof(it), states))\n"
        )
        process = subprocess.Popen([sys.executable, "-c", script, str(tmp_path / "s")], cwd=ROOT)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            time.sleep(0.2)
            with suppress(FileNotFoundError):  # the log comes after the file
                if (tmp_path / "s-wal").stat().st_size > 3_000_000:
                    break
        os.kill(process.pid, signal.SIGKILL)
        process.wait(20)
        counts = IterateStore(tmp_path / "s").counts()
        assert 0 < counts["attempts"] < 5000
        assert counts["states"] == 3 * counts["attempts"] and counts["tactics"] == 15 * counts["attempts"]
        assert counts["proofs"] == counts["attempts"]

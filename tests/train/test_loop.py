"""The loop on real Lean: it ends, never learns from what it is measured on, and a kill -9 changes nothing."""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="PyTorch is not installed (the extra ml): the loop cannot train")
pytest.importorskip("transformers", reason="transformers is not installed (the extra ml): the loop cannot train")

from prover.lean.embedded.install import Installation
from prover.queries import asks
from prover.report.rounds import summarise_rounds, write_rounds
from prover.runs.records import StateRecord
from prover.train.learn import read_examples
from prover.train.records import CONJECTURES, DISPROOFS, Role
from prover.train.store import open_store
from tests.train import loop_process

pytestmark = pytest.mark.slow  # whole runs on real Lean: minutes

ROOT = Path(__file__).parents[2]
SECONDS = 900


def start(out: Path, executor: str = "threads") -> subprocess.Popen[bytes]:
    environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}
    command = [sys.executable, "-m", "tests.train.loop_process", str(out), executor]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL, start_new_session=True)


def outcome(out: Path) -> dict[str, object]:
    """Return all that a run came to but for clocks.

    Heartbeats of an evaluation and of an audit may differ by one in the last place: what was asked of a process before
    counts a little.
    """
    store = open_store(out)
    try:
        phases = [
            (
                entry.round,
                entry.phase,
                {name: fact for name, fact in entry.facts.items() if "seconds" not in name and name != "heartbeats"},
            )
            for entry in store.phases()
        ]
        attempts = [
            (entry.round, entry.phase, row.place, row.attempt.status, row.attempt.proof, row.attempt.cost.lean_calls)
            for entry in store.phases()
            for row in store.rows(entry.round, entry.phase)
        ]
        states = [
            (asked, proof, [unclocked(state) for state in found])
            for number in (1, 2)
            for asked, proof, found in store.searched(number, "search")
        ]
        data = [(out / "data" / f"round-{number}" / "examples.jsonl").read_bytes() for number in (1, 2)]
        return {
            "phases": phases,
            "attempts": attempts,
            "states": states,
            "counts": store.counts(),
            "models": store.models(),
            "data": [hashlib.sha256(content).hexdigest() for content in data],
        }
    finally:
        store.close()


def unclocked(state: StateRecord) -> StateRecord:
    tried = (record.model_copy(update={"heartbeats": 0}) if record.audited else record for record in state.tried)
    return state.model_copy(update={"tried": tuple(tried)})


@pytest.fixture(scope="module")
def whole(lean: Installation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that nothing disturbed."""
    out = tmp_path_factory.mktemp("loop") / "whole"
    assert start(out).wait(SECONDS) == 0
    return out


@pytest.mark.slow
class TestLoop:
    def test_every_phase_of_every_round_is_finished(self, whole: Path) -> None:
        store = open_store(whole)
        names = [(entry.round, entry.phase) for entry in store.phases()]
        rounds = ["search", "examples", "train", "evaluate", "promote"]
        assert names == [
            (0, "types"),
            (0, "evaluate"),
            *((n, number) for n in (1, 2) for number in rounds),
            (2, "control"),
        ]
        assert all(phase.finished for phase in store.phases())
        assert store.counts()["proofs"] > 0 and len(store.models()) == 2

    def test_nothing_is_learnt_from_evaluation_problems(self, whole: Path) -> None:
        rows = read_examples(whole / "data" / "round-2" / "examples.jsonl")
        assert rows and all(row.problem.startswith("train_") for row in rows)
        proved = {row.problem for row in rows if row.proof}
        store = open_store(whole)
        verified = {asked.problem.name for n in (1, 2) for asked, proof, _ in store.searched(n, "search") if proof}
        assert proved == verified
        assert {problem.role for problem in store.problems(*Role)} == set(Role)

    def test_the_page_says_what_happened(self, whole: Path) -> None:
        store = open_store(whole)
        found = write_rounds(store, whole)
        assert [measured.label for measured in found.measured] == ["automation", "round 1", "round 2", "table"]
        assert all(measured.problems == 2 for measured in found.measured)  # the reporting half of four
        page = (whole / "rounds.html").read_text(encoding="utf-8")
        assert "Newly proved" in page and "http" not in page.replace("http-equiv", "").replace("http://www.w3.org", "")
        assert summarise_rounds(store).counts == store.counts()

    def test_no_stored_proof_holds_a_query(self, whole: Path) -> None:
        store = open_store(whole)
        proofs = [proof.proof for n in (1, 2) for _, proof, _ in store.searched(n, "search") if proof is not None]
        proofs += [row.attempt.proof or "" for row in store.rows(2, "evaluate")]
        store.close()
        assert proofs and not any(map(asks, proofs))
        exported = (whole / "data" / "round-2" / "tactics.jsonl").read_text(encoding="utf-8").splitlines()
        assert exported and not any(asks(json.loads(row)["tactic"]) for row in exported)

    def test_a_run_that_grows_comes_to_the_same(
        self, whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for rounds in ("1", "2"):
            monkeypatch.setenv("LOOP_ROUNDS", rounds)
            assert start(tmp_path / "grown").wait(SECONDS) == 0
        grown, at_once = outcome(tmp_path / "grown"), outcome(whole)
        assert grown["data"] == at_once["data"] and grown["models"] == at_once["models"]
        for name in ("phases", "attempts"):
            of_both = [row for row in grown[name] if tuple(row)[:2] != (1, "control")]  # type: ignore[attr-defined]
            assert of_both == at_once[name]

    @pytest.mark.parametrize("seed", [0, 1])
    def test_kills_change_nothing(self, whole: Path, tmp_path: Path, seed: int) -> None:
        assert kill_until_done(tmp_path / "killed", random.Random(seed)) >= 8
        assert outcome(tmp_path / "killed") == outcome(whole)

    def test_the_actors_of_a_cluster_come_to_the_same(self, whole: Path, tmp_path: Path) -> None:
        pytest.importorskip("ray", reason="Ray is not installed (the extra scale)")
        assert start(tmp_path / "ray", "ray").wait(SECONDS) == 0
        assert outcome(tmp_path / "ray") == outcome(whole)


def test_kills_change_nothing_of_conjectures_and_disproofs(
    lean: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOOP_METHODS", "1")
    assert start(tmp_path / "whole").wait(SECONDS) == 0
    store = open_store(tmp_path / "whole")
    try:
        assert {(1, "conjecture"), (2, "conjecture"), (1, "disprove")} <= {(e.round, e.phase) for e in store.phases()}
        made = [entry for entry in store.problems(Role.TRAIN) if entry.dataset == CONJECTURES]
        assert made and all(entry.problem.source for entry in made)
        searched = [row.dataset for number in (1, 2) for row in store.rows(number, "search")]
        assert 0 < searched.count(CONJECTURES) <= 4 and DISPROOFS not in searched
    finally:
        store.close()
    assert kill_until_done(tmp_path / "killed", random.Random(2)) >= 8
    assert outcome(tmp_path / "killed") == outcome(tmp_path / "whole")


def test_the_command_trains_on_what_the_actors_of_a_cluster_found(lean: Installation, tmp_path: Path) -> None:
    pytest.importorskip("ray", reason="Ray is not installed (the extra scale)")
    for name, statements in (("train", loop_process.TRAIN), ("valid", loop_process.VALID)):
        rows = (
            {"name": f"{name}_{number}", "formal_statement": f"theorem {name}_{number} {statement} := by"}
            for number, statement in enumerate(statements)
        )
        (tmp_path / f"{name}.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    options = ["--train", "train.jsonl", "--valid", "valid.jsonl=2", "--rounds", "1", "--problems", "5"]
    options += ["--search-budget", "lean_calls=12", "--budget", "lean_calls=8", "--executor", "ray", "--workers", "2"]
    command = [
        sys.executable,
        "-c",
        "from prover.cli import main; main()",
        "iterate",
        "--preset",
        "tiny",
        *options,
        "--out",
        "run",
    ]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    for _ in range(2):  # the second time nothing is left to do
        done = subprocess.run(command, cwd=tmp_path, env=environment, text=True, capture_output=True, timeout=SECONDS)
        assert done.returncode == 0, done.stderr
    store = open_store(tmp_path / "run")
    try:
        assert all(phase.finished for phase in store.phases()) and len(store.models()) == 1
        assert {segment.executor for _, segment in store.segments()} == {"ray"}
        assert store.counts()["proofs"] > 0 and store.lost() == []
    finally:
        store.close()


def kill_until_done(out: Path, draw: random.Random) -> int:
    """Kill the process again and again, a moment after it has got a step further, and return how often.

    A step is anything that reaches the disk: a phase, an attempt, a checkpoint. So every phase of every round is hit,
    however slow the machine is.
    """
    kills = 0
    while True:
        before = progress(out)
        process = start(out)
        wanted = draw.randint(1, 4)
        deadline = time.monotonic() + SECONDS
        while process.poll() is None and progress(out) < before + wanted:
            assert time.monotonic() < deadline, "no progress"
            time.sleep(0.02)
        time.sleep(draw.uniform(0.0, 0.5))
        if process.poll() is not None:
            assert process.returncode == 0
            return kills
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        kills += 1


def progress(out: Path) -> int:
    """Count what is on the disk, without opening the store for writing."""
    files = len(list(out.glob("data/*"))) + len(list(out.glob("models/*"))) + len(list(out.glob("models/.*/*.pt")))
    if not (out / "store.sqlite").is_file():
        return files
    store = sqlite3.connect(f"file:{out}/store.sqlite?mode=ro", uri=True, timeout=10)
    try:
        tables = ("phases", "attempts", "models")
        return files + sum(int(store.execute(f"SELECT count(*) FROM {table}").fetchone()[0]) for table in tables)
    except sqlite3.OperationalError:  # it is being made
        return files
    finally:
        store.close()


def test_the_problems_of_the_process_are_apart() -> None:
    assert not set(loop_process.TRAIN) & set(loop_process.VALID)

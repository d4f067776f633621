"""The loop on real Lean: it ends, never learns from what it is measured on, and a kill -9 changes nothing."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="PyTorch is not installed (the extra ml): the loop cannot train")
pytest.importorskip("transformers", reason="transformers is not installed (the extra ml): the loop cannot train")

from prover.lean.embedded.install import Installation
from prover.report.rounds import summarise_rounds, write_rounds
from prover.train.learn import read_examples
from prover.train.records import Role
from prover.train.store import Store, open_store
from tests.train import loop_process

ROOT = Path(__file__).parents[2]
SECONDS = 900


def start(out: Path) -> subprocess.Popen[bytes]:
    environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}
    command = [sys.executable, "-m", "tests.train.loop_process", str(out)]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL, start_new_session=True)


def outcome(out: Path) -> dict[str, object]:
    """Return all that a run came to but for clocks."""
    store = open_store(out)
    try:
        phases = [
            (it.round, it.phase, {name: fact for name, fact in it.facts.items() if "seconds" not in name})
            for it in store.phases()
        ]
        attempts = [
            (it.round, it.phase, row.place, row.attempt.status, row.attempt.proof, row.attempt.cost.lean_calls)
            for it in store.phases()
            for row in store.rows(it.round, it.phase)
        ]
        states = [found for number in (1, 2) for found in store.searched(number, "search")]
        data = [(out / "data" / f"round-{number}" / "examples.jsonl").read_bytes() for number in (1, 2)]
        return {
            "phases": phases,
            "attempts": attempts,
            "states": states,
            "counts": store.counts(),
            "models": store.models(),
            "data": [hashlib.sha256(it).hexdigest() for it in data],
        }
    finally:
        store.close()


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
        names = [(it.round, it.phase) for it in store.phases()]
        rounds = ["search", "examples", "train", "evaluate", "promote"]
        assert names == [(0, "types"), (0, "evaluate"), *((n, it) for n in (1, 2) for it in rounds), (2, "control")]
        assert all(it.finished for it in store.phases())
        assert store.counts()["proofs"] > 0 and len(store.models()) == 2

    def test_nothing_is_learnt_from_evaluation_problems(self, whole: Path) -> None:
        rows = read_examples(whole / "data" / "round-2" / "examples.jsonl")
        assert rows and all(it.problem.startswith("train_") for it in rows)
        proved = {it.problem for it in rows if it.proof}
        store = open_store(whole)
        verified = {asked.problem.name for n in (1, 2) for asked, proof, _ in store.searched(n, "search") if proof}
        assert proved == verified
        assert {it.role for it in store.problems(*Role)} == set(Role)

    def test_the_page_says_what_happened(self, whole: Path) -> None:
        store = open_store(whole)
        found = write_rounds(store, whole)
        assert [it.label for it in found.measured] == ["automation", "round 1", "round 2", "table"]
        assert all(it.problems == 2 for it in found.measured)  # the reporting half of four
        page = (whole / "rounds.html").read_text(encoding="utf-8")
        assert "Newly proved" in page and "http" not in page.replace("http-equiv", "").replace("http://www.w3.org", "")
        assert summarise_rounds(store).counts == store.counts()

    @pytest.mark.parametrize("seed", [0, 1])
    def test_kills_change_nothing(self, whole: Path, tmp_path: Path, seed: int) -> None:
        draw = random.Random(seed)
        out = tmp_path / "killed"
        kills = 0
        while True:
            process = start(out)
            try:
                # Long enough for some progress to be made, short enough to hit every phase in the end.
                process.wait(draw.uniform(8, 30) if kills < 12 else SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                kills += 1
                continue
            assert process.returncode == 0
            break
        assert kills > 1
        assert outcome(out) == outcome(whole)


def phases_seen(out: Path) -> list[tuple[int, str, bool]]:
    store = Store(out / "store.sqlite")
    try:
        return [(it.round, it.phase, it.finished) for it in store.phases()]
    finally:
        store.close()


@pytest.mark.slow
def test_a_kill_in_every_phase(whole: Path, tmp_path: Path) -> None:
    """Kill once within each phase, as soon as the store says that it has begun."""
    out = tmp_path / "killed"
    expected = [(it[0], it[1]) for it in outcome(whole)["phases"]]  # type: ignore[attr-defined, index]
    for phase in expected:
        process = start(out)
        deadline = time.monotonic() + SECONDS
        while process.poll() is None and time.monotonic() < deadline:
            if (out / "store.sqlite").exists() and phase in [seen[:2] for seen in phases_seen(out)]:
                break
            time.sleep(0.05)
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    assert start(out).wait(SECONDS) == 0
    assert outcome(out) == outcome(whole)


def test_the_problems_of_the_process_are_apart() -> None:
    assert not set(loop_process.TRAIN) & set(loop_process.VALID)

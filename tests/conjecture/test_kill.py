"""A kill -9 in the middle of the gate: what was ruled on is kept, and the phase comes to the same."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from prover.conjecture.round import rulings
from prover.lean.embedded.install import Installation
from prover.train.records import CONJECTURES, Role
from prover.train.store import open_store

pytestmark = pytest.mark.slow  # several starts of Lean

ROOT = Path(__file__).parents[2]
SECONDS = 300


def start(out: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.conjecture.gate_process", str(out)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, start_new_session=True)


def ruled(out: Path) -> int:
    """Count the rulings on the disk, without opening the store for writing."""
    if not (out / "store.sqlite").is_file():
        return 0
    store = sqlite3.connect(f"file:{out}/store.sqlite?mode=ro", uri=True, timeout=10)
    try:
        return int(store.execute("SELECT count(*) FROM run WHERE key LIKE 'conjecture 1 %'").fetchone()[0])
    except sqlite3.OperationalError:  # it is being made
        return 0
    finally:
        store.close()


def outcome(out: Path) -> tuple[list[str], list[str]]:
    store = open_store(out)
    try:
        added = [entry for entry in store.problems(Role.TRAIN) if entry.dataset == CONJECTURES]
        said = [ruling.model_dump_json(exclude={"lean_calls"}) for ruling in rulings(store, 1)]
        return said, [f"{entry.place} {entry.problem.statement}" for entry in added]
    finally:
        store.close()


def test_kills_change_nothing(lean: Installation, tmp_path: Path) -> None:
    assert start(tmp_path / "whole").wait(SECONDS) == 0
    whole = outcome(tmp_path / "whole")
    assert whole[1], "nothing was accepted"
    cut, kills = tmp_path / "cut", 0
    while True:
        process, before, deadline = start(cut), ruled(cut), time.monotonic() + SECONDS
        while process.poll() is None and ruled(cut) < before + 3:
            assert time.monotonic() < deadline, "no progress"
            time.sleep(0.05)
        if process.poll() is not None:
            break
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        kills += 1
    assert kills and process.returncode == 0
    assert outcome(cut) == whole

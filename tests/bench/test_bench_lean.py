"""One run on real Lean, killed at random moments and resumed: the outcomes are those of a run in peace."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from prover.bench.folder import read_run
from prover.lean.embedded.install import Installation
from tests.bench.test_bench_run import begun, outcomes

pytestmark = pytest.mark.slow  # whole runs on real Lean: minutes

ROOT = Path(__file__).parents[2]
STATEMENTS = (
    "(a b : ℕ) : a + b = b + a",
    "(n : ℕ) (h : n % 4 = 2) : n % 2 = 0",
    "(p q r : Prop) (h : p → q) (g : q → r) : p ∧ p → r ∧ q",
    "(a b : ℝ) (h : a + b = 10) (g : a = b + 4) : a = 7 ∧ b = 3",
    "(a b c : ℤ) (h : a ^ 3 + b ^ 3 = c ^ 3) : a * b * c = 0",  # true, and its budget runs out
    "(n : ℕ) : n <++ 5",  # no Lean: an error
)
KILLS = 2
SECONDS = 900  # a guard only


def test_sigkill_changes_no_outcome(lean: Installation, tmp_path: Path) -> None:
    rows = [
        {"name": f"own_{number}", "formal_statement": f"theorem own_{number} {statement} := by"}
        for number, statement in enumerate(STATEMENTS)
    ]
    (tmp_path / "own.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    began = time.monotonic()
    assert start(tmp_path, "whole").wait(SECONDS) == 0
    took = time.monotonic() - began
    rng = random.Random(5)
    for _ in range(KILLS):
        process = start(tmp_path, "killed")
        try:
            process.wait(rng.uniform(0.3, 1.0) * took)
        except subprocess.TimeoutExpired:
            children = psutil.Process(process.pid).children(recursive=True)
            process.send_signal(signal.SIGKILL)
            process.wait()
            assert not psutil.wait_procs(children, timeout=20)[1], "Lean outlives the process that started it"
    assert start(tmp_path, "killed").wait(SECONDS) == 0
    whole, killed = outcomes(tmp_path / "whole"), outcomes(tmp_path / "killed")
    assert killed == whole
    assert [row["status"] for row in whole.values()] == ["proved"] * 4 + ["unproved", "error"]
    run = read_run(tmp_path / "killed")
    assert begun(run.path) == len(STATEMENTS) + len(run.lost)


def start(folder: Path, out: str) -> subprocess.Popen[bytes]:
    command = ["bench", "own.jsonl", "--out", out, "--budget", "lean_calls=40", "--heartbeats", "2000"]
    return subprocess.Popen(
        [sys.executable, "-c", "from prover.cli import main; main()", *command],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
    )

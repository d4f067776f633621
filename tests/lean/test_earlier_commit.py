"""The attack of docs/verifier.md against the commit before the processes were separated, where it succeeds, and here.

A test that an attack fails says little unless the same text was seen to succeed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.lean.memory_attack import ATTACK, FALSE

pytestmark = pytest.mark.slow  # compiles a context and starts Lean six times

ROOT = Path(__file__).parents[2]
BASE = "5f45c50"
PROVER = [sys.executable, "-P", "-c", "from prover.cli import main; main()"]
LIE = "theorem t : (1 : ℕ) = 2 := by"
HONEST = "theorem u (x y : ℝ) (h : x < y) : x < y + 1 := by"
MULTIPLIES = "theorem v : Nat.mul 2 3 = 5 := by"


@pytest.fixture(scope="module")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tree of the earlier commit, in a folder of its own."""
    found = subprocess.run(["git", "archive", BASE], cwd=ROOT, capture_output=True)
    if found.returncode != 0:
        pytest.skip(f"the commit {BASE} is not here: `git fetch --unshallow` brings it")
    folder = tmp_path_factory.mktemp("earlier")
    subprocess.run(["tar", "-x", "-C", str(folder)], input=found.stdout, check=True)
    return folder


def verify(tree: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PROVER, "verify", *arguments],
        env={**os.environ, "PYTHONPATH": str(tree)},
        cwd=tree,
        capture_output=True,
        text=True,
    )


def batch(tree: Path, file: Path, proofs: list[tuple[str, str]]) -> list[str]:
    rows = [{"id": i, "statement": statement, "proof": proof} for i, (statement, proof) in enumerate(proofs)]
    file.write_text("\n".join(map(json.dumps, rows)) + "\n", encoding="utf-8")
    done = verify(tree, "--batch", str(file))
    return [json.loads(line)["verdict"] for line in done.stdout.splitlines()]


def test_it_succeeded(earlier: Path, tmp_path: Path) -> None:
    text = tmp_path / "attack.txt"
    text.write_text(ATTACK, encoding="utf-8")
    done = verify(earlier, LIE, str(text))
    assert done.returncode == 0 and done.stdout.startswith("accepted"), (done.stdout, done.stderr)
    again = batch(earlier, tmp_path / "batch.jsonl", [(LIE, ATTACK), (MULTIPLIES, "decide +kernel")])
    assert again == ["accepted", "accepted"]  # of `Nat.mul 2 3 = 5` the proof is honest, the process is not


def test_it_fails(tmp_path: Path) -> None:
    text = tmp_path / "attack.txt"
    text.write_text(ATTACK, encoding="utf-8")
    done = verify(ROOT, LIE, str(text))
    assert done.returncode == 1 and done.stdout.startswith("rejected"), (done.stdout, done.stderr)
    proofs = [(HONEST, "linarith"), (LIE, ATTACK), (HONEST, "linarith"), (MULTIPLIES, "decide +kernel"), (LIE, FALSE)]
    assert batch(ROOT, tmp_path / "batch.jsonl", proofs) == ["accepted", "rejected", "accepted", "rejected", "rejected"]

"""Every example of the documents runs as it stands and prints what it promises.

The fast set runs most of them in the process of the tests, where Lean is warm; the slow set each in one of its own.
"""

from __future__ import annotations

import json
import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from prover.policies.entry import POLICIES
from prover.strategies import STRATEGIES

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "docs" / "examples"

PROMISES = {
    "benchmark.py": ("best-first", "beam"),
    "fill.py": ("nothing remains",),
    "goals.py": ("⊢ 0 < f 0", "⊢ 0 < f (n✝ + 1)"),
    "own_policy.py": ("proved with by-shape", "constructor"),
    "own_strategy.py": ("proved with depth-first",),
    "prove.py": ("proved", "Lean calls"),
    "verify.py": ("exact ⟨hp, hq⟩: accepted", "exact ⟨hq, hp⟩: rejected (elaboration)", "sorry: rejected"),
    "watch.py": ("⊢ a ^ n + b ^ n ≠ c ^ n", "  8 ", "stopped"),
}


Capture = pytest.CaptureFixture[str]
SLOW = pytest.mark.slow
APART = [pytest.param(name, marks=() if name == "goals.py" else SLOW) for name in PROMISES]


def ran(path: Path, tmp_path: Path) -> str:
    """Return what a script prints in a process of its own."""
    given = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, str(path)], cwd=tmp_path, env=given, capture_output=True, text=True, encoding="utf-8",
        timeout=900,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def ran_here(path: Path, tmp_path: Path, patch: pytest.MonkeyPatch, capsys: Capture) -> str:
    """Return what a script prints in this process; what it registers is gone afterwards."""
    for registry in (POLICIES, STRATEGIES):
        patch.setattr(registry, "_registered", dict(registry._registered))
    patch.chdir(tmp_path)
    runpy.run_path(str(path), run_name="__main__")
    return capsys.readouterr().out


RAY = "ray_cluster.py"  # which needs the extra `scale`, and a minute


def test_every_script_is_promised_something() -> None:
    assert {path.name for path in EXAMPLES.glob("*.py")} == {*PROMISES, RAY}
    assert all(len(path.read_text("utf-8").splitlines()) <= 60 for path in EXAMPLES.glob("*.py"))


@pytest.mark.parametrize("name", PROMISES)
def test_prints_what_it_promises(
    name: str, lean: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    said = ran_here(EXAMPLES / name, tmp_path, monkeypatch, capsys)
    for promise in PROMISES[name]:
        assert promise in said, said


@pytest.mark.parametrize("name", APART)
def test_runs_by_itself(name: str, lean: object, tmp_path: Path) -> None:
    said = ran(EXAMPLES / name, tmp_path)
    for promise in PROMISES[name]:
        assert promise in said, said


@pytest.mark.slow
def test_the_cluster_makes_every_attempt(lean: object, tmp_path: Path) -> None:
    pytest.importorskip("ray", reason="Ray is not installed (the extra scale)")
    said = ran(EXAMPLES / RAY, tmp_path)
    assert all(f"{name}: proved" in said for name in ("sum", "both", "swap")), said
    assert "false: unproved" in said or "false: refuted" in said, said
    assert "made by ray" in said


def test_the_cells_of_the_notebook_run_one_after_the_other(
    lean: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    document = json.loads((EXAMPLES / "notebook.ipynb").read_text("utf-8"))
    assert document["nbformat"] == 4 and not any(cell.get("outputs") for cell in document["cells"])
    cells = ["".join(cell["source"]) for cell in document["cells"] if cell["cell_type"] == "code"]
    script = tmp_path / "cells.py"
    script.write_text("\n".join(cells), encoding="utf-8")
    assert "omega" in ran_here(script, tmp_path, monkeypatch, capsys)

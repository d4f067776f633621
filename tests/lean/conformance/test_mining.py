"""Tracing and mining with the real package, over a `lake` and a `lean` that leave the trace of one known file."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from prover import cli
from prover.errors import LeanError
from prover.lean.leandojo.mine import mine
from prover.lean.leandojo.mined import MinedStep
from prover.types import Label
from tests.lean.conformance.conftest import needs
from tests.lean.standins import install
from tests.lean.standins.tracer import SOURCE, STATE


@pytest.fixture
def repository(standins: Path, tmp_path: Path) -> Path:
    needs("lean_dojo")
    install.lean(standins)
    folder = tmp_path / "swap"
    folder.mkdir()
    (folder / "Swap.lean").write_text(SOURCE)
    (folder / "lakefile.toml").write_text('name = "swap"\n')
    (folder / "lean-toolchain").write_text("leanprover/lean4:v4.20.0\n")
    author = ("-c", "user.name=t", "-c", "user.email=t@example.org")
    for command in (("init", "-q"), ("add", "-A"), (*author, "commit", "-qm", "swap")):
        subprocess.run(["git", *command], cwd=folder, check=True)
    return folder


def test_states_tactics_and_premises(repository: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "mined.jsonl"
    assert cli.run(["data", "mine", str(repository), "--offline", "--out", str(out), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["steps"] == 1
    (step,) = (MinedStep.model_validate_json(line) for line in out.read_text().splitlines())
    assert (step.theorem, step.file, step.depth) == ("swap", "Swap.lean", 0)
    assert (step.state_before, step.tactic, step.state_after) == (STATE, "exact And.intro h.2 h.1", "no goals")
    assert [premise.name for premise in step.premises] == ["And.intro"]
    example = step.example()
    assert example.goals == (STATE,)
    assert [(judgement.tactic, judgement.label) for judgement in example.judged] == [
        ("exact And.intro h.2 h.1", Label.PROVED)
    ]
    # What was traced is kept: the second time nothing is compiled.
    (repository.parent / "standins" / "bin" / "lean").unlink()
    assert mine(str(repository), "", out, offline=True) == 1


def test_what_cannot_be_traced_is_said_and_leaves_no_file(repository: Path, tmp_path: Path) -> None:
    out = tmp_path / "mined.jsonl"
    with pytest.raises(LeanError, match="could not trace"):
        mine(str(tmp_path / "nowhere"), "", out, offline=True)
    assert not out.exists()

"""What people expect of a command: completion, logs, quiet, a plain number as a budget."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from prover.cli import COMPLETE, run
from prover.config.search import BudgetSpec
from prover.errors import UsageError
from prover.logs import LOGGER, configured
from prover.plural import counted

Capture = pytest.CaptureFixture[str]
PROVER = [sys.executable, "-c", "from prover.cli import main; main()"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_script_for_every_shell(shell: str, capsys: Capture) -> None:
    assert run(["completion", shell]) == 0
    assert COMPLETE in capsys.readouterr().out


def test_an_unknown_shell(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(["completion", "tcsh"]) == 2
    monkeypatch.setenv("SHELL", "/bin/tcsh")
    assert run(["completion"]) == 2
    assert "bash, zsh, fish" in capsys.readouterr().err


@pytest.mark.parametrize(("line", "expected"), [("prover pro", "prove"), ("prover prove --disp", "--disprove")])
def test_completes(line: str, expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    asked = {COMPLETE: "complete_bash", "COMP_WORDS": line, "COMP_CWORD": str(len(line.split()) - 1)}
    done = subprocess.run(PROVER, env=os.environ | asked, capture_output=True, text=True, check=False)
    assert expected in done.stdout.split(), done


def test_a_number_is_lean_calls() -> None:
    read = TypeAdapter(BudgetSpec).validate_python
    assert read("100").lean_calls == 100
    assert read("100,seconds=5").set() == {"lean_calls": 100, "seconds": 5.0}
    with pytest.raises(ValueError, match="above 0"):
        read("0")
    with pytest.raises(ValueError, match="twice"):
        read("100,lean_calls=5")


def test_logs_go_where_the_variable_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "log.txt"
    monkeypatch.setenv("PROOFSMITH_LOG", f"debug:{file}")
    configured()
    LOGGER.debug("a word")
    monkeypatch.setenv("PROOFSMITH_LOG", str(tmp_path / "missing" / "log.txt"))
    with pytest.raises(UsageError, match="PROOFSMITH_LOG"):
        configured()
    monkeypatch.delenv("PROOFSMITH_LOG")
    configured()
    assert "DEBUG prover: a word" in file.read_text(encoding="utf-8")


def test_the_examples_of_configurations_are_read() -> None:
    from prover.bench.grid import read_grid
    from prover.config import search_config

    folder = Path(__file__).parents[1] / "docs" / "examples" / "config"
    assert search_config(config=folder / "search.toml").budget.lean_calls == 200
    assert len(read_grid(folder / "grid.toml", {})) == 4


def test_one_call_is_no_calls() -> None:
    assert [counted(number, "call") for number in (0, 1, 2, 1000)] == ["0 calls", "1 call", "2 calls", "1,000 calls"]
    assert counted(1, "remains", "remain") == "1 remains"

"""`prove`, `verify` and `fill` with a server instead of a Lean of one's own; and the command `prover serve` itself."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from prover.cli import run
from prover.serve.jobs import WorkerSettings
from prover.serve.settings import ServeSettings
from tests.serve.running import Running

Capture = pytest.CaptureFixture[str]
TOY = WorkerSettings(lean="python:tests.serve.toy:ToyLean", warm=False)
STATEMENT = "theorem t : 1 + 2 = 3 := by"


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with Running(ServeSettings(worker=TOY)) as running:
        yield running


def test_verify(server: Running, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(["verify", STATEMENT, "3", "--server", server.address, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["lean"]["backend"] == "toy"
    monkeypatch.setenv("PROOFSMITH_SERVER", server.address)
    assert run(["verify", STATEMENT, "4"]) == 1
    assert "4 is not the sum" in capsys.readouterr().out
    assert run(["verify", "theorem t : hope := by", "4"]) == 2
    assert "is no sum" in capsys.readouterr().err


def test_prove_and_fill(server: Running, capsys: Capture, tmp_path: Path) -> None:
    asked = ["prove", STATEMENT, "--server", server.address, "--budget", "lean_calls=3", "--json", "--quiet"]
    assert run(asked) == 1
    row = json.loads(capsys.readouterr().out)
    assert (row["status"], row["lean"]["backend"], row["cost"]["lean_calls"]) == ("unproved", "toy", 3)
    assert run([*asked[:-2], "--disprove", "--quiet"]) == 1
    file = tmp_path / "Mine.lean"
    file.write_text(f"{STATEMENT}\n  sorry\n", encoding="utf-8")
    assert run(["fill", str(file), "--server", server.address, "--budget", "lean_calls=3"]) == 1
    assert "1 remains" in capsys.readouterr().out
    assert "sorry" in file.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--server", "localhost:8000"], "write http://HOST:PORT"),
        (["--server", "http://127.0.0.1:9", "--lean", "native"], "--lean cannot go with --server"),
    ],
)
def test_what_makes_no_sense_is_said(options: list[str], sentence: str, capsys: Capture) -> None:
    assert run(["verify", STATEMENT, "3", *options]) == 2
    assert sentence in capsys.readouterr().err


def test_where_no_server_answers_it_is_said(capsys: Capture) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert run(["verify", STATEMENT, "3", "--server", f"http://127.0.0.1:{port}"]) == 2
    assert "start one with `prover serve`" in capsys.readouterr().err


def test_a_missing_key_is_asked_for(capsys: Capture) -> None:
    with Running(ServeSettings(worker=TOY, key="correct horse")) as guarded:
        assert run(["verify", STATEMENT, "3", "--server", guarded.address]) == 2
        assert "PROOFSMITH_SERVER_KEY" in capsys.readouterr().err


def test_the_command_serves_until_it_is_told_to_end() -> None:
    command = [sys.executable, "-c", "from prover.cli import main; main()", "serve", "--port", "0", "--json-logs"]
    options = ["--lean", "python:tests.serve.toy:ToyLean", "--policy", "automation"]
    with subprocess.Popen([*command, *options], stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        line = process.stderr.readline()
        assert "listening on http://127.0.0.1:" in line, line + process.stderr.read()
        address = line.split()[3]
        assert run(["verify", STATEMENT, "3", "--server", address]) == 0
        # The row of a request comes after its answer. Should it never come, the server is told to end all the same.
        impatience = threading.Timer(60, process.terminate)
        impatience.start()
        rows = []
        for row in process.stderr:
            rows.append(json.loads(row))
            if rows[-1]["message"].startswith("POST /v1/verify"):
                process.send_signal(signal.SIGTERM)
        impatience.cancel()
        assert process.wait(60) == 0, rows
    assert any(row.get("status") == 200 and row["message"].startswith("POST /v1/verify") for row in rows)


def test_nobody_else_is_served_without_a_key(capsys: Capture) -> None:
    assert run(["serve", "--host", "0.0.0.0"]) == 2
    assert "PROOFSMITH_SERVER_KEY" in capsys.readouterr().err
    assert run(["serve", "--skill"]) == 0
    assert capsys.readouterr().out.startswith("---\nname: proofsmith")

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

import httpx
import pytest

from prover.cli import run
from prover.config.search import SearchConfig
from prover.errors import StatementError
from prover.serve import client
from prover.serve.refusals import OutOfTime
from prover.serve.settings import ServeSettings
from prover.serve.worker.jobs import WorkerSettings
from prover.types import Problem
from tests.serve.asking import wait_for
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
        (["--server", "http://[::1"], "write http://HOST:PORT"),
        (["--server", "http://"], "write http://HOST:PORT"),
        (["--server", "http://127.0.0.1:99999"], "write http://HOST:PORT"),
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


def test_another_program_at_the_address_is_no_server_of_ours(
    server: Running, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "GREETING_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        for address in (f"http://127.0.0.1:{silent.getsockname()[1]}", f"{server.address}/elsewhere"):
            assert run(["verify", STATEMENT, "3", "--server", address]) == 2
            assert f"what answers at {address} is no `prover serve`" in capsys.readouterr().err


def test_a_missing_or_wrong_key_is_asked_for(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    with Running(ServeSettings(worker=TOY, key="correct horse")) as guarded:
        for key, said in (("", "Missing"), ("wrong", "Invalid")):
            monkeypatch.setenv("PROOFSMITH_SERVER_KEY", key)
            assert run(["verify", STATEMENT, "3", "--server", guarded.address]) == 2
            told = capsys.readouterr().err
            assert said in told and "PROOFSMITH_SERVER_KEY" in told
        monkeypatch.setenv("PROOFSMITH_SERVER_KEY", "correct horse")
        assert run(["verify", STATEMENT, "3", "--server", guarded.address]) == 0


def test_what_a_server_is_out_of_time_for_is_told_apart(server: Running) -> None:
    with client.RemoteProver(server.address, SearchConfig()) as remote:
        problem = Problem(name="t", statement=STATEMENT)
        with pytest.raises(OutOfTime, match="longer timeout"):
            remote.verify(problem, "sleep 30", seconds=0.3)
        with pytest.raises(StatementError, match="is no sum"):
            remote.verify(problem.model_copy(update={"statement": "theorem t : hope := by"}), "3")


COMMAND = [
    *(sys.executable, "-c", "from prover.cli import main; main()", "serve", "--port", "0", "--json-logs"),
    *("--lean", "python:tests.serve.toy:ToyLean", "--policy", "automation"),
]


def test_a_server_that_dies_midway_is_one_sentence(capsys: Capture) -> None:
    with subprocess.Popen(COMMAND, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        address = process.stderr.readline().split()[3]

        def kill() -> None:
            with httpx.Client(base_url=address, trust_env=False) as http:
                wait_for(lambda: http.get("/v1/info").json()["requests"] == 1)
            process.kill()

        killer = threading.Thread(target=kill)
        killer.start()
        assert run(["verify", STATEMENT, "sleep 60", "--server", address]) == 2
        killer.join()
        said = capsys.readouterr().err
        assert said == f"prover: the server at {address} ended before it had answered: ask again\n"


def test_the_command_serves_until_it_is_told_to_end() -> None:
    with subprocess.Popen(COMMAND, stderr=subprocess.PIPE, text=True) as process:
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

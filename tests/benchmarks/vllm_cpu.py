"""vLLM for real, on a CPU: three statements proved through its offline engine and through its OpenAI server.

    make vllm-cpu

Trains the tests' tiny model, then runs the same command a person would, once with `vllm:` and once with `openai:` on a
server of vLLM's own. Ends with exit code 0 if everything is proved and accepted.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import httpx

from prover.lean.context import context
from prover.lean.embedded.install import install
from prover.lean.embedded.session import EmbeddedSession
from prover.lean.session import Limits
from tests.policies.tiny_model import make
from tests.policies.tiny_problems import PROBLEMS, steps

ENVIRONMENT = {
    "HF_HUB_OFFLINE": "1",
    "VLLM_CPU_KVCACHE_SPACE": "1",  # GiB
    "VLLM_NO_USAGE_STATS": "1",
    "DO_NOT_TRACK": "1",
    "VLLM_LOGGING_LEVEL": "WARNING",
    "OMP_NUM_THREADS": "1",  # several threads on busy cores spin
}
READY_SECONDS = 600.0
PROVER = str(Path(sys.executable).with_name("prover"))


def main() -> int:
    os.environ.update(ENVIRONMENT)
    print(f"vllm-cpu {version('vllm-cpu')}, torch {version('torch')}, transformers {version('transformers')}")
    with tempfile.TemporaryDirectory() as folder:
        session = EmbeddedSession(install(), context("core"), Limits(heartbeats=20_000))
        model = make(Path(folder) / "model", steps(session), context=256)
        session.close()
        file = Path(folder) / "three.jsonl"
        rows = [{"name": problem.name, "formal_statement": problem.statement} for problem in PROBLEMS]
        file.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
        settings = "recipe=tiny&temperature=0.7"
        good = _proves(file, f"vllm:{model}?{settings}&dtype=float32&context=256&eager=true", folder)
        with _server(model, Path(folder) / "server.log") as url:
            good &= _proves(file, f"openai:{url}#tiny?{settings}", folder)
    print("everything proved" if good else "NOT everything was proved")
    return 0 if good else 1


def _proves(file: Path, policy: str, folder: str) -> bool:
    command = ["prove", str(file), "--policy", policy, "--strategy", "best-first?k=2"]
    print(f"\n$ prover {' '.join(command)}".replace(folder, "…"), flush=True)
    began = time.monotonic()
    # The last frames of an engine that starts up are long: its log is shown only if something goes wrong.
    done = subprocess.run([PROVER, *command, "--json"], capture_output=True, text=True)
    if done.returncode not in (0, 1):
        print(done.stderr[-4000:])
        return False
    for row in json.loads(done.stdout):
        cost = row["cost"]
        print(
            f"{row['problem']:16} {row['status']:8} {row['verdict']}: {cost['generations']} generations, "
            f"{cost['tokens_in']} tokens in, {cost['tokens_out']} out, {cost['policy_seconds']:.2f} s of the policy, "
            f"{cost['lean_calls']} Lean calls"
        )
    print(f"{time.monotonic() - began:.0f} s in all, with the start of the engine and of Lean", flush=True)
    return done.returncode == 0


@contextmanager
def _server(model: Path, log: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable, "-m", "vllm.entrypoints.openai.api_server", "--model", str(model),
        "--served-model-name", "tiny",
        "--dtype", "float32", "--max-model-len", "256", "--enforce-eager", "--host", "127.0.0.1", "--port", str(port),
    ]  # fmt: skip
    print(f"\n$ python {' '.join(command[1:])}".replace(str(model), "…/model"), flush=True)
    with log.open("wb") as output:
        # A session of its own: the server has children, and they go with it.
        server = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, start_new_session=True)
    try:
        began = time.monotonic()
        while not _healthy(port):
            if server.poll() is not None or time.monotonic() - began > READY_SECONDS:
                raise SystemExit(f"the server did not start:\n{log.read_text(errors='replace')[-4000:]}")
            time.sleep(1.0)
        print(f"ready after {time.monotonic() - began:.0f} s", flush=True)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        try:
            server.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)


def _healthy(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/health", timeout=5.0).status_code == 200
    except httpx.HTTPError:
        return False


if __name__ == "__main__":
    sys.exit(main())

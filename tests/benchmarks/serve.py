"""`prover serve` under load, and what it adds to a call in process.

    python -m tests.benchmarks.serve load [--clients 200] [--requests 2000] [--minutes 10] [--workers 2] [--kill]
    python -m tests.benchmarks.serve latency [--calls 30]

`load` sends 60 % steps, goals and health, 35 % short verifications and 5 % `prove` with `lean_calls=5`, spread over the
minutes, and compares every verdict with the one that the same server gives alone. A 429 or 503 is asked again after
`Retry-After`, as a client does. `--kill` ends a worker process every 20 seconds.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import re
import signal
import statistics
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import httpx
import psutil

PROVER = [sys.executable, "-c", "from prover.cli import main; main()"]
SHORT = [
    ("theorem s1 (a b : ℕ) : a + b = b + a := by", "omega", "accepted"),
    ("theorem s2 (p q : Prop) (hp : p) (hq : q) : p ∧ q := by", "exact ⟨hp, hq⟩", "accepted"),
    ("theorem s3 : 2 + 2 = 4 := by", "rfl", "accepted"),
    ("theorem s4 : 2 + 2 = 5 := by", "rfl", "rejected"),
    ("theorem s5 : (1 : ℕ) = 2 := by", "sorry", "rejected"),
    ("theorem s6 (n : ℕ) : n * 0 = 0 := by", "simp", "accepted"),
    ("theorem s7 (a b : ℕ) : a + b = a := by", "omega", "rejected"),
]


class Served:
    """A server in a process of its own."""

    def __init__(self, workers: int) -> None:
        command = [
            *PROVER,
            "serve",
            "--port",
            "0",
            "--workers",
            str(workers),
            "--max-client-requests",
            "256",
            "--json-logs",
        ]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        self.address = ""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            found = re.search(r"listening on (http://\S+)", line)
            if found:
                self.address = found[1]
                break
        if not self.address:
            raise SystemExit("the server did not start")
        # Its log has to be read, or it waits for a full pipe.
        self._drain = subprocess.Popen(["cat"], stdin=self.process.stderr, stdout=subprocess.DEVNULL)

    def memory(self) -> tuple[float, float]:
        """Return MB of the server itself, and of all that it has started."""
        own = psutil.Process(self.process.pid)
        family = [child for child in own.children(recursive=True)]
        total = 0
        for child in family:
            try:
                total += child.memory_info().rss
            except psutil.Error:
                continue
        return own.memory_info().rss / 2**20, total / 2**20

    def workers(self) -> list[psutil.Process]:
        """Return the worker processes."""
        return psutil.Process(self.process.pid).children()

    def close(self) -> None:
        """End it as a service manager does."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(60)
        self._drain.wait(10)
        print(f"the server ended with {code}")


@dataclass
class Seen:
    """What came of the requests."""

    answered: Counter[str] = field(default_factory=Counter)
    again: Counter[int] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    seconds: dict[str, list[float]] = field(default_factory=dict)


async def client(number: int, address: str, plan: list[tuple[float, str]], seen: Seen, began: float) -> None:
    """Send the requests of one client, each at its time."""
    draw = random.Random(number)
    async with httpx.AsyncClient(
        base_url=address, timeout=300, trust_env=False, headers={"x-client": str(number)}
    ) as http:
        for when, kind in plan:
            await asyncio.sleep(max(0.0, began + when - time.monotonic()))
            start = time.monotonic()
            try:
                await _one(http, kind, draw, seen)
                seen.answered[kind] += 1
            except (httpx.HTTPError, KeyError, ValueError) as error:
                seen.lost.append(f"{kind}: {type(error).__name__} {error}")
            seen.seconds.setdefault(kind, []).append(time.monotonic() - start)


async def _ask(http: httpx.AsyncClient, seen: Seen, method: str, path: str, body: Any = None) -> httpx.Response:
    for _ in range(200):
        answer = await http.request(method, path, json=body)
        if answer.status_code not in (429, 503):
            return answer
        seen.again[answer.status_code] += 1
        await asyncio.sleep(float(answer.headers["retry-after"]))
    raise ValueError(f"{path} was never answered")


async def _one(http: httpx.AsyncClient, kind: str, draw: random.Random, seen: Seen) -> None:
    statement, proof, expected = draw.choice(SHORT)
    if kind == "health":
        (await _ask(http, seen, "GET", "/health")).raise_for_status()
    elif kind == "step":
        root = (await _ask(http, seen, "POST", "/v1/step/start", {"statement": statement})).json()
        body = {"state": root["state"], "tactics": ["intros", proof if proof != "sorry" else "rfl"]}
        answer = await _ask(http, seen, "POST", "/v1/step", body)
        if len(answer.json()["results"]) != 2:
            seen.wrong.append(f"step: {answer.text[:200]}")
    elif kind == "verify":
        found = (await _ask(http, seen, "POST", "/v1/verify", {"statement": statement, "proof": proof})).json()
        if found["verdict"]["verdict"] != expected:
            seen.wrong.append(f"{statement} by {proof}: {found['verdict']}")
    else:
        body = {"statement": SHORT[0][0], "budget": {"lean_calls": 5}}
        found = (await _ask(http, seen, "POST", "/v1/prove", body)).json()
        if found["status"] != "proved":
            seen.wrong.append(f"prove: {found}")


def plans(clients: int, requests: int, seconds: float) -> list[list[tuple[float, str]]]:
    """Return when each client sends what: the kinds are exact shares, in a drawn order."""
    draw = random.Random(0)
    kinds = (
        ["health"] * (requests * 20 // 100) + ["step"] * (requests * 40 // 100) + ["verify"] * (requests * 35 // 100)
    )
    kinds += ["prove"] * (requests - len(kinds))
    draw.shuffle(kinds)
    made: list[list[tuple[float, str]]] = [[] for _ in range(clients)]
    for place, kind in enumerate(kinds):
        made[place % clients].append((draw.uniform(0.0, seconds), kind))
    return [sorted(plan) for plan in made]


async def load(given: argparse.Namespace) -> int:
    """Run the load and print what came of it; 0 if nothing was lost and every verdict was right."""
    served = Served(given.workers)
    seen, memory, killed = Seen(), [], 0
    try:
        async with httpx.AsyncClient(base_url=served.address, timeout=300, trust_env=False) as http:
            for statement, proof, expected in SHORT:
                found = (await http.post("/v1/verify", json={"statement": statement, "proof": proof})).json()
                assert found["verdict"]["verdict"] == expected, found
        began = time.monotonic()

        async def watch() -> None:
            nonlocal killed
            while True:
                await asyncio.sleep(10)
                memory.append((time.monotonic() - began, *served.memory()))
                if given.kill and len(memory) % 2 == 0 and (workers := served.workers()):
                    random.choice(workers).kill()
                    killed += 1

        watching = asyncio.create_task(watch())
        all_plans = plans(given.clients, given.requests, given.minutes * 60)
        await asyncio.gather(*(client(n, served.address, plan, seen, began) for n, plan in enumerate(all_plans)))
        took = time.monotonic() - began
        watching.cancel()
    finally:
        served.close()
    print(f"{sum(seen.answered.values())} of {given.requests} answered in {took:.0f} s: {dict(seen.answered)}")
    print(
        f"asked again: {dict(seen.again)}; lost: {len(seen.lost)}; wrong: {len(seen.wrong)}; workers killed: {killed}"
    )
    for line in (*seen.lost[:5], *seen.wrong[:5]):
        print(f"  {line}")
    for kind, seconds in sorted(seen.seconds.items()):
        ordered = sorted(seconds)
        print(f"  {kind:7} median {statistics.median(ordered):.3f} s, 95 % {ordered[int(0.95 * len(ordered))]:.3f} s")
    for when, own, family in memory[:: max(1, len(memory) // 10)]:
        print(f"  at {when:5.0f} s: server {own:.0f} MB, workers {family:.0f} MB")
    return 0 if not seen.lost and not seen.wrong and sum(seen.answered.values()) == given.requests else 1


def latency(given: argparse.Namespace) -> int:
    """Print medians of a warm call in process, over HTTP, by the command with a server, and by a cold command."""
    from prover.cancel import CancelToken
    from prover.serve.desk import Desk
    from prover.serve.jobs import Asked, ProveJob, VerifyJob, WorkerSettings

    statement = SHORT[0][0]
    desk = Desk(WorkerSettings())
    desk.open()
    asked = Asked(statement=statement)
    verify = VerifyJob(asked=asked, proof="omega")
    prove = ProveJob(asked=asked, budget={"lean_calls": 50})
    here = {
        "verify": _median(lambda: desk.do(verify, CancelToken(), lambda _: None), given.calls),
        "prove": _median(lambda: desk.do(prove, CancelToken(), lambda _: None), given.calls),
    }
    desk.close()
    served = Served(1)
    try:
        with httpx.Client(base_url=served.address, timeout=300, trust_env=False) as http:

            def post(path: str, body: dict[str, Any]) -> None:
                http.post(path, json=body).raise_for_status()

            there = {
                "verify": _median(lambda: post("/v1/verify", {"statement": statement, "proof": "omega"}), given.calls),
                "prove": _median(
                    lambda: post("/v1/prove", {"statement": statement, "budget": {"lean_calls": 50}}), given.calls
                ),
            }
        commands = {
            "verify": [*PROVER, "verify", statement, "omega"],
            "prove": [*PROVER, "prove", statement, "--budget", "lean_calls=50", "--quiet"],
        }
        warm = os.environ | {"PROOFSMITH_SERVER": served.address}
        with_server = {name: _median(lambda c=c: _run(c, warm), 5) for name, c in commands.items()}  # type: ignore[misc]
    finally:
        served.close()
    cold = {name: _median(lambda c=c: _run(c, dict(os.environ)), 2) for name, c in commands.items()}  # type: ignore[misc]
    rows = {
        name: {
            "in process": here[name], "over HTTP": there[name], "added": there[name] - here[name],
            "command with --server": with_server[name], "cold command": cold[name],
        }
        for name in commands
    }  # fmt: skip
    print(
        json.dumps({name: {k: round(1000 * v) for k, v in row.items()} for name, row in rows.items()}, indent=1), "ms"
    )
    return 0


def _run(command: list[str], env: dict[str, str]) -> None:
    subprocess.run(command, env=env, check=True, capture_output=True)


def _median(work: Any, calls: int) -> float:
    work()
    times = []
    for _ in range(calls):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def main() -> int:
    """Run what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["load", "latency"])
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--requests", type=int, default=2_000)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--calls", type=int, default=30)
    parser.add_argument("--kill", action="store_true")
    given = parser.parse_args()
    return latency(given) if given.what == "latency" else asyncio.run(load(given))


if __name__ == "__main__":
    sys.exit(main())

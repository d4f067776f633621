"""`prover serve` under load, and what it adds to a call in process.

    python -m tests.benchmarks.serve load [--requests 2000] [--minutes 10] [--workers 2] [--kill] [--crash]
    python -m tests.benchmarks.serve latency [--calls 30]

`load` sends what tests/serve/load.py says, from 200 clients, spread over the minutes, and compares every answer with
the one that the same server gave alone. `--kill` ends a worker process every 20 seconds, `--crash` the server itself in
the middle, by SIGKILL.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import statistics
import subprocess
import sys
import time
from typing import Any

import httpx

from tests.serve.load import PROVER, SHORT, Served, Traffic, answers_of, gone

FLAT_MB = 60.0
"""How much the server process may grow between the first and the last tenth of the load."""


async def load(given: argparse.Namespace) -> int:
    """Run the load and print what came of it; 0 if nothing was lost or repeated and every answer was right."""
    served = Served(given.workers)
    traffic = Traffic(served.address)
    memory: list[tuple[float, float, float]] = []
    killed, left, uncounted = 0, 0, 0
    try:
        await traffic.learn()
        before = answers_of(served.address)
        began = time.monotonic()

        async def watch() -> None:
            nonlocal killed, left
            while True:
                await asyncio.sleep(10)
                memory.append((time.monotonic() - began, *served.memory()))
                if given.kill and len(memory) % 2 == 0 and (workers := served.workers()):
                    random.choice(workers).kill()
                    killed += 1
                if given.crash and time.monotonic() - began > given.minutes * 30 and not left:
                    orphans = await asyncio.to_thread(gone, served.kill())
                    left = 1 + len(orphans)
                    await asyncio.to_thread(served.start)

        watching = asyncio.create_task(watch())
        took = await traffic.run(given.clients, given.requests, given.minutes * 60)
        watching.cancel()
        if not given.crash:
            answers = answers_of(served.address) - before
            uncounted = sum(answers[path] for path in traffic.seen.sent) - sum(traffic.seen.sent.values())
    finally:
        print(f"the server ended with {served.close()}")
    seen = traffic.seen
    answered = sum(seen.answered.values())
    print(f"{answered} of {given.requests} answered in {took:.0f} s: {dict(seen.answered)}")
    print(f"{sum(seen.sent.values())} sent; asked again: {dict(seen.again)}; workers killed: {killed}")
    print(f"lost: {len(seen.lost)}; repeated: {seen.repeated}; no client got: {uncounted}; wrong: {len(seen.wrong)}")
    if given.crash:
        print(f"the server was killed and started again; processes that it left behind: {left - 1}")
    for line in (*seen.lost[:5], *seen.wrong[:5]):
        print(f"  {line}")
    for kind, seconds in sorted(seen.seconds.items()):
        ordered = sorted(seconds)
        print(f"  {kind:7} median {statistics.median(ordered):.3f} s, 95 % {ordered[int(0.95 * len(ordered))]:.3f} s")
    for when, own, family in memory[:: max(1, len(memory) // 10)]:
        print(f"  at {when:5.0f} s: server {own:.0f} MB, workers {family:.0f} MB")
    grown = memory[-1][1] - memory[0][1] if memory and not given.crash else 0.0
    print(f"the server grew by {grown:.1f} MB")
    bad = seen.lost or seen.wrong or seen.repeated or uncounted or left > 1 or grown > FLAT_MB
    return 1 if bad or answered != given.requests else 0


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
        with_server = {name: _median(lambda c=c: _run(c, warm), 5) for name, c in commands.items()}
    finally:
        served.close()
    cold = {name: _median(lambda c=c: _run(c, dict(os.environ)), 2) for name, c in commands.items()}
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
    parser.add_argument("--crash", action="store_true")
    given = parser.parse_args()
    return latency(given) if given.what == "latency" else asyncio.run(load(given))


if __name__ == "__main__":
    sys.exit(main())

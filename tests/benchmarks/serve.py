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
from collections.abc import Callable

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
    """Print medians, in ms, of a warm call in process, over HTTP, by the command with a server, and by a cold command.

    The call in process needs a second Lean next to the server's. How fast a server is alone is measured after it.

    The rows of a toy Lean, which answers at once, say what the server adds without the noise of Lean's own times, and
    the CPU that the server process takes a call is the same however busy the machine is.
    """
    toy = _warm("python:tests.serve.toy:ToyLean", "theorem t : 40 + 2 = 42 := by", "42", 10 * given.calls)
    statement, proof = SHORT[0]
    real = _warm("embedded", statement, proof, given.calls, commands=True)
    rows = {**{f"{name}, toy Lean": row for name, row in toy.items()}, **real}
    for name, command in _commands(statement, proof).items():
        rows[name]["cold command"] = _median(lambda c=command: _run(c, dict(os.environ)), 2)  # type: ignore[misc]
    print(json.dumps({name: {k: round(1000 * v, 1) for k, v in row.items()} for name, row in rows.items()}, indent=1))
    print(f"load average of the machine meanwhile: {os.getloadavg()[0]:.1f}, of which this makes 1 to 2")
    return 0


def _warm(lean: str, statement: str, proof: str, calls: int, commands: bool = False) -> dict[str, dict[str, float]]:
    """Return seconds in process and over HTTP, asked in turns, and of the command with a server."""
    from prover.cancel import CancelToken
    from prover.serve.worker.desk import Desk
    from prover.serve.worker.jobs import Asked, ProveJob, VerifyJob, WorkerSettings

    desk = Desk(WorkerSettings(lean=lean))
    desk.open()
    budget = {"lean_calls": 50.0}
    asked = Asked(statement=statement)
    jobs = {"verify": VerifyJob(asked=asked, proof=proof), "prove": ProveJob(asked=asked, budget=budget, listen=True)}
    bodies = {"verify": {"statement": statement, "proof": proof}, "prove": {"statement": statement, "budget": budget}}
    rows: dict[str, dict[str, float]] = {}
    served = Served(1, "--lean", lean)
    try:
        with httpx.Client(base_url=served.address, timeout=300, trust_env=False) as http:
            for name, job in jobs.items():
                before = served.cpu_seconds()
                here, there, added = _in_turns(
                    lambda job=job: desk.do(job, CancelToken(), lambda _: None),  # type: ignore[misc]
                    lambda name=name: http.post(f"/v1/{name}", json=bodies[name]).raise_for_status(),  # type: ignore[misc]
                    calls,
                )
                cpu = (served.cpu_seconds() - before) / (calls + 1)
                rows[name] = {"in process": here, "over HTTP": there, "added": added, "CPU of the server": cpu}
            desk.close()
            for name, body in bodies.items():
                alone = _median(lambda name=name, body=body: http.post(f"/v1/{name}", json=body), calls)  # type: ignore[misc]
                rows[name]["over HTTP, the other Lean closed"] = alone
        if commands:
            warm = os.environ | {"PROOFSMITH_SERVER": served.address}
            for name, command in _commands(statement, proof).items():
                rows[name]["command with --server"] = _median(lambda c=command: _run(c, warm), 5)  # type: ignore[misc]
    finally:
        served.close()
    return rows


def _commands(statement: str, proof: str) -> dict[str, list[str]]:
    return {
        "verify": [*PROVER, "verify", statement, proof],
        "prove": [*PROVER, "prove", statement, "--budget", "lean_calls=50", "--quiet"],
    }


def _run(command: list[str], env: dict[str, str]) -> None:
    subprocess.run(command, env=env, check=True, capture_output=True)


def _in_turns(here: Callable[[], object], there: Callable[[], object], calls: int) -> tuple[float, float, float]:
    """Return the medians of two kinds of call, and of what the second takes longer than the first just before it."""
    here()
    there()
    pairs = [(_seconds(here), _seconds(there)) for _ in range(calls)]
    own, other = zip(*pairs, strict=True)
    return statistics.median(own), statistics.median(other), statistics.median(b - a for a, b in pairs)


def _median(work: Callable[[], object], calls: int) -> float:
    work()
    return statistics.median(_seconds(work) for _ in range(calls))


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


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

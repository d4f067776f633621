"""Many clients at once against a server in a process of its own: what they send, and what came of each request.

60 % steps, goals and health, 35 % short verifications, 5 % `prove` with `lean_calls=5`. Every answer is compared with
the one that the same server gave alone. A 429, a 503 and a connection that ends are asked again, as a client does.
"""

from __future__ import annotations

import asyncio
import random
import re
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import httpx
import psutil

from prover.lean.session import end_process

PROVER = [sys.executable, "-c", "from prover.cli import main; main()"]
SHORT = [
    ("theorem s1 (a b : ℕ) : a + b = b + a := by", "omega"),
    ("theorem s2 (p q : Prop) (hp : p) (hq : q) : p ∧ q := by", "exact ⟨hp, hq⟩"),
    ("theorem s3 : 2 + 2 = 4 := by", "rfl"),
    ("theorem s4 : 2 + 2 = 5 := by", "rfl"),
    ("theorem s5 : (1 : ℕ) = 2 := by", "sorry"),
    ("theorem s6 (n : ℕ) : n * 0 = 0 := by", "simp"),
    ("theorem s7 (a b : ℕ) : a + b = a := by", "omega"),
    ("theorem s8 (a b : ℝ) (h : a < b) : a + 1 < b + 1 := by", "linarith"),
    ("theorem s9 : Nat.mul 2 3 = 5 := by", "decide +kernel"),
    ("theorem s10 (f : ℕ → ℕ) (a b : ℕ) (h : a = b) : f a = f b := by", "rw [h]"),
]
ACCEPTED = {"s1", "s2", "s3", "s6", "s8", "s10"}
TRIES = 300
Question = tuple[str, int]
"""What is asked, and with which of `SHORT`."""


class Served:
    """A server in a process of its own, on a port that stays its own when it is started again."""

    def __init__(self, workers: int, *options: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        limits = ["--workers", str(workers), "--max-client-requests", "256", "--json-logs"]
        self._command = [*PROVER, "serve", "--port", str(self.port), *limits, *options]
        self.start()

    def start(self) -> None:
        """Start the process and wait until it listens."""
        self.process = subprocess.Popen(self._command, stderr=subprocess.PIPE, text=True, start_new_session=True)
        assert self.process.stderr is not None
        for line in self.process.stderr:
            if re.search(r"listening on http://\S+", line):
                break
        else:
            raise SystemExit("the server did not start")
        # Its log has to be read, or it waits for a full pipe.
        self._drain = subprocess.Popen(["cat"], stdin=self.process.stderr, stdout=subprocess.DEVNULL)

    def family(self) -> list[psutil.Process]:
        """Return the processes that the server has started."""
        try:
            return psutil.Process(self.process.pid).children(recursive=True)
        except psutil.Error:
            return []

    def workers(self) -> list[psutil.Process]:
        """Return the worker processes."""
        try:
            return psutil.Process(self.process.pid).children()
        except psutil.Error:
            return []

    def memory(self) -> tuple[float, float]:
        """Return MB of the server itself, and of all that it has started; 0 for what is gone."""

        def megabytes(process: psutil.Process) -> float:
            try:
                return float(process.memory_info().rss) / 2**20
            except psutil.Error:
                return 0.0

        try:
            own = megabytes(psutil.Process(self.process.pid))
        except psutil.Error:
            own = 0.0
        return own, sum(map(megabytes, self.family()))

    def cpu_seconds(self) -> float:
        """Return what the server process itself has taken, without its workers."""
        times = psutil.Process(self.process.pid).cpu_times()
        return float(times.user + times.system)

    def kill(self) -> list[psutil.Process]:
        """End the server by SIGKILL and return what it had started, which has to end by itself."""
        left = self.family()
        self.process.kill()
        self.process.wait(60)
        self._drain.wait(60)
        return left

    def close(self) -> int:
        """End it as a service manager does, and return its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(60)
        finally:
            end_process(self.process.pid if self.process.poll() is None else None)
            self._drain.wait(10)


@dataclass
class Seen:
    """What came of the requests. `sent` counts every try, by route; `names` are the server's names of its answers."""

    answered: Counter[str] = field(default_factory=Counter)
    sent: Counter[str] = field(default_factory=Counter)
    again: Counter[str] = field(default_factory=Counter)
    names: set[str] = field(default_factory=set)
    repeated: int = 0
    lost: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    seconds: dict[str, list[float]] = field(default_factory=dict)


class Traffic:
    """Asks a server, alone and then with many clients."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.alone: dict[Question, Any] = {}
        self.seen = Seen()

    async def learn(self) -> None:
        """Ask everything once, one by one: what every later answer is compared with."""
        async with self._client(0) as http:
            for kind in ("verify", "step", "prove", "health"):
                for place in range(len(SHORT) if kind in ("verify", "step") else 1):
                    self.alone[kind, place] = await self._one(http, (kind, place))
        for place, (statement, _) in enumerate(SHORT):
            verdict = self.alone["verify", place]["verdict"]
            assert (verdict == "accepted") is (statement.split()[1] in ACCEPTED), self.alone["verify", place]
        self.forget()

    def forget(self) -> None:
        """Count from nothing."""
        self.seen = Seen()

    async def run(self, clients: int, requests: int, seconds: float) -> float:
        """Send the requests of all clients, spread over the seconds; return how long it took."""
        began = time.monotonic()
        plans = planned(clients, requests, seconds)
        await asyncio.gather(*(self._serve(number, plan, began) for number, plan in enumerate(plans)))
        return time.monotonic() - began

    def _client(self, number: int) -> httpx.AsyncClient:
        headers = {"x-client": str(number)}
        return httpx.AsyncClient(base_url=self.address, timeout=300, trust_env=False, headers=headers)

    async def _serve(self, number: int, plan: list[tuple[float, Question]], began: float) -> None:
        seen = self.seen
        async with self._client(number) as http:
            for when, question in plan:
                await asyncio.sleep(max(0.0, began + when - time.monotonic()))
                start = time.monotonic()
                try:
                    found = await self._one(http, question)
                    seen.answered[question[0]] += 1
                    if found != self.alone[question]:
                        seen.wrong.append(f"{question}: {found}, alone {self.alone[question]}")
                except (httpx.HTTPError, KeyError, ValueError) as error:
                    seen.lost.append(f"{question}: {type(error).__name__} {error}")
                seen.seconds.setdefault(question[0], []).append(time.monotonic() - start)

    async def _one(self, http: httpx.AsyncClient, question: Question) -> Any:
        """Ask one question and return what has to be the same every time."""
        kind, place = question
        statement, proof = SHORT[place]
        if kind == "health":
            return await self._ask(http, "GET", "/health")
        if kind == "verify":
            body = {"statement": statement, "proof": proof}
            verdict = (await self._ask(http, "POST", "/v1/verify", body))["verdict"]
            return {name: verdict.get(name) for name in ("verdict", "reason", "message", "axioms", "statement_sha256")}
        if kind == "step":
            root = await self._ask(http, "POST", "/v1/step/start", {"statement": statement})
            asked = {"state": root["state"], "tactics": ["intros", proof if proof != "sorry" else "rfl"]}
            try:
                results = (await self._ask(http, "POST", "/v1/step", asked))["results"]
            except LookupError:  # a server that was started again knows no states of before
                return await self._one(http, question)
            return [root["goals"], [(one["outcome"], one["goals"], one["state"]) for one in results]]
        found = await self._ask(http, "POST", "/v1/prove", {"statement": statement, "budget": "lean_calls=5"})
        return {name: found[name] for name in ("status", "proof", "minimised", "axioms", "message")}

    async def _ask(self, http: httpx.AsyncClient, method: str, path: str, body: Any = None) -> Any:
        seen = self.seen
        for _ in range(TRIES):
            seen.sent[path] += 1
            try:
                answer = await http.request(method, path, json=body)
            except httpx.TransportError:
                seen.again["connection"] += 1
                await asyncio.sleep(0.5)
                continue
            name = answer.headers["x-request-id"]
            seen.repeated += name in seen.names
            seen.names.add(name)
            if answer.status_code in (429, 503):
                seen.again[str(answer.status_code)] += 1
                await asyncio.sleep(float(answer.headers["retry-after"]))
                continue
            if answer.status_code == 404:
                raise LookupError(answer.text)
            answer.raise_for_status()
            return answer.json()
        raise ValueError(f"{path} was never answered")


def planned(clients: int, requests: int, seconds: float) -> list[list[tuple[float, Question]]]:
    """Return when each client sends what: the kinds are exact shares, in a drawn order."""
    draw = random.Random(0)
    shares = [("health", 20), ("step", 40), ("verify", 35)]
    kinds = [kind for kind, share in shares for _ in range(requests * share // 100)]
    kinds += ["prove"] * (requests - len(kinds))
    draw.shuffle(kinds)
    made: list[list[tuple[float, Question]]] = [[] for _ in range(clients)]
    for place, kind in enumerate(kinds):
        which = draw.randrange(len(SHORT)) if kind in ("verify", "step") else 0
        made[place % clients].append((draw.uniform(0.0, seconds), (kind, which)))
    return [sorted(plan) for plan in made]


def answers_of(address: str) -> Counter[str]:
    """Return how many answers the server counts, by route."""
    text = httpx.get(f"{address}/metrics", trust_env=False, timeout=60, headers={"x-client": "counter"}).text
    found: Counter[str] = Counter()
    for route, number in re.findall(r'proofsmith_requests_total\{route="([^"]+)",status="\d+"\} (\d+)', text):
        found[route] += int(number)
    return found


def gone(processes: list[psutil.Process], seconds: float = 30.0) -> list[psutil.Process]:
    """Return which of some processes are still there after a while."""
    _, alive = psutil.wait_procs(processes, timeout=seconds)
    return [process for process in alive if process.is_running() and process.status() != psutil.STATUS_ZOMBIE]


__all__ = ["PROVER", "SHORT", "Seen", "Served", "Traffic", "answers_of", "gone"]

"""Clients take turns, however much each of them asks for."""

from __future__ import annotations

import asyncio

from prover.serve.pool.metrics import Metrics
from prover.serve.pool.queueing import FairQueue


def taken(queue: FairQueue[str], count: int) -> list[str]:
    async def take() -> list[str]:
        return [await queue.take() for _ in range(count)]

    return asyncio.run(take())


def test_clients_take_turns() -> None:
    queue: FairQueue[str] = FairQueue()
    for number in range(4):
        queue.put("greedy", f"g{number}")
    queue.put("modest", "m0")
    queue.put("third", "t0")
    assert taken(queue, 6) == ["g0", "m0", "t0", "g1", "g2", "g3"]
    assert len(queue) == 0


def test_a_job_that_lost_its_worker_is_next() -> None:
    queue: FairQueue[str] = FairQueue()
    queue.put("a", "a0")
    queue.put("b", "b0")
    queue.put_back("b", "lost")
    assert taken(queue, 3) == ["lost", "a0", "b0"]


def test_a_job_that_nobody_wants_is_taken_out() -> None:
    queue: FairQueue[str] = FairQueue()
    queue.put("a", "a0")
    queue.put("a", "a1")
    assert queue.remove("a", "a0") and not queue.remove("a", "a0")
    assert taken(queue, 1) == ["a1"]


def test_metrics_are_what_prometheus_reads() -> None:
    metrics = Metrics()
    metrics.requests.inc(route='/a"b', status="200")
    metrics.job_seconds.observe(0.02, kind="verify")
    metrics.gauges["proofsmith_x"] = ("x.", lambda: 3)
    lines = metrics.text().splitlines()
    assert 'proofsmith_requests_total{route="/a\\"b",status="200"} 1' in lines
    assert 'proofsmith_job_seconds_bucket{kind="verify",le="0.025"} 1' in lines
    assert 'proofsmith_job_seconds_bucket{kind="verify",le="0.01"} 0' in lines
    assert "proofsmith_x 3" in lines

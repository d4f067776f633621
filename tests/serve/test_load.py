"""A small load on real Lean, in which workers and then the server are killed: nobody is left without an answer."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator

import pytest

from prover.lean.embedded.install import Installation
from tests.serve.load import Served, Traffic, answers_of, gone

pytestmark = pytest.mark.slow
CLIENTS, REQUESTS, SECONDS = 20, 80, 20.0


@pytest.fixture(scope="module")
def served(lean: Installation) -> Iterator[Served]:
    served = Served(2)
    yield served
    assert served.close() == 0


@pytest.fixture(scope="module")
def traffic(served: Served) -> Traffic:
    traffic = Traffic(served.address)
    asyncio.run(traffic.learn())
    return traffic


def _nothing_is_lost(traffic: Traffic) -> None:
    seen = traffic.seen
    assert (seen.lost, seen.wrong, seen.repeated) == ([], [], 0)
    assert sum(seen.answered.values()) == REQUESTS


def test_every_answer_is_the_one_given_alone(served: Served, traffic: Traffic) -> None:
    before = answers_of(served.address)
    asyncio.run(traffic.run(CLIENTS, REQUESTS, SECONDS))
    _nothing_is_lost(traffic)
    answers = answers_of(served.address) - before
    assert {path: answers[path] for path in traffic.seen.sent} == dict(traffic.seen.sent), "one answer for one request"


def test_workers_that_are_killed_cost_nobody_an_answer(served: Served, traffic: Traffic) -> None:
    traffic.forget()

    async def work() -> int:
        killed = 0
        load = asyncio.create_task(traffic.run(CLIENTS, REQUESTS, SECONDS))
        # Four times, and no more: on a busy machine a worker takes longer to start than such a pause leaves.
        for _ in range(4):
            await asyncio.sleep(SECONDS / 4)
            if (workers := served.workers()) and not load.done():
                random.choice(workers).kill()
                killed += 1
        await load
        return killed

    assert asyncio.run(work()) >= 3
    _nothing_is_lost(traffic)


def test_a_server_that_is_killed_ends_no_client_without_a_retriable_error(served: Served, traffic: Traffic) -> None:
    traffic.forget()

    async def work() -> None:
        load = asyncio.create_task(traffic.run(CLIENTS, REQUESTS, SECONDS))
        await asyncio.sleep(SECONDS / 2)
        left = served.kill()
        assert left, "workers and their Lean"
        assert not await asyncio.to_thread(gone, left), "what it had started ends with it"
        await asyncio.to_thread(served.start)
        await load

    asyncio.run(work())
    _nothing_is_lost(traffic)
    assert traffic.seen.again["connection"] > 0, "the end of the server was seen, and what it interrupted asked again"

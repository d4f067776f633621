"""The board that the live page reads: bounded, and whole for a reader that comes late."""

from __future__ import annotations

import asyncio
import json
import threading

from prover.events import Started, Stepped
from prover.serve.page.board import KEPT, LONGEST_REASON, MOST_STEPS, Board, Entry
from prover.types import CostRecord
from search.tree import Outcome


def entry(name: str) -> Entry:
    return Entry(id=name, problem=name, statement="theorem t : True := by", budget={}, policy="toy")


def step(number: int, goal: str = "⊢ b", reason: str = "") -> Stepped:
    outcome = Outcome.REJECTED if reason else Outcome.ADVANCED
    return Stepped(
        problem="t", seed=0, number=number, state="⊢ a", action="skip", outcome=outcome,
        goals=() if reason else (goal,), reason=reason, log_prob=0.0, cost=CostRecord(lean_calls=number),
    )  # fmt: skip


def test_it_does_not_grow_without_bound() -> None:
    board = Board()
    for number in range(3 * KEPT):
        old = entry(str(number))
        board.begin(old)
        board.end(old, "unproved")
    assert len(board.whole()["searches"]) <= KEPT + 1
    long, large = entry("long"), entry("large")
    board.begin(long)
    board.begin(large)
    for number in range(MOST_STEPS + 10):
        board.event(long, step(number + 1, reason="x" * 10_000))
    assert (len(long.steps), long.dropped, len(long.steps[0]["reason"])) == (MOST_STEPS, 10, LONGEST_REASON)
    for number in range(20):
        board.event(large, step(number + 1, goal="⊢ " + "x" * 100_000))
    assert large.dropped > 0 and len(json.dumps(large.document())) < 1_100_000
    assert large.cost["lean_calls"] == 20, "the cost is that of all steps"


def test_a_reader_that_comes_in_the_middle_sees_every_step_once_it_counts_them() -> None:
    """Whether a step is in the board that was sent whole or in a change after it: none is missing."""

    async def read() -> list[list[int]]:
        board, search = Board(), entry("t")
        board.begin(search)
        board.event(search, Started(problem="t", seed=0, goals="⊢ a"))

        def write() -> None:
            for number in range(400):
                board.event(search, step(number + 1))

        writing = threading.Thread(target=write)
        seen: list[list[int]] = []

        async def one() -> None:
            with board.subscribed() as queue:
                numbers: list[int] = []
                while not numbers or numbers[-1] < 400:
                    change = await queue.get()
                    assert change is not None
                    if change["kind"] == "board":
                        numbers = [row["number"] for row in change["searches"][0]["steps"]]
                    elif change["step"] is not None and change["step"]["number"] > (numbers[-1] if numbers else 0):
                        numbers.append(change["step"]["number"])
                seen.append(numbers)

        readers = [asyncio.create_task(one())]
        writing.start()
        while writing.is_alive():
            readers.append(asyncio.create_task(one()))
            await asyncio.sleep(0.001)
        await asyncio.gather(*readers)
        return seen

    assert all(numbers == list(range(1, 401)) for numbers in asyncio.run(read()))

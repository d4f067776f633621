"""Merges concurrent requests into batches. The first waiting thread runs everything queued.

There is no background thread and no batching delay. Where the model is slower than Lean, the queue fills by itself.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

from prover.policies.models.generation import Answer, Generator, Request


class _Order:
    """The requests of one thread, and their answers or what was raised instead."""

    def __init__(self, requests: Sequence[Request]) -> None:
        self.requests = requests
        self.answers: list[Answer] | None = None
        self.error: BaseException | None = None

    @property
    def served(self) -> bool:
        return self.answers is not None or self.error is not None


class Batcher:
    """A generator for several threads over one that can be asked by one thread at a time.

    `batches` counts the calls of the inner generator, and `requests` what they carried.
    """

    def __init__(self, inner: Generator) -> None:
        self._inner = inner
        self._queue: list[_Order] = []
        self._at_queue = threading.Lock()
        self._turn = threading.Lock()
        self.batches = 0
        self.requests = 0

    def generate(self, requests: Sequence[Request]) -> list[Answer]:
        order = _Order(requests)
        with self._at_queue:
            self._queue.append(order)
        with self._turn:
            if not order.served:
                self._serve()
        if order.error is not None:
            raise order.error
        assert order.answers is not None
        return order.answers

    def load(self) -> None:
        with self._turn:
            self._inner.load()

    def close(self) -> None:
        self._inner.close()

    def _serve(self) -> None:
        with self._at_queue:
            orders, self._queue = self._queue, []
        together = [request for order in orders for request in order.requests]
        self.batches += 1
        self.requests += len(together)
        try:
            answers = iter(self._inner.generate(together))
            for order in orders:
                order.answers = [next(answers) for _ in order.requests]
        except BaseException as error:
            for order in orders:
                order.answers, order.error = None, error

"""The best-first queue."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Frontier(Generic[T]):
    """A priority queue: the highest priority first and, among equal priorities, the item that was pushed first."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, T]] = []
        self._pushed = 0

    def __len__(self) -> int:
        return len(self._heap)

    def push(self, item: T, priority: float) -> None:
        """Add an item. Raises `ValueError` if the priority is not a number."""
        if priority != priority:
            raise ValueError(f"the priority of {item!r} is not a number")
        # The serial number is unique: items themselves are never compared.
        heapq.heappush(self._heap, (-priority, self._pushed, item))
        self._pushed += 1

    def pop(self) -> T:
        """Remove and return the best item. Raises `IndexError` if there is none."""
        return heapq.heappop(self._heap)[2]

    def peek(self) -> Iterator[T]:
        """Yield the items, best first, without removing them; the first m cost O(m log m).

        The queue must not change meanwhile.
        """
        heap = self._heap
        # A heap of positions in the heap: a position enters when its parent has been yielded.
        ahead = [(heap[0][:2], 0)] if heap else []
        while ahead:
            _, position = heapq.heappop(ahead)
            yield heap[position][2]
            for child in (2 * position + 1, 2 * position + 2):
                if child < len(heap):
                    heapq.heappush(ahead, (heap[child][:2], child))

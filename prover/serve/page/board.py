"""The searches of a server as the live page shows them: what is in progress with its tree, and what has ended.

Thread-safe. Readers subscribe: they get the whole board first and then every change, as JSON documents; one that does
not keep up is sent the whole board again.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from prover.events import Ended, Event, Started, Stepped, Trying, Verified
from search.types import Stop

KEPT = 60
"""Searches that are remembered after they have ended."""
MOST_STEPS = 3_000
"""Steps of one search that are kept for the page."""
MOST_CHARACTERS = 1_000_000
"""What the goals and messages of these may add up to."""
LONGEST_REASON = 500
BACKLOG = 500
Change = dict[str, Any]


@dataclass(eq=False)
class Entry:
    """One search."""

    id: str
    problem: str
    statement: str
    budget: dict[str, float]
    policy: str
    client: str = ""
    began: float = field(default_factory=time.time)
    ended: float | None = None
    status: str = "waiting"
    root: str = ""
    hand: dict[str, str] | None = None
    steps: list[dict[str, Any]] = field(default_factory=list)
    size: int = 0
    dropped: int = 0
    cost: dict[str, float] = field(default_factory=dict)
    proof: str | None = None
    message: str = ""
    stop: Callable[[], None] | None = None
    pause: Callable[[bool], bool] | None = None
    paused: bool = False

    def document(self) -> dict[str, Any]:
        """Return what the page is told, the steps included."""
        return {**self.head(), "steps": list(self.steps)}

    def head(self) -> dict[str, Any]:
        """Return what the page is told, without the steps."""
        return {
            "id": self.id,
            "problem": self.problem,
            "statement": self.statement,
            "budget": self.budget,
            "policy": self.policy,
            "began": self.began,
            "ended": self.ended,
            "status": self.status,
            "root": self.root,
            "hand": self.hand,
            "dropped": self.dropped,
            "cost": self.cost,
            "proof": self.proof,
            "message": self.message,
            "paused": self.paused,
            "stops": self.stop is not None,
            "pauses": self.pause is not None,
        }


class Board:
    """The searches, newest last."""

    def __init__(self) -> None:
        self._entries: OrderedDict[str, Entry] = OrderedDict()
        self._lock = threading.Lock()
        self._readers: dict[int, tuple[asyncio.AbstractEventLoop, asyncio.Queue[Change | None]]] = {}
        self._next = 0
        self.facts: dict[str, Any] = {}
        self._closed = False

    # -- what happens --------------------------------------------------------------------------------------------------

    def begin(self, entry: Entry) -> None:
        """Add a search; the oldest that has ended gives way."""
        with self._lock:
            self._entries[entry.id] = entry
            ended = [known.id for known in self._entries.values() if known.ended is not None]
            for name in ended[: max(0, len(self._entries) - KEPT)]:
                del self._entries[name]
        self._tell({"kind": "search", "search": entry.document()})

    def event(self, entry: Entry, event: Event) -> None:
        """Note what happened in a search."""
        step: dict[str, Any] | None = None
        with self._lock:
            match event:
                case Started():
                    entry.status, entry.root = "searching", event.goals
                case Trying():
                    entry.hand = {"state": event.state, "action": event.action}
                case Stepped():
                    entry.hand = None
                    entry.cost = {name: amount for name, _, amount in event.cost.items()}
                    entry.size += sum(map(len, event.goals)) + len(event.state) + len(event.action)
                    if len(entry.steps) < MOST_STEPS and entry.size < MOST_CHARACTERS:
                        step = event.model_dump(mode="json", exclude={"event", "problem", "seed", "cost"})
                        step["reason"] = event.reason[:LONGEST_REASON]
                        entry.steps.append(step)
                    else:
                        entry.dropped += 1
                case Verified():
                    entry.status = "verified" if event.verdict.verdict == "accepted" else "searching"
                case Ended():
                    entry.hand = None
            head = entry.head()
        self._tell({"kind": "change", "search": head, "step": step})
        if isinstance(event, Ended):
            attempt = event.attempt
            stopped = attempt.stop is Stop.CANCELLED and attempt.status == "unproved"
            status = "stopped" if stopped else attempt.status
            self.end(entry, status, attempt.message, attempt.minimised or attempt.proof)

    def end(self, entry: Entry, status: str, message: str = "", proof: str | None = None) -> None:
        """Note that a search has ended, and how."""
        with self._lock:
            if entry.ended is not None:
                return
            entry.ended, entry.status, entry.message, entry.proof = time.time(), status, message, proof
            entry.hand, entry.stop, entry.pause, entry.paused = None, None, None, False
            head = entry.head()
        self._tell({"kind": "change", "search": head, "step": None})

    def end_all(self, status: str) -> None:
        """Note that every search in progress has ended."""
        with self._lock:
            left = [entry for entry in self._entries.values() if entry.ended is None]
        for entry in left:
            self.end(entry, status)

    def fact(self, **facts: Any) -> None:
        """Note facts of the server itself: workers, memory, what waits."""
        with self._lock:
            changed = {name: value for name, value in facts.items() if self.facts.get(name) != value}
            self.facts.update(changed)
        if changed:
            self._tell({"kind": "facts", "facts": changed})

    # -- what readers ask ----------------------------------------------------------------------------------------------

    def get(self, name: str) -> Entry | None:
        """Return a search."""
        with self._lock:
            return self._entries.get(name)

    def stop(self, name: str) -> bool:
        """Cancel a search; False if it is not in progress."""
        entry = self.get(name)
        stop = entry.stop if entry is not None else None
        if stop is None:
            return False
        stop()
        return True

    def pause(self, name: str, paused: bool) -> bool:
        """Have a search wait, or go on; False if it is not in progress."""
        entry = self.get(name)
        pause = entry.pause if entry is not None else None
        if entry is None or pause is None or not pause(paused):
            return False
        entry.paused = paused
        with self._lock:
            head = entry.head()
        self._tell({"kind": "change", "search": head, "step": None})
        return True

    def whole(self) -> Change:
        """Return everything."""
        with self._lock:
            return self._whole()

    def _whole(self) -> Change:
        searches = [entry.document() for entry in self._entries.values()]
        return {"kind": "board", "facts": dict(self.facts), "searches": searches}

    @contextmanager
    def subscribed(self) -> Iterator[asyncio.Queue[Change | None]]:
        """Give a queue of changes, the whole board first; None in it says that the server ends."""
        queue: asyncio.Queue[Change | None] = asyncio.Queue()
        with self._lock:  # no change may come between the board and the first one after it
            queue.put_nowait(self._whole())
            number, self._next = self._next, self._next + 1
            self._readers[number] = (asyncio.get_running_loop(), queue)
            closed = self._closed
        if closed:
            queue.put_nowait(None)
        try:
            yield queue
        finally:
            with self._lock:
                del self._readers[number]

    def close(self) -> None:
        """Let every reader go."""
        self._closed = True
        self._tell(None)

    def _tell(self, change: Change | None) -> None:
        with self._lock:
            readers = list(self._readers.values())
        for loop, queue in readers:
            try:
                loop.call_soon_threadsafe(self._put, queue, change)
            except RuntimeError:
                continue  # its loop has ended

    def _put(self, queue: asyncio.Queue[Change | None], change: Change | None) -> None:
        if queue.qsize() > BACKLOG and change is not None:
            while not queue.empty():
                queue.get_nowait()
            change = self.whole()
        queue.put_nowait(change)

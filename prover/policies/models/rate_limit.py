"""No more than so many requests a minute, evenly spaced."""

from __future__ import annotations

import threading
import time


class RateLimiter:
    """Hands out moments at which requests may begin. Thread-safe."""

    def __init__(self, per_minute: float | None) -> None:
        self._gap = 60.0 / per_minute if per_minute else 0.0
        self._lock = threading.Lock()
        self._next = 0.0

    def wait(self, closed: threading.Event) -> None:
        """Wait for the next moment, or until `closed`."""
        with self._lock:
            now = time.monotonic()
            begin = max(now, self._next)
            self._next = begin + self._gap
        if begin > now:
            closed.wait(begin - now)

    def pause(self, seconds: float) -> None:
        """Let nobody begin before some seconds have passed: the server asked for it."""
        with self._lock:
            self._next = max(self._next, time.monotonic() + seconds)

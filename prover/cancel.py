"""Cancel a search from outside: a token that the caller keeps and that every part of the search obeys."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")

POLL_SECONDS = 0.1
"""How often a wait looks whether it was cancelled."""


class CancelToken:
    """Says that what was begun is no longer wanted. Thread-safe; `cancel` may be called in a signal handler.

    A search stops before its next request, a step of Lean in progress is ended with its process, and a model that is at
    work is not waited for.
    """

    def __init__(self) -> None:
        self._event = threading.Event()
        # Re-entrant: a signal handler runs in the thread that may hold it.
        self._lock = threading.RLock()
        self._callbacks: dict[int, Callable[[], None]] = {}
        self._next = 0

    @property
    def cancelled(self) -> bool:
        return self._event.is_set()

    def cancel(self) -> None:
        """Cancel what this token was given to; does nothing the second time."""
        with self._lock:
            if self._event.is_set():
                return
            self._event.set()
            callbacks = list(self._callbacks.values())
        for callback in callbacks:
            callback()

    def check(self) -> None:
        """Raise `search.Cancelled` if this was cancelled."""
        if self._event.is_set():
            from search.hooks import Cancelled  # a command makes its token before it imports what searches

            raise Cancelled

    @contextmanager
    def calling(self, callback: Callable[[], None]) -> Iterator[None]:
        """Have a function called once this is cancelled, inside a `with`; at once if it was cancelled before."""
        with self._lock:
            number, self._next = self._next, self._next + 1
            self._callbacks[number] = callback
            late = self._event.is_set()
        if late:
            callback()
        try:
            yield
        finally:
            with self._lock:
                del self._callbacks[number]

    def waiting(self, work: Callable[[], T]) -> T:
        """Return what a function returns, without waiting for it once this is cancelled: it ends unheard in a thread.

        Raises `search.Cancelled`.
        """
        self.check()
        results: list[T] = []
        errors: list[BaseException] = []

        def run() -> None:
            try:
                results.append(work())
            except BaseException as error:  # raised again where it is waited for
                errors.append(error)

        thread = threading.Thread(target=run, name="cancellable", daemon=True)
        thread.start()
        while thread.is_alive():
            thread.join(POLL_SECONDS)
            if thread.is_alive():
                self.check()
        if errors:
            raise errors[0]
        return results[0]


@contextmanager
def expiring(parent: CancelToken, seconds: float | None) -> Iterator[CancelToken]:
    """Give a token of its own to a part of the work: cancelled with its parent, or after so many seconds."""
    if seconds is None:
        yield parent
        return
    token = CancelToken()
    timer = threading.Timer(seconds, token.cancel)
    timer.daemon = True
    timer.start()
    try:
        with parent.calling(token.cancel):
            yield token
    finally:
        timer.cancel()

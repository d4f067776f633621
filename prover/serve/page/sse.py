"""Server-sent events: how they are written, and a sign of life while nothing happens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

ALIVE_SECONDS = 10.0


def event(name: str, data: str) -> bytes:
    """Return one event; `data` is a JSON document on one line. Half a character in it becomes a question mark."""
    return f"event: {name}\ndata: {data}\n\n".encode(errors="replace")


async def stream_events(events: asyncio.Queue[tuple[str, str] | None]) -> AsyncIterator[bytes]:
    """Yield the events of a queue until None comes, and a comment where nothing comes for a while."""
    while True:
        try:
            found = await asyncio.wait_for(events.get(), ALIVE_SECONDS)
        except TimeoutError:
            yield b": still here\n\n"  # finds out whether the client is
            continue
        if found is None:
            return
        yield event(*found)

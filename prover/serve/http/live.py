"""The live page: searches as they grow, over server-sent events."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, StreamingResponse

from prover.serve.http.answering import service_of
from prover.serve.page.board import Board
from prover.serve.page.page import live_page
from prover.serve.page.sse import ALIVE_SECONDS, event

router = APIRouter()


@router.get("/live", include_in_schema=False)
async def page() -> HTMLResponse:
    """Return the page."""
    return HTMLResponse(live_page(), headers={"Cache-Control": "no-store"})


@router.get("/v1/live")
async def changes(request: Request) -> StreamingResponse:
    """Send the board of searches, and every change of it, as server-sent events."""
    return StreamingResponse(
        stream(service_of(request).board), media_type="text/event-stream", headers={"Cache-Control": "no-store"}
    )


async def stream(board: Board) -> AsyncIterator[bytes]:
    """Yield the board and its changes until it is closed."""
    with board.subscribed() as queue:
        while True:
            try:
                change = await asyncio.wait_for(queue.get(), ALIVE_SECONDS)
            except TimeoutError:
                yield b": still here\n\n"
                continue
            if change is None:
                return
            yield event(str(change["kind"]), json.dumps(change, ensure_ascii=False, separators=(",", ":")))

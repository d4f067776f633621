"""`--watch`: the live page of one command, served by the command itself while it works."""

from __future__ import annotations

import asyncio
import sys
import threading
import uuid
from collections.abc import Callable
from types import TracebackType
from typing import Literal

import uvicorn
from fastapi import APIRouter, FastAPI
from fastapi.responses import HTMLResponse, RedirectResponse, StreamingResponse
from starlette.middleware.trustedhost import TrustedHostMiddleware

from prover.cancel import POLL_SECONDS, CancelToken
from prover.errors import UsageError
from prover.events import Event, Listen
from prover.serve.http.live import stream
from prover.serve.page.board import Board, Entry
from prover.serve.page.page import live_page
from prover.types import Problem


class WatchPage:
    """Serves the page on a port of this machine. Used as a context manager; listeners are called by any thread."""

    def __init__(self, port: int = 0) -> None:
        self.board = Board()
        config = uvicorn.Config(
            _app(self), host="127.0.0.1", port=port, log_config=None, log_level="error", access_log=False,
            timeout_graceful_shutdown=1, ws="none", server_header=False,
        )  # fmt: skip
        self._server = uvicorn.Server(config)  # outside the main thread it leaves the signals alone
        self._thread = threading.Thread(target=self._run, name="page", daemon=True)
        self.stop = threading.Event()
        """Set when the page stops the whole run."""
        self._go = threading.Event()
        self.address = ""

    def __enter__(self) -> WatchPage:
        self._thread.start()
        while not self._server.started:
            self._thread.join(0.02)
            if not self._thread.is_alive():
                raise UsageError("the live page cannot listen on a port of this machine: leave --watch out")
        port = self._server.servers[0].sockets[0].getsockname()[1]
        self.address = f"http://127.0.0.1:{port}/live"
        print(f"prover: watch it at {self.address}", file=sys.stderr, flush=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.board.close()
        self._server.should_exit = True
        self._thread.join(5.0)

    def listener(
        self,
        problem: Problem,
        budget: dict[str, float],
        policy: str,
        *,
        token: CancelToken | None = None,
        also: Listen | None = None,
    ) -> Listen:
        """Return a listener that shows a search on the page, and tells another one too.

        With `token`, the page can stop the search; it can always have it wait.
        """
        return _Shown(self, problem, budget, policy, token, also)

    @property
    def over(self) -> bool:
        """Whether nothing should wait any more: the run was stopped, or the command ends."""
        return self.stop.is_set() or self._server.should_exit

    def told(self, run: str) -> None:
        """Show the name of a run, with buttons that stop and continue it."""
        self.board.fact(run=run, stopped=False)

    def order(self, stop: bool) -> None:
        """Do what the page's buttons say.

        A run that is stopped ends what it has begun first. One that is continued meanwhile still has to find that it
        was stopped, or it would take its end for that of the run: only `wait` clears `stop`.
        """
        self.board.fact(stopped=stop)
        if stop:
            self._go.clear()
            self.stop.set()
        else:
            self._go.set()

    def wait(self) -> None:
        """Wait until the page continues the run; at once where it has done so already."""
        self.board.end_all("stopped")
        while not self._go.wait(POLL_SECONDS):
            pass
        self.stop.clear()

    def _run(self) -> None:
        try:
            asyncio.run(self._server.serve())
        except SystemExit:
            return  # what it could not do is said by the thread that waits


class _Shown:
    """A listener for one search."""

    trying = True

    def __init__(
        self,
        page: WatchPage,
        problem: Problem,
        budget: dict[str, float],
        policy: str,
        token: CancelToken | None,
        also: Listen | None,
    ) -> None:
        self._page = page
        self._board = page.board
        self._token = token or CancelToken()
        self._also = also
        self._gate = threading.Event()
        self._gate.set()
        header = f"{problem.header.strip()}\n\n" if problem.header.strip() else ""
        self._entry = Entry(
            id=uuid.uuid4().hex[:16],
            problem=problem.name,
            statement=header + problem.statement,
            budget=budget,
            policy=policy,
            stop=token.cancel if token is not None else None,
            pause=self._pause,
        )
        page.board.begin(self._entry)

    def __call__(self, event: Event) -> None:
        self._board.event(self._entry, event)
        if self._also is not None and (event.event not in ("trying", "turned") or getattr(self._also, "trying", False)):
            self._also(event)
        while not (self._gate.wait(POLL_SECONDS) or self._token.cancelled or self._page.over):
            pass

    def _pause(self, paused: bool) -> bool:
        if paused:
            self._gate.clear()
        else:
            self._gate.set()
        return True


def _app(watched: WatchPage) -> FastAPI:
    router = APIRouter()
    board = watched.board

    @router.get("/live")
    async def page() -> HTMLResponse:
        return HTMLResponse(live_page(), headers={"Cache-Control": "no-store"})

    @router.get("/")
    async def root() -> RedirectResponse:
        return RedirectResponse("/live")

    @router.get("/v1/live")
    async def changes() -> StreamingResponse:
        return StreamingResponse(stream(board), media_type="text/event-stream")

    def act(path: str, word: str, action: Callable[[str], bool]) -> None:
        @router.post(f"/v1/prove/{{name}}/{path}")
        async def acted(name: str) -> dict[str, bool]:
            return {word: action(name)}

    @router.post("/v1/run/{word}")
    async def whole(word: Literal["stop", "continue"]) -> dict[str, bool]:
        watched.order(word == "stop")
        return {"stopped": word == "stop"}

    act("cancel", "cancelled", board.stop)
    act("pause", "paused", lambda name: board.pause(name, True))
    act("continue", "continued", lambda name: board.pause(name, False))
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(router)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])
    return app

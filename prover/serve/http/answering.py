"""Between a route and the service: who asks, a client that goes away, and a status for everything that goes wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from prover.errors import ProverError, StatementError
from prover.serve.http.guard import CLIENT, GONE
from prover.serve.pool.handle import WorkerLost
from prover.serve.refusals import ABOUT, Busy, TimedOut, TooLarge
from prover.serve.service import LeanFailed, Service, UnknownState

T = TypeVar("T")


class ClientGone(Exception):
    """Nobody waits for the answer any more."""


def service_of(request: Request) -> Service:
    """Return the service of the server."""
    found: Service = request.app.state.service
    return found


def client_of(request: Request) -> str:
    """Return who asks."""
    return str(getattr(request.state, CLIENT, "local"))


async def answered(request: Request, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Return what work gives, unless its client goes away first: then the work is cancelled.

    Raises `ClientGone`, `Busy`, and what the work raises.
    """
    with service_of(request).pool.admitted(client_of(request)):
        task = asyncio.create_task(work())
        gone = asyncio.create_task(_gone(request))
        try:
            await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                raise ClientGone
            return task.result()
        finally:
            gone.cancel()
            if not task.done():
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


_STATUSES: tuple[tuple[type[Exception], int, dict[str, str]], ...] = (
    (UnknownState, 404, {}),
    (LeanFailed, 503, {"Retry-After": "1"}),
    (WorkerLost, 503, {"Retry-After": "1"}),
    (Busy, 429, {}),
    (TimedOut, 504, {}),
    (TooLarge, 422, {}),
    (ClientGone, GONE, {}),
    (ProverError, 422, {}),
)
"""What goes wrong, the special before the general, and the status and headers of the answer."""


def status_of(error: Exception) -> int:
    """Return the status that says what went wrong."""
    return next((status for kind, status, _ in _STATUSES if isinstance(error, kind)), 500)


def refuse(app: FastAPI) -> None:
    """Give an application the answers to what goes wrong: a status and one sentence that says what to do."""
    for kind, _, headers in _STATUSES:

        async def answer(request: Request, error: Exception, headers: dict[str, str] = headers) -> JSONResponse:
            given = dict(headers)
            if isinstance(error, Busy):
                given["Retry-After"] = str(error.retry_after)
            if isinstance(error, StatementError):
                given[ABOUT] = "statement"
            return JSONResponse({"detail": str(error) or "the client went away"}, status_of(error), given)

        app.add_exception_handler(kind, answer)

    async def invalid(request: Request, error: Exception) -> JSONResponse:
        # FastAPI's own answer repeats what was sent, megabytes of it, and fails where that is no JSON (`Infinity`).
        assert isinstance(error, RequestValidationError)
        faults = [{name: fault[name] for name in ("type", "loc", "msg")} for fault in error.errors()]
        return JSONResponse({"detail": faults}, 422)

    app.add_exception_handler(RequestValidationError, invalid)

    async def internal(request: Request, error: Exception) -> JSONResponse:
        return JSONResponse({"detail": f"internal error ({type(error).__name__}); see the server's log"}, 500)

    app.add_exception_handler(Exception, internal)

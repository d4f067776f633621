"""Run the application: listen, drain on SIGTERM, stop when nobody asks."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import FrameType

import uvicorn
from fastapi import FastAPI

from prover.errors import UsageError
from prover.serve.http.app import make_app
from prover.serve.http.logs import configured
from prover.serve.service import Service
from prover.serve.settings import ServeSettings

_log = logging.getLogger("prover.serve")


class Server(uvicorn.Server):
    """A server that lets streams go when it is told to stop, answers what is in progress, and then ends."""

    def __init__(self, config: uvicorn.Config, service: Service, idle_seconds: float | None) -> None:
        super().__init__(config)
        self._service = service
        self._idle_seconds = idle_seconds

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to drain; a second signal leaves at once."""
        _log.info("draining: %d requests in progress", self._service.pool.in_progress)
        self._service.pool.draining = True
        self._service.board.close()
        # Not uvicorn's own, which raises the signal again at the end: a server that has drained ends with 0.
        self.force_exit = self.should_exit
        self.should_exit = True

    async def on_tick(self, counter: int) -> bool:
        """Look whether the server has been idle for long enough."""
        pool = self._service.pool
        if pool.in_progress:
            pool.last_used = time.monotonic()
        elif self._idle_seconds is not None and time.monotonic() - pool.last_used > self._idle_seconds:
            _log.info("nobody has asked for %g s: the server ends", self._idle_seconds)
            self._service.board.close()
            return True
        return await super().on_tick(counter)


def configuration(settings: ServeSettings) -> uvicorn.Config:
    """Return what uvicorn is told. Raises `UsageError` for a server that anybody could use."""
    return uvicorn.Config(
        make_app(settings.checked()),
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=int(settings.drain_seconds),
        h11_max_incomplete_event_size=64 * 1024,
        ws="none",
    )


def serve(settings: ServeSettings, listening: Callable[[str], None]) -> None:
    """Serve until a signal. `listening` is told the address once requests are answered.

    Raises `UsageError` for an address that cannot be listened on, `LeanError` where Lean does not come up.
    """
    configured(settings.json_logs)
    config = configuration(settings)
    app: FastAPI = config.app  # type: ignore[assignment]
    asyncio.run(_serve(Server(config, app.state.service, settings.idle_seconds), app, settings, listening))


def bound(config: uvicorn.Config) -> socket.socket:
    """Return the socket that the server listens on. Raises `UsageError` for an address that cannot be had.

    An answer leaves at once: its body does not wait until the client has acknowledged the header, which takes 40 ms.
    asyncio asks for that on sockets that it opens itself; those that are accepted inherit it from this one.
    """
    try:
        listener = config.bind_socket()
    except SystemExit:
        raise UsageError(
            f"nothing can listen on {config.host}:{config.port}: choose another --port, or 0 for any"
        ) from None
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


async def _serve(server: Server, app: FastAPI, settings: ServeSettings, listening: Callable[[str], None]) -> None:
    service: Service = app.state.service
    with closing(bound(server.config)) as listener:
        await service.open()  # before uvicorn, which says nothing of what keeps it from starting
        host, port = listener.getsockname()[:2]
        running = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started and not running.done():
            await asyncio.sleep(0.02)
        if server.started:
            listening(f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}")
        await running


def stdio(settings: ServeSettings, folder: str) -> None:
    """Serve one agent on standard input and output."""
    from prover.serve.agents.mcp import serve_stdio

    configured(settings.json_logs)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    asyncio.run(serve_stdio(Service(settings), Path(folder)))

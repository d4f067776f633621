"""A server of a test, in a thread of its own."""

from __future__ import annotations

import asyncio
import signal
import threading
from types import TracebackType

import httpx
from starlette.applications import Starlette

from prover.serve.server import Server, configuration
from prover.serve.settings import ServeSettings


class Running:
    """Serves from `__enter__` to `__exit__`; `http` asks it."""

    def __init__(self, settings: ServeSettings) -> None:
        config = configuration(settings.model_copy(update={"port": 0}))
        app = config.app
        assert isinstance(app, Starlette)
        self.service = app.state.service
        self._server = Server(config, self.service, settings.idle_seconds)
        self._thread = threading.Thread(target=lambda: asyncio.run(self._server.serve()), daemon=True)

    def __enter__(self) -> Running:
        self._thread.start()
        while not self._server.started:
            self._thread.join(0.05)
            assert self._thread.is_alive(), "the server did not start"
        port = self._server.servers[0].sockets[0].getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        self.http = httpx.Client(base_url=self.address, timeout=120, trust_env=False)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.http.close()
        self.stop()
        self._thread.join(60)

    def stop(self) -> None:
        """Do what SIGTERM does."""
        self._server.handle_exit(signal.SIGTERM, None)

    @property
    def ended(self) -> bool:
        return not self._thread.is_alive()

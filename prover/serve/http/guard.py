"""What stands in front of every route: who may ask, how large a request may be, and one line of log for each."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import re
import time
import uuid
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from prover.serve.addresses import is_loopback
from prover.serve.pool.metrics import Metrics
from prover.serve.refusals import HALF
from prover.serve.settings import MEGABYTE, ServeSettings

Scope = MutableMapping[str, Any]
Asgi = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Asgi]]
Send = Callable[[Asgi], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

OPEN_PATHS = frozenset({"/", "/health", "/health/", "/live", "/docs", "/redoc", "/api/openapi.json"})
"""What is answered without the key: nothing that runs Lean, and nothing about anybody's searches."""
CLIENT = "client"
"""The name under which a route finds who asks."""
GONE = 499
_log = logging.getLogger("prover.serve.access")


class Guard:
    """Middleware. Reads a request's body whole, within the limits, before anything else sees the request."""

    def __init__(self, app: App, settings: ServeSettings, metrics: Metrics) -> None:
        self._app = app
        self._settings = settings
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        began = time.monotonic()
        name = uuid.uuid4().hex[:12]
        status, complete = 0, False

        async def noting(message: Asgi) -> None:
            nonlocal status, complete
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (b"x-request-id", name.encode())]
            elif message["type"] == "http.response.body":
                complete = not message.get("more_body", False)
            await send(message)

        headers = {key.decode("latin-1").lower(): value.decode("latin-1") for key, value in scope["headers"]}
        scope.setdefault("state", {})[CLIENT] = self._client(scope, headers)
        refusal = self._refusal(scope["path"], headers)
        try:
            if scope["type"] == "websocket":
                if refusal is None:
                    await self._app(scope, receive, send)
                else:
                    await send({"type": "websocket.close", "code": 1008, "reason": refusal[1][:100]})
                return
            if refusal is None:
                replay, refusal = await self._body(receive, headers)
            if refusal is not None:
                await _answer(noting, *refusal)
            else:
                await self._app(scope, replay, noting)
        except asyncio.CancelledError:  # by a server that has drained for as long as it may, and by nothing else
            if not status:
                await _answer(noting, 503, "the server is shutting down; ask again")
            elif not complete:
                await noting({"type": "http.response.body", "body": b""})
        finally:
            self._note(scope, name, status, time.monotonic() - began)

    def _client(self, scope: Scope, headers: dict[str, str]) -> str:
        """Return who asks, for turns in the queue: the key that was given, else the address."""
        given = headers.get("authorization", "").removeprefix("Bearer ").strip()
        # Where everybody has one address, clients may tell themselves apart; elsewhere that would jump the queue.
        own = headers.get("x-client", "")[:64] if self._settings.loopback else ""
        address = scope.get("client")
        where = f"key:{hash(given) & 0xFFFFFFFF:08x}" if given else str(address[0]) if address else "local"
        return f"{where}/{own}" if own else where

    def _refusal(self, path: str, headers: dict[str, str]) -> tuple[int, str] | None:
        if self._settings.loopback and not self._settings.key:
            # A page of another site may reach this address by a name of its own; it cannot choose this header.
            host = headers.get("host", "").rpartition(":")[0] or headers.get("host", "")
            if host and not is_loopback(host):
                return 403, f"this server answers to 127.0.0.1 and localhost only, not to {host[:80]}"
        if not self._settings.key or path in OPEN_PATHS:
            return None
        given = headers.get("authorization", "").removeprefix("Bearer ").strip()
        if not given:
            return 401, "Missing API key"
        if not hmac.compare_digest(given.encode(), self._settings.key.encode()):
            return 401, "Invalid API key"
        return None

    async def _body(self, receive: Receive, headers: dict[str, str]) -> tuple[Receive, tuple[int, str] | None]:
        limits = self._settings.limits
        most = int(limits.body_mb * MEGABYTE)
        too_large = (413, f"the body is larger than {limits.body_mb:g} MB; send less at a time, or raise --max-body-mb")
        announced = headers.get("content-length", "0")
        if announced.isdigit() and int(announced) > most:
            return receive, too_large
        parts: list[bytes] = []
        size = 0
        deadline = time.monotonic() + limits.upload_seconds
        while True:
            try:
                message = await asyncio.wait_for(receive(), max(0.0, deadline - time.monotonic()))
            except TimeoutError:
                return receive, (408, f"the body did not arrive within {limits.upload_seconds:g} s; send it again")
            if message["type"] != "http.request":
                return receive, (GONE, "the client went away")
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            if size > most:
                return receive, too_large
            if not message.get("more_body", False):
                break
        whole = b"".join(parts)
        if whole and (fault := _fault(whole)):
            return receive, (400, fault)
        given = False

        async def replay() -> Asgi:
            nonlocal given
            if not given:
                given = True
                return {"type": "http.request", "body": whole, "more_body": False}
            return await receive()

        return replay, None

    def _note(self, scope: Scope, name: str, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", None) or "other"
        self._metrics.requests.inc(route=route, status=str(status or GONE))
        _log.info(
            "%s %s %s",
            scope.get("method", "WS"),
            scope["path"],
            status or GONE,
            extra={"request": name, "client": scope["state"][CLIENT], "status": status or GONE, "seconds": seconds},
        )


DEEPEST = 100
_ESCAPED = re.compile(r"\\u[dD][89a-fA-F]")
_ESCAPES = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.", re.DOTALL)
_HALF = re.compile(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")


def _fault(body: bytes) -> str | None:
    """Say what makes a body unreadable before a parser recurses into it."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        return f"the body is not UTF-8 (byte {error.start}); send JSON in UTF-8"
    if _ESCAPED.search(text) is not None and any(_HALF.fullmatch(found[0]) for found in _ESCAPES.finditer(text)):
        return HALF
    depth = deepest = 0
    if text.count("[") + text.count("{") > DEEPEST:
        inside = escaped = False
        for character in text:
            if inside:
                inside = escaped or character != '"'
                escaped = character == "\\" and not escaped
            elif character == '"':
                inside = True
            elif character in "[{":
                depth += 1
                deepest = max(deepest, depth)
                if deepest > DEEPEST:
                    return f"the JSON is nested more than {DEEPEST} levels deep; no request here needs that"
            elif character in "]}":
                depth -= 1
    return None


async def _answer(send: Send, status: int, detail: str) -> None:
    body = json.dumps({"detail": detail}, ensure_ascii=False).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    if status == 503:
        headers.append((b"retry-after", b"5"))
    if status in (408, 413):
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})

"""A local HTTP server that speaks the OpenAI protocol well or badly, as it is told: real sockets, canned answers."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Reply = Callable[["_Handler", dict[str, Any]], None]
"""Answers one request, well or badly."""


@dataclass
class Stub:
    """What the server is to do next, and what it was asked. With nothing planned it answers well."""

    url: str = ""
    models: list[str] = field(default_factory=lambda: ["m"])
    plan: list[Reply] = field(default_factory=list)
    otherwise: Reply | None = None
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    in_flight: int = 0
    most_in_flight: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


def says(*texts: str, log_prob: float = -1.0, tokens: int = 2, finish: str = "stop") -> Reply:
    """Answer with these texts, or as many of them as are asked for, each with two tokens of known log-probability."""

    def reply(handler: _Handler, body: dict[str, Any]) -> None:
        logs = [log_prob / tokens] * tokens
        choices: list[dict[str, Any]] = []
        for text in texts[: body["n"]]:
            choice: dict[str, Any] = {"finish_reason": finish}
            if "messages" in body:
                choice["message"] = {"role": "assistant", "content": text}
                told: Any = {"content": [{"token": "x", "logprob": log} for log in logs]}
            else:
                choice["text"] = text
                told = {"token_logprobs": logs}
            choice["logprobs"] = told if body.get("logprobs") else None
            choices.append(choice)
        usage = {"prompt_tokens": 10, "completion_tokens": tokens * len(choices)}
        handler.send(200, {"choices": choices, "usage": usage})

    return reply


def status(code: int, message: str, **headers: str) -> Reply:
    """Answer with an error."""
    return lambda handler, body: handler.send(code, {"error": {"message": message}}, headers)


def slow(seconds: float) -> Reply:
    """Answer well, but late."""

    def reply(handler: _Handler, body: dict[str, Any]) -> None:
        time.sleep(seconds)
        says("late")(handler, body)

    return reply


def broken_json(handler: _Handler, body: dict[str, Any]) -> None:
    handler.send_bytes(200, b'{"choices": [{"text": "om')


def disconnect(handler: _Handler, body: dict[str, Any]) -> None:
    """Promise more than is sent, and hang up."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"choi')
    handler.wfile.flush()
    handler.close_connection = True


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    stub: Stub

    def do_GET(self) -> None:
        self.stub.keys.append(self.headers.get("Authorization"))
        self.send(200, {"data": [{"id": name} for name in self.stub.models]})

    def do_POST(self) -> None:
        stub = self.stub
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with stub.lock:
            stub.asked.append(body | {"path": self.path})
            stub.keys.append(self.headers.get("Authorization"))
            stub.times.append(time.monotonic())
            stub.in_flight += 1
            stub.most_in_flight = max(stub.most_in_flight, stub.in_flight)
            reply = stub.plan.pop(0) if stub.plan else stub.otherwise or says("omega")
        try:
            reply(self, body)
        except (BrokenPipeError, ConnectionResetError):
            pass  # the client gave up waiting: that is what was to be tested
        finally:
            with stub.lock:
                stub.in_flight -= 1

    def send(self, code: int, document: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        self.send_bytes(code, json.dumps(document).encode(), headers)

    def send_bytes(self, code: int, content: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(code)
        for name, value in (headers or {}).items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def serving(stub: Stub) -> Iterator[Stub]:
    """Serve on a free port of this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"stub": stub}))
    server.daemon_threads = True
    stub.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield stub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

"""A model behind OpenAI's protocol that answers from a script."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Callable[[str], str]


@contextmanager
def scripted_model(answer: Answer) -> Iterator[str]:
    """Serve `answer(the last message)` as a chat model and give the address of its API."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            last = body["messages"][-1]["content"]
            text = last if isinstance(last, str) else "".join(part.get("text", "") for part in last)
            streams = bool(body.get("stream"))
            reply = (_stream if streams else _completion)(answer(text))
            self.send_response(200)
            self.send_header("content-type", "text/event-stream" if streams else "application/json")
            self.send_header("content-length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, format: str, *args: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        server.shutdown()
        server.server_close()


_HEAD = {"id": "scripted", "created": 0, "model": "scripted"}
_USAGE = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}


def _completion(text: str) -> bytes:
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}
    return json.dumps({**_HEAD, "object": "chat.completion", "choices": [choice], "usage": _USAGE}).encode()


def _stream(text: str) -> bytes:
    choice = {"index": 0, "finish_reason": "stop", "delta": {"role": "assistant", "content": text}}
    chunk = {**_HEAD, "object": "chat.completion.chunk", "choices": [choice], "usage": _USAGE}
    return f"data: {json.dumps(chunk)}\n\ndata: [DONE]\n\n".encode()

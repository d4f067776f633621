"""How tests ask a server."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from tests.serve.running import Running


def check(server: Running, *codes: str, **more: Any) -> list[dict[str, Any]]:
    """Ask `/api/check` as kimina_client does, and return the results."""
    snippets = [{"id": str(place), "code": code} for place, code in enumerate(codes)]
    body = {"snippets": snippets, "timeout": 60, "debug": False, "reuse": True, "infotree": None, **more}
    answer = server.http.post("/api/check", json=body)
    assert answer.status_code == 200, answer.text
    results: list[dict[str, Any]] = answer.json()["results"]
    assert [result["id"] for result in results] == [snippet["id"] for snippet in snippets]
    return results


def status(result: dict[str, Any]) -> str:
    """Return what kimina_client makes of a result."""
    if "error" in result:
        return "timeout_error" if "timed out" in result["error"] else "server_error"
    if any(message["severity"] == "error" for message in result["response"].get("messages", ())):
        return "lean_error"
    return "sorry" if result["response"].get("sorries") else "valid"


def wait_for(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        threading.Event().wait(0.02)

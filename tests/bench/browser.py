"""A real browser for tests of pages: headless Chromium, driven over the WebDriver protocol."""

from __future__ import annotations

import base64
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
)  # fmt: skip


def missing() -> str:
    """Return why there is no browser to test with, or an empty text."""
    if not (shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")):
        return "no Chromium here: the pages are not tested (Debian: apt install chromium chromium-driver)"
    if not shutil.which("chromedriver"):
        return "no chromedriver here: the pages are not tested (Debian: apt install chromium-driver)"
    return ""


class Browser:
    """One window. `requests` of the page are counted: there must be none."""

    def __init__(self, width: int = 1280, height: int = 1400) -> None:
        self._profile = tempfile.mkdtemp(prefix="browser-")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self._driver = subprocess.Popen(
            ["chromedriver", f"--port={port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self._http = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60, trust_env=False)
        self._session = ""
        flags = [*FLAGS, f"--window-size={width},{height}", f"--user-data-dir={self._profile}"]
        wanted = {"alwaysMatch": {"goog:chromeOptions": {"args": flags}, "goog:loggingPrefs": {"browser": "ALL"}}}
        for attempt in range(60):
            try:
                self._session = self._post("/session", {"capabilities": wanted})["sessionId"]
                break
            except httpx.TransportError:
                if attempt == 59:
                    raise
                time.sleep(0.1)

    def open(self, path: Path) -> None:
        self.visit(path.absolute().as_uri())

    def visit(self, address: str) -> None:
        self._post(f"/session/{self._session}/url", {"url": address})

    def resize(self, width: int, height: int) -> None:
        self._post(f"/session/{self._session}/window/rect", {"width": width, "height": height})

    def run(self, script: str, *arguments: Any) -> Any:
        """Run the body of a function in the page and return what it returns; it may wait with `await`."""
        body = f"(async (...given) => {{ {script} }})(...arguments)"
        code = f"const done = arguments[arguments.length - 1]; {body}.then(done)"
        return self._post(f"/session/{self._session}/execute/async", {"script": code, "args": list(arguments)})

    def errors(self) -> list[str]:
        """Return what the page has complained of: errors of scripts, refused requests."""
        entries = self._post(f"/session/{self._session}/se/log", {"type": "browser"})
        return [entry["message"] for entry in entries if entry["level"] in ("SEVERE", "WARNING")]

    def prefer(self, scheme: str) -> None:
        """Let the page be read by someone who prefers `light` or `dark`."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        body = {"cmd": "Emulation.setEmulatedMedia", "params": {"features": features}}
        self._post(f"/session/{self._session}/goog/cdp/execute", body)

    def screenshot(self, path: Path) -> None:
        shot = self._http.get(f"/session/{self._session}/screenshot").json()["value"]
        path.write_bytes(base64.b64decode(shot))

    def close(self) -> None:
        if self._session:
            self._http.delete(f"/session/{self._session}")
        self._http.close()
        self._driver.terminate()
        self._driver.wait(20)
        shutil.rmtree(self._profile, ignore_errors=True)

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        value = self._http.post(path, json=body).json()["value"]
        if isinstance(value, dict) and "error" in value:
            raise AssertionError(f"{value['error']}: {value['message']}")
        return value

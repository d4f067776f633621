"""Where LeanDojo works: a Lake project of its own Lean, laid out as the package lays out what it has traced.

`source` is a small git repository that names the project and its Lean; `project` is the built one, in the package's
cache under the name and the commit of that repository. `prover setup --lean leandojo` makes both.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from prover.errors import SetupError
from prover.lean.native.toolchain import NEWEST_FOR_DOJO, Toolchain, assembled, find_lake, release
from prover.paths import cache_dir

NAME = "proofsmith"
REPL = "Lean4Repl.lean"
MEMORY_GB = 16


@dataclass(frozen=True, slots=True)
class Workspace:
    """A project that LeanDojo can open theorems of. `toolchain` verifies what was found in it."""

    source: Path
    project: Path
    cache: Path
    scratch: Path
    toolchain: Toolchain
    memory_gb: int = MEMORY_GB


def root() -> Path:
    """Return the folder that `prover setup --lean leandojo` fills; PROOFSMITH_DOJO_CACHE moves it."""
    moved = os.environ.get("PROOFSMITH_DOJO_CACHE")
    return Path(moved).expanduser().absolute() if moved else cache_dir() / "leandojo"


def source_folder() -> Path:
    """Return the folder of the small repository."""
    return root() / "source" / NAME


def project_folder() -> Path:
    """Return the folder of the built project: the package's name for the commit of the small repository."""
    return root() / "cache" / f"gitpython-{NAME}-{_commit(source_folder())}" / NAME


def package_version() -> str:
    """Return the version of the package, without importing it. Raises `SetupError` with what to do."""
    if sys.version_info >= (3, 13):
        raise SetupError("lean-dojo has no release for Python 3.13: install proofsmith with Python 3.11 or 3.12")
    if shutil.which("git") is None:
        raise SetupError("lean-dojo needs git, which is not on the PATH: install git")
    try:
        return version("lean-dojo")
    except PackageNotFoundError:
        raise SetupError("lean-dojo is not installed: pip install 'proofsmith[leandojo]'") from None


def prepared(context: str) -> Workspace:
    """Return the workspace. Raises `SetupError` with one sentence and the fix for the first thing that is missing."""
    package_version()
    lake = find_lake()
    source = source_folder()
    wanted = release(source) if source.is_dir() else ""
    if not wanted:
        raise SetupError("LeanDojo has no project to work in: run `prover setup --lean leandojo`")
    major, minor = (int(part) for part in wanted.removeprefix("v").split(".")[:2])
    if (major, minor) > NEWEST_FOR_DOJO:
        raise SetupError(
            f"{source} asks for Lean {wanted}, too new for lean-dojo, whose files were written for 4.20: "
            f"run `prover setup --lean leandojo` again"
        )
    project = project_folder()
    if not (project / REPL).is_file():
        raise SetupError(f"{project} lacks {REPL}: run `prover setup --lean leandojo` again")
    scratch = root() / "scratch"
    toolchain = assembled(lake, project, context, scratch)
    return Workspace(source, project, root() / "cache", scratch, toolchain)


def _commit(repository: Path) -> str:
    try:
        done = subprocess.run(
            ["git", "rev-parse", "HEAD"], cwd=repository, capture_output=True, text=True, check=True, timeout=60
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise SetupError(f"{repository} is no git repository: run `prover setup --lean leandojo` again") from error
    return done.stdout.strip()

"""Where things are: the per-user cache, the Lean sources, datasets. Nothing here touches the disk beyond looking."""

from __future__ import annotations

import os
from pathlib import Path

from prover.errors import SetupError

PACKAGE = Path(__file__).resolve().parent


def cache_dir() -> Path:
    """Return the per-user cache: `PROOFSMITH_CACHE` if set, else `proofsmith` in the XDG cache folder."""
    moved = os.environ.get("PROOFSMITH_CACHE")
    if moved:
        return Path(moved).expanduser().absolute()
    xdg = os.environ.get("XDG_CACHE_HOME", "")
    # The XDG specification says to ignore relative paths.
    try:
        base = Path(xdg) if os.path.isabs(xdg) else Path.home() / ".cache"
    except RuntimeError as error:
        raise SetupError("there is no home folder for the cache: set PROOFSMITH_CACHE to a folder") from error
    return base / "proofsmith"


def lean_sources() -> Path:
    """Return the folder `lean_project`: inside the package when installed from a wheel, next to it in a checkout."""
    for folder in (PACKAGE / "lean_project", PACKAGE.parent / "lean_project"):
        if (folder / "Core.lean").is_file():
            return folder
    raise SetupError("the Lean sources (lean_project) are missing from this installation: install proofsmith again")


def data_dirs() -> tuple[Path, ...]:
    """Return the folders in which datasets are looked for, in order: `PROOFSMITH_DATA`, then the per-user cache."""
    named = os.environ.get("PROOFSMITH_DATA")
    cached = cache_dir() / "data"
    return (Path(named).expanduser().absolute(), cached) if named else (cached,)


def shipped_data() -> tuple[Path, ...]:
    """Return where datasets of our own may lie: inside an installed package, next to it in a checkout."""
    return (PACKAGE / "data", PACKAGE.parent / "data")

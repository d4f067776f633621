"""Make the Lake projects: copy, fetch what is compiled already, compile the rest. Everything resumes where it stopped.

What it takes: about 6 GB of disk and minutes of download a Mathlib; the prelude and the bridge compile in minutes.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

from prover.errors import SetupError
from prover.lean.leandojo import workspace as dojo
from prover.lean.native.toolchain import find_lake, release, workspaces
from prover.paths import lean_sources

DISK_GB = 8
Progress = Callable[[str, int, int], None]


def prepare_native(context: str, progress: Progress) -> dict[str, str]:
    """Make the project of a context and its REPL. Raises `SetupError` with what to do."""
    lake = find_lake()
    current = context in ("core", "mathlib")
    project = workspaces() / ("current" if current else "published")
    _room(project)
    with _locked(project):
        progress("copying the Lean sources", 0, 0)
        _copy(project, ("lakefile.toml", "lean-toolchain") if current else (), "" if current else "published")
        if current:
            _copy_library(project)
        _fetch(lake, project, progress)
        progress("compiling the prelude and the bridge" if current else "compiling", 0, 0)
        _run([str(lake), "build"], project, "compile")
        progress("fetching and compiling the REPL", 0, 0)
        repl = _repl(lake, project)
    return {"project": str(project), "repl": str(repl), "lean": release(project)}


def prepare_dojo(progress: Progress) -> dict[str, str]:
    """Make LeanDojo's project. Raises `SetupError` with what to do."""
    dojo.package_version()
    lake = find_lake()
    _room(dojo.root())
    source = dojo.source_folder()
    with _locked(dojo.root() / "source"):
        _copy(source, (), "dojo")
        if not (source / ".git").is_dir():
            author = ("-c", "user.name=proofsmith", "-c", "user.email=proofsmith@localhost")
            for command in (("init", "-q"), ("add", "-A"), (*author, "commit", "-qm", "project")):
                _run(["git", *command], source, "set up git")
        project = dojo.project_folder()
        progress("copying the project", 0, 0)
        _copy(project, (), "dojo")
        shutil.copyfile(_package_repl(), project / dojo.REPL)
        _fetch(lake, project, progress)
        progress("compiling LeanDojo's REPL", 0, 0)
        _run([str(lake), "build", "Lean4Repl"], project, "compile LeanDojo's REPL")
    return {"project": str(project), "lean": release(project)}


def _fetch(lake: Path, project: Path, progress: Progress) -> None:
    if not (project / "lake-manifest.json").is_file():
        progress("fetching Mathlib's sources", 0, 0)
        _run([str(lake), "update"], project, "fetch Mathlib")
    progress("fetching compiled Mathlib, about 6 GB", 0, 0)
    _run([str(lake), "exe", "cache", "get"], project, "fetch compiled Mathlib")


def _copy(project: Path, names: tuple[str, ...], folder: str) -> None:
    """Copy files of the Lean sources where they differ, so that nothing is compiled again for nothing."""
    source = lean_sources() / folder
    for name in names or ("lakefile.toml", "lean-toolchain"):
        _write(project / name, (source / name).read_text(encoding="utf-8"))


def _copy_library(project: Path) -> None:
    """Copy prelude and bridge; of the prelude what only files of the module system may say is left out."""
    source = lean_sources()
    for path in sorted((*source.glob("Core*"), *source.glob("Bridge*"))):
        for file in sorted(path.rglob("*.lean")) if path.is_dir() else [path]:
            text = file.read_text(encoding="utf-8")
            if file.relative_to(source).parts[0].startswith("Core"):
                text = text.replace("@[expose] noncomputable section", "noncomputable section")
                text = text.replace("] meta def ", "] def ")
            _write(project / file.relative_to(source), text)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def _repl(lake: Path, project: Path) -> Path:
    """Have lean-interact fetch and compile the REPL of the project's Lean, and remember where it is."""
    try:
        package = importlib.import_module("lean_interact")
        config = package.LeanREPLConfig(
            project=package.LocalProject(directory=project, auto_build=False),
            cache_dir=workspaces() / "lean-interact",
            lake_path=lake,
        )
    except ImportError as error:
        raise SetupError("lean-interact is not installed: pip install 'proofsmith[native]'") from error
    except Exception as error:  # it raises what git and lake make it raise
        said = " ".join(str(error).split())[:200]
        raise SetupError(
            f"the REPL could not be fetched or compiled ({said}): look at the network, and repeat"
        ) from error
    found = Path(config.cache_repl_dir)
    link = workspaces() / f"repl-{release(project)}"
    if link.is_symlink() or not link.exists():
        link.unlink(missing_ok=True)
        link.symlink_to(found)
    return link


def _package_repl() -> Path:
    """Return the REPL that the package brings, without importing the package."""
    found = importlib.util.find_spec("lean_dojo")
    for folder in (found.submodule_search_locations or []) if found is not None else []:
        file = Path(folder) / "interaction" / dojo.REPL
        if file.is_file():
            return file
    raise SetupError(f"lean-dojo lacks {dojo.REPL}: pip install --force-reinstall lean-dojo==4.20.0")


def _room(folder: Path) -> None:
    place = folder
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free / 1e9
    if free < DISK_GB and not (folder / ".lake").exists():
        raise SetupError(
            f"{place} has {free:.1f} GB free, Mathlib takes about {DISK_GB}: set PROOFSMITH_CACHE elsewhere"
        )


def _locked(folder: Path) -> FileLock:
    folder.mkdir(parents=True, exist_ok=True)
    return FileLock(folder.with_suffix(".lock"))


def _run(command: list[str], folder: Path, what: str) -> None:
    """Run a command and keep what it prints in a file next to the project. Raises `SetupError`."""
    log = folder.with_name(f"{folder.name}.log")
    try:
        with log.open("a", encoding="utf-8") as file:
            print("$", *command, file=file, flush=True)
            done = subprocess.run(
                command, cwd=folder, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT, env=os.environ
            )
    except OSError as error:
        raise SetupError(f"{command[0]} does not run ({error}): install it again") from error
    if done.returncode != 0:
        last = (log.read_text(encoding="utf-8", errors="replace").strip().splitlines() or ["it says nothing"])[-1]
        raise SetupError(f"`{' '.join(command)}` could not {what} ({last[:200]}): see {log}, and repeat what you did")

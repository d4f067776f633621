"""Find lake, the Lake projects and the REPL, and say in one sentence what is missing and what to do about it.

Environment: PROOFSMITH_LAKE names `lake`, PROOFSMITH_PROJECT a Lake project of one's own, PROOFSMITH_REPL a built REPL.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

from prover.errors import SetupError, UsageError
from prover.lean.native.sandbox import Sandbox, sandbox
from prover.paths import cache_dir

CURRENT = "v4.28.0"
"""The Lean of the context `mathlib`, and of `core`: its embedded sister says 4.28.0-pre."""
PUBLISHED = "v4.9.0"
"""The Lean of the context `mathlib-v4.9`, in which most published numbers on miniF2F were measured."""
NEWEST_FOR_DOJO = (4, 24)

VERSION_SECONDS = 600  # elan fetches a toolchain the first time
_RELEASE = re.compile(r"(?:leanprover/lean4:)?v?(\d+)\.(\d+)\.(\d+)([\w.-]*)")
_SAYS = re.compile(r"Lean \(version ([^\s,)]+)")


@dataclass(frozen=True, slots=True)
class Toolchain:
    """A Lake project that can be used: `launcher` runs `lake` in the sandbox, `lake` outside of it.

    `lean` is its version; `repl` is the folder of the built REPL, None where it is not needed.
    """

    lake: Path
    launcher: Path
    project: Path
    lean: str
    sandbox: Sandbox
    repl: Path | None = None


def workspaces() -> Path:
    """Return the folder that `prover setup --lean native` fills; PROOFSMITH_NATIVE_CACHE moves it."""
    moved = os.environ.get("PROOFSMITH_NATIVE_CACHE")
    return Path(moved).expanduser().absolute() if moved else cache_dir() / "native"


def project_of(context: str) -> Path:
    """Return the Lake project of a context. Raises `UsageError` for one that native Lean does not know."""
    named = os.environ.get("PROOFSMITH_PROJECT")
    folders = {"core": "current", "mathlib": "current", "mathlib-v4.9": "published"}
    if context not in folders:
        raise UsageError(f"there is no context {context!r} for native Lean; choose from {', '.join(folders)}")
    return Path(named).expanduser().absolute() if named else workspaces() / folders[context]


def find_lake() -> Path:
    """Return the path of `lake`. Raises `SetupError` with what to do."""
    named = os.environ.get("PROOFSMITH_LAKE")
    if named:
        found = shutil.which(named)
        if found is None:
            raise SetupError(f"PROOFSMITH_LAKE names {named}, which cannot be run: name the program `lake`")
        return Path(found).absolute()
    found = shutil.which("lake") or shutil.which("lake", path=str(Path.home() / ".elan" / "bin"))
    if found is None:
        raise SetupError("no `lake` was found: install elan (https://github.com/leanprover/elan), which brings it")
    return Path(found)


def release(project: Path) -> str:
    """Return the release that a project asks for, such as `v4.28.0`. Raises `SetupError` with what to do."""
    try:
        text = (project / "lean-toolchain").read_text(encoding="utf-8").strip()
    except OSError as error:
        what = "is no Lake project" if project.is_dir() else "does not exist"
        raise SetupError(f"{project} {what} (no lean-toolchain): run `prover setup --lean native`") from error
    match = _RELEASE.fullmatch(text)
    if match is None:
        raise SetupError(f"{project}/lean-toolchain says {text!r}, no release: write leanprover/lean4:{CURRENT}")
    return "v" + ".".join(match.groups()[:3]) + match.group(4)


def version_of(lake: Path, project: Path) -> str:
    """Return the version of a project's Lean. Raises `SetupError` where it does not run or is another one."""
    wanted = release(project)
    try:
        done = subprocess.run(
            [str(lake), "env", "lean", "--version"], cwd=project, stdin=subprocess.DEVNULL, capture_output=True,
            text=True, errors="replace", timeout=VERSION_SECONDS,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SetupError(f"{lake} does not run ({error}): install elan again, or set PROOFSMITH_LAKE") from error
    found = _SAYS.search(done.stdout)
    if done.returncode != 0 or found is None:
        said = (done.stderr.strip() or done.stdout.strip() or "it says nothing").splitlines()[-1][:200]
        raise SetupError(f"Lean {wanted} does not run ({said}): elan toolchain install leanprover/lean4:{wanted}")
    if found.group(1) != wanted.removeprefix("v"):
        raise SetupError(
            f"{project} asks for Lean {wanted} and gets {found.group(1)}: unset ELAN_TOOLCHAIN, or remove the override "
            f"with `elan override unset`"
        )
    return found.group(1)


def check_mathlib(project: Path) -> str:
    """Return where compiled Mathlib is. Raises `SetupError` where it is missing or not compiled."""
    package = project / ".lake" / "packages" / "mathlib"
    if not package.is_dir():
        raise SetupError(f"{project} has no Mathlib: run `prover setup --lean native`")
    library = package / ".lake" / "build" / "lib"
    if not any((folder / "Mathlib.olean").is_file() for folder in (library / "lean", library)):
        raise SetupError(
            f"Mathlib in {package} is not compiled, which would take hours: run `lake exe cache get` in {project}"
        )
    return str(package)


def check_core(project: Path) -> str:
    """Return where the compiled prelude is. Raises `SetupError` where it is missing."""
    for folder in (project / ".lake" / "build" / "lib" / "lean", project / ".lake" / "build" / "lib"):
        if (folder / "Core" / "Full.olean").is_file():
            return str(folder)
    raise SetupError(f"the prelude is not compiled in {project}: run `prover setup --lean native`")


def find_repl(project: Path) -> Path:
    """Return the folder of the REPL built for a project's Lean. Raises `SetupError` with what to do."""
    named = os.environ.get("PROOFSMITH_REPL")
    folder = Path(named).expanduser().absolute() if named else workspaces() / f"repl-{release(project)}"
    if not (folder / ".lake" / "build" / "bin" / "repl").is_file():
        fix = "correct PROOFSMITH_REPL" if named else "run `prover setup --lean native`"
        raise SetupError(f"there is no built REPL in {folder}: {fix}")
    if release(folder) != release(project):
        raise SetupError(
            f"the REPL in {folder} is for Lean {release(folder)}, the project for {release(project)}: "
            f"run `prover setup --lean native` again"
        )
    return folder


def locate(context: str) -> Toolchain:
    """Return all that a context needs. Raises `SetupError` with the fix for the first thing missing."""
    toolchain = assembled(find_lake(), project_of(context), context, workspaces() / "scratch")
    return replace(toolchain, repl=find_repl(toolchain.project))


def assembled(lake: Path, project: Path, context: str, scratch: Path) -> Toolchain:
    """Return the toolchain of a project that holds what a context needs, its Lean confined to `scratch`.

    Raises `SetupError` with the fix for the first thing missing.
    """
    lean = version_of(lake, project)
    if context == "core":
        check_core(project)
    else:
        check_mathlib(project)
    box = sandbox()
    return Toolchain(lake, box.launcher(lake, scratch / "bin" / "lake", scratch), project, lean, box)

"""Lay the stand-ins out as a native toolchain would lie: `lake`, a Lake project, a built REPL."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]


def script(path: Path, module: str, folder: Path) -> Path:
    """Write an executable that runs a stand-in; it needs nothing of the environment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f"#!{sys.executable}\n"
        f"import sys\nfrom pathlib import Path\n"
        f"sys.path.insert(0, {str(ROOT)!r})\n"
        f"from {module} import main\nmain(Path({str(folder)!r}))\n"
    )
    path.chmod(0o755)
    return path


def lake(folder: Path) -> Path:
    """Write `bin/lake` and return it."""
    return script(folder / "bin" / "lake", "tests.lean.standins.lake", folder)


def lean(folder: Path) -> Path:
    """Write `bin/lean`, which tracing asks for its version and its library."""
    path = folder / "bin" / "lean"
    (folder / "toolchain").mkdir()
    path.write_text(
        "#!/bin/sh\n"
        'if [ "$1" = --print-prefix ]; then\n'
        f"  echo {folder / 'toolchain'}\n"
        "else\n"
        "  echo 'Lean (version 4.20.0, x86_64-unknown-linux-gnu, commit 0, Release)'\n"
        "fi\n"
    )
    path.chmod(0o755)
    return path


def project(folder: Path, release: str, prelude: bool = True) -> Path:
    """Write a Lake project that looks built."""
    where = folder / "project"
    where.mkdir(parents=True, exist_ok=True)
    (where / "lean-toolchain").write_text(f"leanprover/lean4:{release}\n")
    (where / "lakefile.toml").write_text('name = "standin"\n')
    if prelude:
        library = where / ".lake" / "build" / "lib" / "lean" / "Core"
        library.mkdir(parents=True, exist_ok=True)
        (library / "Full.olean").touch()
    return where


def dojo(folder: Path, release: str) -> Path:
    """Write LeanDojo's small repository and the project that goes with it, as its set-up leaves them."""
    source = folder / "dojo" / "source" / "proofsmith"
    source.mkdir(parents=True)
    (source / "lean-toolchain").write_text(f"leanprover/lean4:{release}\n")
    (source / "lakefile.toml").write_text('name = "proofsmith"\n')
    author = ("-c", "user.name=t", "-c", "user.email=t@example.org")
    for command in (("init", "-q"), ("add", "-A"), (*author, "commit", "-qm", "project")):
        subprocess.run(["git", *command], cwd=source, check=True)
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=source, check=True, capture_output=True, text=True)
    project = folder / "dojo" / "cache" / f"gitpython-proofsmith-{head.stdout.strip()}" / "proofsmith"
    library = project / ".lake" / "build" / "lib" / "lean" / "Core"
    library.mkdir(parents=True)
    (library / "Full.olean").touch()
    (project / "lean-toolchain").write_text(f"leanprover/lean4:{release}\n")
    (project / "Lean4Repl.lean").touch()
    return folder / "dojo"


def repl(folder: Path, release: str) -> Path:
    """Write a REPL that looks built."""
    where = folder / "repl"
    script(where / ".lake" / "build" / "bin" / "repl", "tests.lean.standins.repl", folder)
    (where / "lean-toolchain").write_text(f"leanprover/lean4:{release}\n")
    return where

"""Contexts, compiled once: elaborating the prelude takes seconds, importing it a fraction of one.

The compiled files lie in the per-user cache under the hash of the context and of the Lean that made them, beside the
record of their audit: every constant was replayed by the kernel, body and all, before anything was written. Whenever
they are loaded they are compared with the hashes that stand in the repository (`pinned`); what is planted, damaged or
of another version is made again. The files that have these hashes come with the package (`shipped/`, 1.3 MB; `make
pin-context` writes them): they are unpacked. A prelude or a driver that somebody has changed is compiled, which takes
40 seconds of CPU.
"""

from __future__ import annotations

import base64
import hashlib
import lzma
import os
import shutil
import zipfile
from pathlib import Path

from filelock import FileLock

from prover.errors import LeanError, SetupError, WorkerDied
from prover.lean.context import Context
from prover.lean.embedded import wire
from prover.lean.embedded.install import Installation, Progress
from prover.lean.embedded.pinned import pin
from prover.lean.embedded.process import LeanProcess, Start
from prover.lean.embedded.trust import never_trusted
from prover.paths import cache_dir
from prover.types import Frozen

MODULE = "Core"
RECORD = "audit.json"
SHIPPED = Path(__file__).parent / "shipped"
HEARTBEATS = 2_000_000
SECONDS = 3600.0  # of wall clock: some 40 of CPU, which a busy machine may take an hour to give


class Record(Frozen):
    """What was compiled from which source."""

    context_sha256: str
    lean: str
    files: dict[str, str]


def imports_of(installation: Installation, where: Context) -> tuple[tuple[str, ...], dict[str, str]]:
    """Return the modules that a context imports, and the compiled files among them, in base64 by name."""
    if not where.source:
        return where.imports, {}
    return (*where.imports, MODULE), compiled(installation, where)


def compiled(installation: Installation, where: Context, progress: Progress | None = None) -> dict[str, str]:
    """Return the compiled files of a context, in base64 by name. Raises `SetupError` or `LeanError`."""
    folder = _folder(installation, where)
    files = _read(folder, where)
    if files is None:
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(folder.with_suffix(".lock")):
                files = _read(folder, where) or _build(folder, installation, where, progress)
        except OSError as error:
            raise SetupError(
                f"the cache {folder.parent} cannot be written ({error.strerror}); set PROOFSMITH_CACHE"
            ) from error
    return {name: base64.b64encode(data).decode() for name, data in files.items()}


def is_strange(installation: Installation, where: Context) -> bool:
    """Tell whether the cache holds compiled files of a context that are not those that are pinned."""
    folder = _folder(installation, where)
    return folder.exists() and _read(folder, where) is None


def _folder(installation: Installation, where: Context) -> Path:
    return cache_dir() / "contexts" / f"{where.name}-{_key(installation, where)}"


def _key(installation: Installation, where: Context) -> str:
    return hashlib.sha256(f"{installation.root.name}\0{where.sha256}".encode()).hexdigest()[:16]


def hashes(files: dict[str, bytes]) -> dict[str, str]:
    """Return the hash of each file."""
    return {name: hashlib.sha256(data).hexdigest() for name, data in sorted(files.items())}


def _read(folder: Path, where: Context) -> dict[str, bytes] | None:
    """Return the compiled files if they are what is pinned, or, of a context that is not pinned, what was recorded."""
    expected = pin(where)
    try:
        record = Record.model_validate_json((folder / RECORD).read_bytes())
        files = {name: (folder / name).read_bytes() for name in record.files}
    except (OSError, ValueError):
        return None
    wanted = record.files if expected is None else expected.files
    return files if hashes(files) == wanted and record.context_sha256 == where.sha256 else None


def shipped(where: Context) -> dict[str, bytes] | None:
    """Return the compiled files of a context that came with the package, if they are what is pinned."""
    expected = pin(where)
    try:
        with zipfile.ZipFile(SHIPPED / f"{where.name}.zip") as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
    except (OSError, ValueError, zipfile.BadZipFile, lzma.LZMAError):
        return None
    return files if expected is not None and hashes(files) == expected.files else None


def ship(name: str, files: dict[str, bytes], folder: Path = SHIPPED) -> None:
    """Write the compiled files of a context as they come with the package: the same files give the same bytes."""
    folder.mkdir(exist_ok=True)
    with zipfile.ZipFile(folder / f"{name}.zip", "w", zipfile.ZIP_LZMA) as archive:
        for file, data in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(file), data, zipfile.ZIP_LZMA)


def _build(
    folder: Path, installation: Installation, where: Context, progress: Progress | None = None
) -> dict[str, bytes]:
    files = shipped(where)
    if files is None:
        if progress is not None:
            progress("compiling the prelude", 0, 0)
        files = compile_context(installation, where)
    record = Record(context_sha256=where.sha256, lean=installation.version, files=hashes(files))
    staging = folder.with_name(f"{folder.name}.{os.getpid()}.tmp")
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    for name, data in files.items():
        (staging / name).write_bytes(data)
    (staging / RECORD).write_text(record.model_dump_json(indent=2), encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    staging.rename(folder)
    return files


def compile_context(installation: Installation, where: Context, recipe: Path | None = None) -> dict[str, bytes]:
    """Compile a context and audit every constant of it; return the files by name."""
    process = LeanProcess(installation)
    try:
        process.start(Start(recipe=recipe))
        request = wire.Compile(imports=where.imports, source=where.source, module=MODULE, heartbeats=HEARTBEATS)
        found = process.ask(request, wire.Compiled, SECONDS)
    except WorkerDied as died:
        raise LeanError(f"the context {where.name} could not be compiled: {died}; run `prover doctor`") from died
    finally:
        process.kill()
    if found.messages:
        raise LeanError(
            f"the source of context {where.name} is damaged: {found.messages[0].text}; reinstall proofsmith"
        )
    # Macros of the context use hidden definitions of Lean itself, so bodiless constants as such are no fault here.
    bad = [constant.name for constant in found.bodiless if never_trusted(constant.name) or not constant.safe]
    bad += [constant.name for constant in found.constants if constant.kind in ("axiom", "opaque") or not constant.safe]
    if bad or found.kernel is not None:
        raise LeanError(f"the context {where.name} fails its audit: {found.kernel or ', '.join(bad[:5])}")
    return {name: base64.b64decode(data) for name, data in found.files.items()}

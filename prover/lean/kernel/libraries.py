"""Libraries for the native kernel: exported once from embedded Lean, checked against what is pinned, kept in the cache.

    <cache>/kernel-libraries/core-<key>.index

The contexts `core` and `init` have one, and `PINS` (in the repository) holds the hash of the document that embedded
Lean exports and of the index that is made of it: what lies in the cache is believed only if its hash is that. The
contexts of single modules of the library have none, as each would take 25 MB; their proofs are judged by the embedded
kernel alone.
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from prover.errors import LeanError, SetupError, WorkerDied
from prover.lean.context import Context, context
from prover.lean.embedded import wire
from prover.lean.embedded.install import Installation, Progress
from prover.lean.embedded.loading import load
from prover.lean.embedded.process import START_SECONDS, LeanProcess
from prover.lean.export.document import Role
from prover.lean.export.reading import read
from prover.lean.kernel.index import build
from prover.paths import cache_dir
from prover.types import Frozen

PINS = Path(__file__).parent / "pins.json"
PINNED = ("core", "init")
_SECONDS = 600.0


class Pin(Frozen):
    """What a context's library has to be, byte for byte, as long as the context is the one it was made of."""

    context_sha256: str
    document_sha256: str
    index_sha256: str


class Pins(Frozen):
    """The pins, by the name of the context."""

    lean: str
    libraries: dict[str, Pin]


@dataclass(frozen=True, slots=True)
class LibraryFile:
    """An index on disk and its hash."""

    path: Path
    sha256: str


def pinned(where: Context) -> Pin | None:
    """Return what is pinned for a context, or None if it has no library of its own."""
    pins = Pins.model_validate_json(PINS.read_bytes())
    pin = pins.libraries.get(where.name)
    if pin is not None and pin.context_sha256 != where.sha256:
        raise SetupError(
            f"the library of the context {where.name} is pinned for another source of it: "
            f"run `python -m prover.lean.kernel.libraries {where.name}` in a checkout, or install proofsmith again"
        )
    return pin


def locate(where: Context) -> LibraryFile | None:
    """Return the library of a context if it is there; whoever loads it compares its hash."""
    pin = pinned(where)
    if pin is None:
        return None
    path = _path(where, pin)
    return LibraryFile(path, pin.index_sha256) if path.is_file() else None


def library(installation: Installation, where: Context, progress: Progress | None = None) -> LibraryFile | None:
    """Return the library of a context, made now if it is not there or another; None where the context has none.

    Raises `SetupError`, and `LeanError` where embedded Lean exports something else than is pinned.
    """
    pin = pinned(where)
    if pin is None:
        return None
    path = _path(where, pin)
    if _sha256(path) != pin.index_sha256:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(path.with_suffix(".lock")):
                if _sha256(path) != pin.index_sha256:
                    if progress is not None:
                        progress(f"exporting the library of {where.name}", 0, 0)
                    _make(path, installation, where, pin)
        except OSError as error:
            raise SetupError(
                f"the cache {path.parent} cannot be written ({error.strerror}); set PROOFSMITH_CACHE"
            ) from error
    return LibraryFile(path, pin.index_sha256)


def export(installation: Installation, where: Context) -> bytes:
    """Return the library document of a context, exported by an embedded Lean that has seen nothing else."""
    process = LeanProcess(installation)
    try:
        load(process, installation, where, START_SECONDS)
        parts: list[bytes] = []
        while True:
            found = process.ask(wire.LibraryRequest(part=len(parts)), wire.LibraryPart, _SECONDS)
            parts.append(base64.b64decode(found.bytes))
            if len(parts) == found.parts:
                return b"".join(parts)
    except WorkerDied as died:
        raise LeanError(f"the library of {where.name} could not be exported: {died}; run `prover doctor`") from died
    finally:
        process.kill()


def _make(path: Path, installation: Installation, where: Context, pin: Pin) -> None:
    document = export(installation, where)
    if hashlib.sha256(document).hexdigest() != pin.document_sha256:
        raise LeanError(
            f"embedded Lean exports another library of {where.name} than is pinned; run `prover setup`, "
            "which repairs what is damaged, and report it if that does not help"
        )
    data = build(read(document, Role.LIBRARY))
    if hashlib.sha256(data).hexdigest() != pin.index_sha256:
        raise LeanError(f"the index of the library of {where.name} is another than is pinned; install proofsmith again")
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    temporary.write_bytes(data)
    temporary.chmod(0o444)
    temporary.replace(path)


def _path(where: Context, pin: Pin) -> Path:
    return cache_dir() / "kernel-libraries" / f"{where.name}-{pin.index_sha256[:16]}.index"


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def make_pins(installation: Installation, names: Sequence[str]) -> Pins:
    """Export libraries and return what to pin: for those who change the prelude, the format or the exporter.

    Contexts that are not named keep their pins.
    """
    found = dict(Pins.model_validate_json(PINS.read_bytes()).libraries)
    for name in names:
        where = context(name)
        document = export(installation, where)
        data = build(read(document, Role.LIBRARY))
        found[name] = Pin(
            context_sha256=where.sha256,
            document_sha256=hashlib.sha256(document).hexdigest(),
            index_sha256=hashlib.sha256(data).hexdigest(),
        )
    return Pins(lean=installation.version, libraries=found)


if __name__ == "__main__":
    import sys

    from prover.lean.embedded.install import install

    made = make_pins(install(), sys.argv[1:] or PINNED)
    PINS.write_text(made.model_dump_json(indent=2) + "\n", encoding="utf-8")

"""What an installation consists of, file by file, so that it can be checked quickly or thoroughly.

A manifest is trusted only if its hashes add up to the pinned ones. Size and times then tell which files have to be
hashed again: the time of the last change of status (ctime) cannot be set by a program, unlike the time of modification.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

NAME = "manifest.json"
LIBRARY = "lib"
_REPORTED = 64  # files between two reports


class FileRecord(BaseModel):
    """One file: its hash, and its size and times when it was hashed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sha256: str
    size: int
    mtime_ns: int
    ctime_ns: int


class Manifest(BaseModel):
    """The files of an installation by their path relative to its root, with `/`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    files: dict[str, FileRecord]

    def digest(self, folder: str = LIBRARY) -> str:
        """Return one sha256 over what `sha256sum` would print for the files in `folder`, sorted by path."""
        whole = hashlib.sha256()
        prefix = f"{folder}/"
        for path in sorted(path for path in self.files if path.startswith(prefix)):
            whole.update(f"{self.files[path].sha256}  {path.removeprefix(prefix)}\n".encode())
        return whole.hexdigest()

    def sha256(self, path: str) -> str:
        """Return the hash of one file, or an empty text if there is none."""
        record = self.files.get(path)
        return record.sha256 if record is not None else ""


def fingerprint(root: Path, known: Manifest | None = None, report: Callable[[int], None] | None = None) -> Manifest:
    """Return the manifest of what is on disk; files that `known` describes with the same size and times are not read.

    `report` is given the number of bytes that were looked at. Links and special files are recorded without a hash, so
    that no pinned hash fits them. Raises `OSError`.
    """
    files: dict[str, FileRecord] = {}
    done = 0
    for number, (path, entry) in enumerate(_walk(root, "")):
        before = known.files.get(path) if known is not None else None
        files[path] = _record(entry, before)
        done += files[path].size
        if report is not None and number % _REPORTED == 0:
            report(done)
    return Manifest.model_construct(files=files)


def _record(entry: os.DirEntry[str], before: FileRecord | None) -> FileRecord:
    """Return what is to be known of a file: what was known before, if its size and times are still the same."""
    stat = entry.stat(follow_symlinks=False)
    regular = entry.is_file(follow_symlinks=False)
    same = before is not None and (before.size, before.mtime_ns, before.ctime_ns) == (
        stat.st_size,
        stat.st_mtime_ns,
        stat.st_ctime_ns,
    )
    if before is not None and same and regular:
        return before
    sha256 = ""
    if regular:
        with open(entry.path, "rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return FileRecord(sha256=sha256, size=stat.st_size, mtime_ns=stat.st_mtime_ns, ctime_ns=stat.st_ctime_ns)


def load(root: Path) -> Manifest | None:
    """Return the manifest that was written when the installation was made, or None if it is missing or damaged."""
    try:
        return Manifest.model_validate_json((root / NAME).read_bytes())
    except (OSError, ValidationError):
        return None


def save(root: Path, manifest: Manifest) -> None:
    """Write the manifest whole or not at all. Raises `OSError`."""
    mode = root.stat().st_mode & 0o777
    temporary = root / f".{NAME}.{os.getpid()}"
    root.chmod(0o755)  # an installation is read-only
    try:
        temporary.write_text(manifest.model_dump_json(), "utf-8")
        temporary.chmod(0o444)
        temporary.replace(root / NAME)
    finally:
        temporary.unlink(missing_ok=True)
        root.chmod(mode)


def _walk(folder: Path | str, prefix: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            path = f"{prefix}{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(entry.path, f"{path}/")
            elif prefix or not (path == NAME or path.startswith(f".{NAME}.")):
                yield path, entry

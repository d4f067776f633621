"""Files of JSON lines that survive a kill at any moment: a line counts once it ends with a line end."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from prover.errors import DataError

M = TypeVar("M")


class Lines:
    """Appends to a file of JSON lines; threads may share it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()

    def repair(self) -> int:
        """Cut off a last line that a kill tore, and return how many bytes that were."""
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            return 0
        whole = content.rfind(b"\n") + 1
        if whole < len(content):
            with self.path.open("r+b") as file:
                file.truncate(whole)
                os.fsync(file.fileno())
        return len(content) - whole

    def append(self, value: BaseModel, *, sync: bool = True) -> None:
        """Write a line. With `sync` it is on the disk, not merely with the operating system, when this returns."""
        line = value.model_dump_json().encode() + b"\n"
        with self._lock:
            new = not self.path.exists()
            with self.path.open("ab") as file:
                file.write(line)
                file.flush()
                if sync:
                    os.fsync(file.fileno())
            if new and sync:
                sync_folder(self.path.parent)


def read_lines(path: Path, kind: TypeAdapter[M]) -> Iterator[M]:
    """Yield the values of a file; a torn last line is passed over. Raises `DataError` for any other damage."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return
    for number, line in enumerate(content[: content.rfind(b"\n") + 1].splitlines(), 1):
        try:
            yield kind.validate_json(line)
        except ValidationError as error:
            first = error.errors()[0]
            raise DataError(
                f"{path}, line {number} is damaged ({first['msg']}): remove that line, and what it held is done again"
            ) from error


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that a kill leaves the old one or the new one, never a part."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    with partial.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Put the names in a folder on the disk."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:  # no such thing on this system
        return
    try:
        os.fsync(descriptor)
    except OSError:
        pass  # some file systems refuse it for folders
    finally:
        os.close(descriptor)

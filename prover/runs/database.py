"""An SQLite file that threads share: what was committed is on the disk, and every change is a transaction.

The file is in WAL mode with `synchronous=FULL` (sqlite.org/pragma.html).
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class Database:
    """An open file; threads take turns. Raises `sqlite3.DatabaseError`."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        self._file = sqlite3.connect(path, check_same_thread=False, isolation_level=None)

    def prepare(self) -> None:
        """Set what makes commits durable, and have references checked; the first to notice a file of another kind."""
        self._file.execute("PRAGMA journal_mode = WAL")
        self._file.execute("PRAGMA synchronous = FULL")
        self._file.execute("PRAGMA foreign_keys = ON")

    def close(self) -> None:
        with self._lock:
            self._file.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Keep all changes that are made inside, or none of them."""
        with self._lock:
            self._file.execute("BEGIN IMMEDIATE")
            try:
                yield self._file
            except BaseException:
                self._file.execute("ROLLBACK")
                raise
            self._file.execute("COMMIT")

    def one(self, query: str, *values: object) -> tuple[Any, ...] | None:
        """Return the first row, or None."""
        with self._lock:
            found: tuple[Any, ...] | None = self._file.execute(query, values).fetchone()
            return found

    def all(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Return every row."""
        with self._lock:
            return self._file.execute(query, values).fetchall()

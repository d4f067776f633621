"""Persistent cache of Lean results. A hit costs no time but is charged its original cost, so budgets are reproducible.

One file serves all runs of a user. It holds the steps of searches only: every proof is verified again. A result is
cached with its cost unless a limit decided it, so a search with a warm cache reports the same outcomes, heartbeats and
seconds of Lean as one with an empty cache. Only the wall clock differs: a search that limits it uses no cache. Equal
states have one entry, as they are one state in a search. The keys contain a hash of every byte of `prover/lean`, so a
change of the driver empties the cache.

A cache that cannot be read or written is no reason to fail: Lean is asked.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
import zlib
from collections.abc import Callable
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

from prover.lean.goals import parse_goal
from prover.lean.session import ForwardingSession, Limits, Session
from prover.paths import PACKAGE, cache_dir
from prover.types import Focus, Move, ProofState, Tactic
from search.types import Advanced, Cost, Rejected, RejectionKind, Salvaged, Solved, Step

ANSWERS = "answers.sqlite"
"""The name of such a file, in the user's cache and in a run."""
LARGEST_FILE = 2 * 2**30
"""Bytes beyond which the older half is dropped when the file is opened."""

_SCHEMA = "CREATE TABLE IF NOT EXISTS answers (key BLOB PRIMARY KEY, value BLOB NOT NULL, number INTEGER)"


class LeanCache:
    """A file of answers that threads and processes share. Everything in it can be had again, so nothing is synced."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._file: sqlite3.Connection | None = None
        self._broken = False

    @property
    def path(self) -> Path:
        return self._path if self._path is not None else cache_dir() / ANSWERS

    def get(self, key: bytes) -> Any | None:
        """Return what is known under a key."""
        found = self._do("SELECT value FROM answers WHERE key = ?", (key,))
        try:
            return json.loads(zlib.decompress(found[0])) if found is not None else None
        except (ValueError, zlib.error):
            return None

    def put(self, key: bytes, value: Any) -> None:
        """Keep a value, unless there is one."""
        packed = zlib.compress(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(), 6)
        self._do("INSERT OR IGNORE INTO answers VALUES (?, ?, unixepoch())", (key, packed))

    def close(self) -> None:
        with self._lock:
            if self._file is not None:
                self._file.close()
                self._file = None

    def _do(self, statement: str, values: tuple[bytes, ...]) -> tuple[bytes] | None:
        with self._lock:
            if self._broken:
                return None
            try:
                found: tuple[bytes] | None = self._opened().execute(statement, values).fetchone()
                return found
            except sqlite3.DatabaseError as error:
                if isinstance(error, sqlite3.OperationalError):
                    self._broken = True  # no folder, no right to write, no space: go without
                else:
                    self._begin_again()
                return None
            except OSError:
                self._broken = True
                return None

    def _opened(self) -> sqlite3.Connection:
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False, timeout=60)
            self._file.execute("PRAGMA journal_mode = WAL")
            self._file.execute("PRAGMA synchronous = OFF")
            self._file.execute(_SCHEMA)
            if self.path.stat().st_size > LARGEST_FILE:
                middle = "SELECT number FROM answers ORDER BY number LIMIT 1 OFFSET (SELECT count(*) / 2 FROM answers)"
                self._file.execute(f"DELETE FROM answers WHERE number <= ({middle})")
                self._file.execute("VACUUM")
        return self._file

    def _begin_again(self) -> None:
        """Put away a file that is none of ours or was damaged, as by a machine that lost power."""
        if self._file is not None:
            self._file.close()
            self._file = None
        for suffix in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)


@cache
def _code() -> str:
    """Return one hash over the code that asks Lean and reads its answers."""
    paths = sorted(path for path in (PACKAGE / "lean").rglob("*") if path.suffix in (".py", ".cjs"))
    return hashlib.sha256(b"\0".join(path.name.encode() + b"\0" + path.read_bytes() for path in paths)).hexdigest()


def _key(*parts: object) -> bytes:
    return hashlib.sha256("\0".join(str(part) for part in (_code(), *parts)).encode()).digest()


class CachedSession(ForwardingSession):
    """A session that asks another one, except for what is known."""

    def __init__(self, inner: Session, answers: LeanCache, limits: Limits) -> None:
        super().__init__(inner)
        self._answers = answers
        info = inner.info
        # What decides a result apart from the state: which Lean, what it knows, and how long it may try.
        self._setting = f"{info.version}\0{info.backend}\0{info.context_sha256}\0{limits.heartbeats}"

    def step(self, state: ProofState, tactic: str) -> Step[ProofState]:
        goals = "\0".join(f"{goal.text}\0{goal.digest}" for goal in state.goals)
        key = _key("step", self._setting, state.problem, state.parts, goals, "", tactic)
        known = self._answers.get(key)
        if known is not None:
            return _step(known, state.problem)
        step = self._inner.step(state, tactic)
        if not isinstance(step, Rejected) or step.kind.is_verdict:
            self._answers.put(key, _document(step))
        return step


def cached(make: Callable[[], Session], answers: LeanCache, limits: Limits) -> Callable[[], Session]:
    """Return a factory of sessions that share a cache."""
    return lambda: CachedSession(make(), answers, limits)


def _document(step: Step[ProofState]) -> dict[str, Any]:
    cost = {unit: value for unit, value in asdict(step.cost).items() if value}
    said = {"said": list(step.said)} if not isinstance(step, Rejected) and step.said else {}
    if isinstance(step, Solved):
        return {"cost": cost, **said}
    if isinstance(step, Advanced):
        return {"cost": cost, "state": _state_document(step.state), **said}
    salvaged = step.salvaged
    kept = [salvaged.action, _state_document(salvaged.state)] if salvaged is not None else None
    return {"cost": cost, "kind": step.kind.value, "reason": step.reason, "salvaged": kept}


def _step(found: dict[str, Any], problem: str) -> Step[ProofState]:
    cost = Cost(**found["cost"])
    if "kind" in found:
        kept = found["salvaged"]
        salvaged = Salvaged(kept[0], _state(kept[1], problem)) if kept is not None else None
        return Rejected(RejectionKind(found["kind"]), found["reason"], cost, salvaged)
    said = tuple(found.get("said", ()))
    return Advanced(_state(found["state"], problem), cost, said) if "state" in found else Solved(cost, said)


def _state_document(state: ProofState) -> dict[str, Any]:
    trail = [move.text if isinstance(move, Tactic) else list(move.goals) for move in state.trail]
    return {"goals": [[goal.text, goal.digest] for goal in state.goals], "trail": trail, "parts": state.parts}


def _state(found: dict[str, Any], problem: str) -> ProofState:
    trail: tuple[Move, ...] = tuple(
        Tactic(move) if isinstance(move, str) else Focus(tuple(move)) for move in found["trail"]
    )
    goals = tuple(parse_goal(text, digest) for text, digest in found["goals"])
    return ProofState(problem, goals, trail, tuple(tuple(part) for part in found["parts"]))

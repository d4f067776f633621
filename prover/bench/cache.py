"""What Lean answered in one run of a grid, for the others: every answer is paid for once and billed every time.

Only verdicts are kept, with the cost that they had: a run that is answered from here reports the same outcomes,
heartbeats and seconds of Lean as one that asked Lean itself. Only the wall clock differs, so a run that limits it goes
without. Equal states are one state here as they are in a search, whichever way led to them.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
import zlib
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from prover.lean.goals import parse_goal
from prover.lean.session import Limits, Session, SessionStats
from prover.types import Focus, LeanInfo, Move, Problem, ProofState, Tactic
from search.types import Advanced, Cost, Rejected, RejectionKind, Salvaged, Solved, Step


class StepCache:
    """A file of steps that threads and processes may share. Everything in it can be had again, so nothing is synced."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._file: sqlite3.Connection | None = None

    def get(self, key: bytes) -> dict[str, Any] | None:
        """Return what is known under a key."""
        with self._lock:
            found = self._opened().execute("SELECT value FROM steps WHERE key = ?", (key,)).fetchone()
        value: dict[str, Any] | None = json.loads(zlib.decompress(found[0])) if found is not None else None
        return value

    def put(self, key: bytes, value: dict[str, Any]) -> None:
        packed = zlib.compress(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(), 6)
        with self._lock:
            self._opened().execute("INSERT OR IGNORE INTO steps VALUES (?, ?)", (key, packed))

    def close(self) -> None:
        with self._lock:
            if self._file is not None:
                self._file.close()
                self._file = None

    def _opened(self) -> sqlite3.Connection:
        if self._file is None:
            self._file = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False, timeout=60)
            self._file.execute("PRAGMA journal_mode = WAL")
            self._file.execute("PRAGMA synchronous = OFF")
            self._file.execute("CREATE TABLE IF NOT EXISTS steps (key BLOB PRIMARY KEY, value BLOB) WITHOUT ROWID")
        return self._file


class CachedSession:
    """A session that asks another one, except for what is known."""

    def __init__(self, inner: Session, cache: StepCache, limits: Limits) -> None:
        self._inner = inner
        self._cache = cache
        info = inner.info
        # What decides an answer beside the state: which Lean, what it knows, and how long it may try.
        self._setting = f"{info.version}\0{info.backend}\0{info.context_sha256}\0{limits.heartbeats}"

    def start(self, problem: Problem) -> ProofState:
        return self._inner.start(problem)

    def know(self, problem: Problem) -> None:
        self._inner.know(problem)

    def step(self, state: ProofState, tactic: str) -> Step[ProofState]:
        goals = "\0".join(f"{goal.text}\0{goal.digest}" for goal in state.goals)
        key = hashlib.sha256(f"{self._setting}\0{state.problem}\0{state.parts}\0{goals}\0\0{tactic}".encode()).digest()
        known = self._cache.get(key)
        if known is not None:
            return _step(known, state.problem)
        step = self._inner.step(state, tactic)
        if not isinstance(step, Rejected) or step.kind.is_verdict:
            self._cache.put(key, _document(step))
        return step

    def split(self, state: ProofState) -> tuple[ProofState, ...]:
        return self._inner.split(state)

    def holds(self, state: ProofState) -> bool:
        return self._inner.holds(state)

    def forget(self, problem: Problem) -> None:
        self._inner.forget(problem)

    @property
    def info(self) -> LeanInfo:
        return self._inner.info

    @property
    def stats(self) -> SessionStats:
        return self._inner.stats

    def close(self) -> None:
        self._inner.close()


def cached(make: Callable[[], Session], cache: StepCache | None, limits: Limits) -> Callable[[], Session]:
    """Return a factory of sessions that share a cache; without one, the same factory."""
    return make if cache is None else lambda: CachedSession(make(), cache, limits)


def _document(step: Step[ProofState]) -> dict[str, Any]:
    cost = {unit: value for unit, value in asdict(step.cost).items() if value}
    if isinstance(step, Solved):
        return {"cost": cost}
    if isinstance(step, Advanced):
        return {"cost": cost, "state": _state_document(step.state)}
    salvaged = step.salvaged
    kept = [salvaged.action, _state_document(salvaged.state)] if salvaged is not None else None
    return {"cost": cost, "kind": step.kind.value, "reason": step.reason, "salvaged": kept}


def _step(found: dict[str, Any], problem: str) -> Step[ProofState]:
    cost = Cost(**found["cost"])
    if "kind" in found:
        kept = found["salvaged"]
        salvaged = Salvaged(kept[0], _state(kept[1], problem)) if kept is not None else None
        return Rejected(RejectionKind(found["kind"]), found["reason"], cost, salvaged)
    return Advanced(_state(found["state"], problem), cost) if "state" in found else Solved(cost)


def _state_document(state: ProofState) -> dict[str, Any]:
    trail = [move.text if isinstance(move, Tactic) else list(move.goals) for move in state.trail]
    return {"goals": [[goal.text, goal.digest] for goal in state.goals], "trail": trail, "parts": state.parts}


def _state(found: dict[str, Any], problem: str) -> ProofState:
    trail: tuple[Move, ...] = tuple(Tactic(it) if isinstance(it, str) else Focus(tuple(it)) for it in found["trail"])
    goals = tuple(parse_goal(text, digest) for text, digest in found["goals"])
    return ProofState(problem, goals, trail, tuple(tuple(part) for part in found["parts"]))

"""The folder of a run.

config.json      the configuration with its hash: written once, never changed
problems.jsonl   the statements as they were asked, with their faults
attempts.jsonl   a row an attempt: appended, and on the disk before it counts
journal.jsonl    sittings, attempts begun, what cut-short attempts had cost
trees/           the search of every attempt, compressed; written before its row
report.*         made from all this, again whenever asked for
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from filelock import FileLock, Timeout
from pydantic import TypeAdapter, ValidationError

from prover.bench.config import RunConfig
from prover.bench.journal import EVENTS, Event
from prover.bench.lines import Lines, read_lines, write_whole
from prover.bench.machine import Machine, this_machine
from prover.errors import DataError
from prover.problems.dataset import Dataset
from prover.problems.fault import Fault
from prover.types import Attempt, Frozen, Problem
from search.export import GraphDocument

_ATTEMPTS: TypeAdapter[Attempt] = TypeAdapter(Attempt)
LONGEST_NAME = 150


class Asked(Frozen):
    """A problem of a run, and what is known to be wrong with it."""

    problem: Problem
    fault: Fault | None = None


_ASKED: TypeAdapter[Asked] = TypeAdapter(Asked)


class _ConfigFile(Frozen):
    """`machine` is the one that began the run; the journal has that of every sitting."""

    sha256: str
    config: RunConfig
    machine: Machine | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """What a folder holds."""

    path: Path
    config: RunConfig
    asked: tuple[Asked, ...]
    attempts: tuple[Attempt, ...]
    events: tuple[Event, ...]

    def tree(self, problem: str, seed: int) -> GraphDocument | None:
        """Return the search of an attempt, or None if it never began."""
        packed = self.packed_tree(problem, seed)
        if packed is None:
            return None
        try:
            document: GraphDocument = json.loads(gzip.decompress(packed))
        except (OSError, EOFError, ValueError) as error:
            raise DataError(f"the search of {problem} in {self.path} is damaged: {error}") from error
        return document

    def packed_tree(self, problem: str, seed: int) -> bytes | None:
        """Return the same, still compressed (gzip)."""
        path = self.path / "trees" / tree_name(problem, seed)
        return path.read_bytes() if path.is_file() else None


def read_run(path: Path) -> Run:
    """Return what a run's folder holds, finished or not. Raises `DataError`."""
    config = read_config(path)
    attempts = tuple(read_lines(path / "attempts.jsonl", _ATTEMPTS))
    asked = tuple(read_lines(path / "problems.jsonl", _ASKED))
    names = {it.problem.name for it in asked}
    seen: set[tuple[str, int]] = set()
    for attempt in attempts:
        key = (attempt.problem, attempt.seed)
        if attempt.config_sha256 != config.sha256:
            raise DataError(f"{path}/attempts.jsonl holds a row of {attempt.problem} from another configuration")
        if key in seen or attempt.problem not in names:
            what = "two rows" if key in seen else "a row that was not asked for,"
            raise DataError(f"{path}/attempts.jsonl holds {what} of {attempt.problem} with seed {attempt.seed}")
        seen.add(key)
    return Run(path, config, asked, attempts, tuple(read_lines(path / "journal.jsonl", EVENTS)))


def read_config(path: Path) -> RunConfig:
    """Return the configuration of a run. Raises `DataError`."""
    file = path / "config.json"
    try:
        found = _ConfigFile.model_validate_json(file.read_bytes())
    except FileNotFoundError as error:
        raise DataError(f"{path} is no run: it has no config.json (`prover bench … --out {path}` makes one)") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise DataError(f"{file} cannot be read by this version ({where}: {first['msg']})") from error
    if found.sha256 != found.config.sha256:
        raise DataError(f"{file} was changed after the run began: its hash does not fit")
    return found.config


@dataclass(frozen=True, slots=True)
class Folder:
    """A run's folder, held by this process."""

    path: Path
    config: RunConfig
    attempts: Lines
    journal: Lines
    torn: int

    def keep_tree(self, problem: str, seed: int, document: GraphDocument) -> None:
        """Put a search on the disk."""
        text = json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        packed = gzip.compress(text.encode(), 6, mtime=0)
        write_whole(self.path / "trees" / tree_name(problem, seed), packed)


@contextmanager
def held(path: Path, config: RunConfig, dataset: Dataset) -> Iterator[Folder]:
    """Hold a run's folder: make it, or check that it is of this configuration.

    Raises `DataError` if another process holds it or if its configuration is another one.
    """
    path.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path / ".lock", blocking=False)
    try:
        lock.acquire()
    except Timeout as error:
        raise DataError(f"another process is running in {path}: wait for it, or choose another --out") from error
    try:
        _prepare(path, config, dataset)
        attempts, journal = Lines(path / "attempts.jsonl"), Lines(path / "journal.jsonl")
        journal.repair()
        yield Folder(path, config, attempts, journal, attempts.repair())
    finally:
        lock.release()


def _prepare(path: Path, config: RunConfig, dataset: Dataset) -> None:
    if (path / "config.json").exists():
        old = read_config(path)
        if differences := old.differences(config):
            raise DataError(
                f"{path} holds a run of another configuration ({'; '.join(differences)}; here is the folder's): "
                "choose another --out, or give the same options"
            )
        return
    strangers = [entry.name for entry in path.iterdir() if entry.name != ".lock" and not _ours(entry.name)]
    if strangers:
        raise DataError(f"{path} is not empty and holds no run ({strangers[0]}): choose another --out")
    (path / "trees").mkdir(exist_ok=True)
    rows = [Asked(problem=problem, fault=dataset.faults.get(problem.name)) for problem in dataset.problems]
    write_whole(path / "problems.jsonl", "".join(f"{row.model_dump_json()}\n" for row in rows).encode())
    # Last, because a folder is a run once it has this file.
    file = _ConfigFile(sha256=config.sha256, config=config, machine=this_machine())
    write_whole(path / "config.json", f"{file.model_dump_json(indent=2)}\n".encode())


def _ours(name: str) -> bool:
    """Whether a kill while the folder was made may have left this."""
    return name in ("trees", "problems.jsonl") or name.startswith((".problems.jsonl.", ".config.json."))


def tree_name(problem: str, seed: int) -> str:
    """Return the file name of a search: the problem's name where a file can have it."""
    safe = quote(problem, safe="")
    if len(safe) > LONGEST_NAME:
        safe = f"{safe[:LONGEST_NAME]}-{hashlib.sha256(problem.encode()).hexdigest()[:12]}"
    return f"{safe}.{seed}.json.gz"

"""The folder of a benchmark run.

    store.sqlite     the truth: configuration, problems, attempts with their searches, segments (prover/runs/schema.sql)
    config.json      the configuration with its hash, and the machine that began the run
    attempts.jsonl   a row an attempt
    report.*         what it comes to

All but the store is written from the store, and written again where it is missing or a kill cut it short.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from prover.bench.config import RunConfig
from prover.errors import DataError
from prover.lines import write_whole
from prover.problems.dataset import Dataset
from prover.problems.fault import Fault
from prover.runs.loop import now
from prover.runs.machine import Machine, this_machine
from prover.runs.records import Lost, PhaseRecord, Segment
from prover.runs.store import NAME, Store, locked
from prover.types import Attempt, Frozen, Problem
from search.export import GraphDocument

KIND = "bench"
PHASE = PhaseRecord(round=0, phase=KIND, began="")
ROWS = "attempts.jsonl"


class RunProblem(Frozen):
    """A problem of a run, and what is known to be wrong with it."""

    problem: Problem
    fault: Fault | None = None


class _ConfigFile(Frozen):
    """`machine` is the one that began the run; the store has that of every segment."""

    sha256: str
    config: RunConfig
    machine: Machine | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """What a folder holds. `lost` are the attempts that were begun and have no row, those in progress included."""

    path: Path
    config: RunConfig
    asked: tuple[RunProblem, ...]
    attempts: tuple[Attempt, ...]
    segments: tuple[tuple[int, Segment], ...]
    lost: tuple[Lost, ...]

    def tree(self, problem: str, seed: int) -> GraphDocument | None:
        """Return the search of an attempt, or None if it never began."""
        packed = self.packed_tree(problem, seed)
        return None if packed is None else self.unpacked(problem, packed)

    def unpacked(self, problem: str, packed: bytes) -> GraphDocument:
        """Return a search that is at hand as the store keeps it."""
        try:
            document: GraphDocument = json.loads(gzip.decompress(packed))
        except (OSError, EOFError, ValueError) as error:
            raise DataError(f"the search of {problem} in {self.path} is damaged: {error}") from error
        return document

    def packed_tree(self, problem: str, seed: int) -> bytes | None:
        """Return the same, still compressed (gzip)."""
        store = _opened(self.path)
        try:
            return store.search(problem, seed)
        finally:
            store.close()


def read_run(path: Path) -> Run:
    """Return what a run's folder holds, finished or not. Raises `DataError`."""
    store = _opened(path)
    try:
        config = _config(path, store)
        return Run(
            path=path,
            config=config,
            asked=tuple(RunProblem(problem=problem, fault=fault) for problem, fault in store.created()),
            attempts=tuple(store.attempts(PHASE)),
            segments=tuple(store.segments()),
            lost=tuple(store.lost()),
        )
    except ValidationError as error:
        raise _unreadable(path, error) from error
    finally:
        store.close()


@dataclass(frozen=True, slots=True)
class OpenRun:
    """A run's folder, locked by this process."""

    path: Path
    config: RunConfig
    store: Store


@contextmanager
def open_run(path: Path, config: RunConfig, dataset: Dataset) -> Iterator[OpenRun]:
    """Lock a run's folder: make it, or check that it is of this configuration.

    Raises `DataError` if another process works in it or if its configuration is another one.
    """
    with locked(path):
        if not (path / NAME).exists():
            _refuse_strangers(path)
        store = Store(path / NAME)
        try:
            _prepare(path, store, config, dataset)
            write_rows(path, store)
            yield OpenRun(path, config, store)
        finally:
            write_rows(path, store)
            store.close()


def write_rows(path: Path, store: Store) -> None:
    """Write `attempts.jsonl` from the store."""
    rows = "".join(f"{attempt.model_dump_json()}\n" for attempt in store.attempts(PHASE)).encode()
    file = path / ROWS
    if not file.exists() or file.read_bytes() != rows:
        write_whole(file, rows)


def refresh(path: Path) -> None:
    """Write `attempts.jsonl` again, unless a process works in the folder: it does so itself."""
    store = _opened(path)
    try:
        with locked(path):
            write_rows(path, store)
    except DataError:
        pass
    finally:
        store.close()


def _prepare(path: Path, store: Store, config: RunConfig, dataset: Dataset) -> None:
    if store.get("kind") is None:
        file = _ConfigFile(sha256=config.sha256, config=config, machine=this_machine())
        facts = {"kind": KIND, "config": f"{file.model_dump_json(indent=2)}\n"}
        store.create(facts, [(problem, dataset.faults.get(problem.name)) for problem in dataset.problems])
    before = _config(path, store)
    asked = tuple(problem for problem, _fault in store.created())
    if before.extended_by(config) and dataset.problems[: len(asked)] == asked:
        _extend(path, store, before, config, dataset)
    elif differences := before.differences(config):
        raise DataError(
            f"{path} holds a run of another configuration ({'; '.join(differences)}; here is the folder's): "
            "choose another --out, or give the same options (a larger --limit or --samples extends it)"
        )
    store.begin_phase(PHASE.model_copy(update={"began": now()}))
    if not (path / "config.json").exists():
        write_whole(path / "config.json", str(store.get("config")).encode())


def _extend(path: Path, store: Store, before: RunConfig, config: RunConfig, dataset: Dataset) -> None:
    """Add the problems that a larger selection brings. The machine stays the one that began the run."""
    machine = _ConfigFile.model_validate_json(store.get("config") or "").machine
    file = _ConfigFile(sha256=config.sha256, config=config, machine=machine)
    new = [(problem, dataset.faults.get(problem.name)) for problem in dataset.problems[before.dataset.problems :]]
    store.extend({"config": f"{file.model_dump_json(indent=2)}\n"}, before.dataset.problems, new)
    (path / "config.json").unlink(missing_ok=True)


def _config(path: Path, store: Store) -> RunConfig:
    """Return the configuration in a store. Raises `DataError` if `config.json` says something else."""
    if store.get("kind") != KIND:
        raise DataError(f"{path} is no run of `prover bench`: `prover iterate` works there; choose another --out")
    document = store.get("config") or ""
    file = path / "config.json"
    if file.exists() and file.read_bytes() != document.encode():
        raise DataError(f"{file} was changed after the run began: remove it, and it is written again")
    try:
        return _ConfigFile.model_validate_json(document).config
    except ValidationError as error:
        raise _unreadable(path, error) from error


def _opened(path: Path) -> Store:
    if not (path / NAME).is_file():
        if (path / "journal.jsonl").is_file():
            raise _previous(path)
        raise DataError(f"{path} is no run: it has no {NAME} (`prover bench … --out {path}` makes one)")
    store = Store(path / NAME)
    if store.get("kind") is None:
        store.close()
        raise DataError(f"{path} is no run yet: a kill came before it began; start `prover bench` there again")
    return store


def _refuse_strangers(path: Path) -> None:
    if (path / "config.json").is_file() and (path / "problems.jsonl").is_file():
        raise _previous(path)
    strangers = [entry.name for entry in path.iterdir() if entry.name != ".lock"]
    if strangers:
        raise DataError(f"{path} is not empty and holds no run ({strangers[0]}): choose another --out")


def _previous(path: Path) -> DataError:
    return DataError(
        f"{path} holds a run of the previous version, which kept JSON lines and no {NAME}: "
        "choose another --out, or use that version for this run"
    )


def _unreadable(path: Path, error: ValidationError) -> DataError:
    first = error.errors()[0]
    where = ".".join(map(str, first["loc"]))
    return DataError(
        f"{path / NAME} cannot be read by this version ({where}: {first['msg']}): use the version that wrote it"
    )

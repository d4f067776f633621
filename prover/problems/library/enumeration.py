"""Enumerate Lean's library: load what a module imports, state its theorems there, keep those that come out the same.

A row is written for every module; a kill costs the module in progress, and the next run continues after it.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections import Counter
from collections.abc import Sequence
from graphlib import TopologicalSorter
from pathlib import Path

from filelock import FileLock

from prover.errors import LeanError, WorkerDied
from prover.lean import allowed
from prover.lean.context import LIBRARY, context
from prover.lean.embedded import wire
from prover.lean.embedded.install import Installation
from prover.lean.embedded.loading import load
from prover.lean.embedded.process import LeanProcess
from prover.lean.embedded.trust import STANDARD_AXIOMS, never_trusted
from prover.problems.dataset import Report
from prover.problems.library.record import FILE, ModuleRow, Stated, home, read
from search.types import RejectionKind

MOST_OF_A_MODULE = 80
AT_ONCE = 20
HEARTBEATS = 200_000
SECONDS = 600.0
ATTEMPTS = 3  # a busy machine or a full memory is no reason to give up
EVERY_SECONDS = 15.0


def enumerate_library(installation: Installation, report: Report) -> Path:
    """Return the file of the library, made now as far as it is not there. Raises `LeanError`."""
    folder = home()
    folder.mkdir(parents=True, exist_ok=True)
    path, partial = folder / FILE, folder / f"{FILE}.partial"
    with FileLock(folder / f"{FILE}.lock"):
        if not path.is_file():
            with Enumerator(installation) as lean:
                _complete(lean, partial, report)
            partial.replace(path)
    return path


def _complete(lean: Enumerator, partial: Path, report: Report) -> None:
    rows = read(partial) if partial.is_file() else []
    # A line that a kill cut off is removed before something is written behind it.
    _write(partial, "".join(f"{row.model_dump_json()}\n" for row in rows))
    modules = in_order(lean.modules())
    done = {row.module for row in rows}
    left = [(order, module) for order, module in enumerate(modules) if module.name not in done]
    began = last = time.monotonic()
    kept = sum(len(row.theorems) for row in rows)
    with partial.open("a", encoding="utf-8") as file:
        for position, (order, module) in enumerate(left, 1):
            row = lean.row(module, order)
            kept += len(row.theorems)
            file.write(f"{row.model_dump_json()}\n")
            file.flush()
            os.fsync(file.fileno())
            if (now := time.monotonic()) - last > EVERY_SECONDS or position == len(left):
                last = now
                minutes = (now - began) / position * (len(left) - position) / 60
                where = f"{len(done) + position} of {len(modules)} modules"
                report(f"{where}, {kept} theorems; {minutes:.0f} minutes left")


def _write(path: Path, text: str) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)


def in_order(modules: Sequence[wire.LibraryModule]) -> list[wire.LibraryModule]:
    """Return modules so that each stands after everything that it imports."""
    known = {module.name: module for module in modules}
    graph = {module.name: sorted(set(module.imports) & known.keys()) for module in modules}
    return [known[name] for name in TopologicalSorter(graph).static_order()]


def sample(names: Sequence[str]) -> tuple[list[str], int]:
    """Return the names to look at, chosen by their hash where there are very many, and the number of the others."""
    proper = [name for name in names if name not in STANDARD_AXIOMS and not never_trusted(name)]
    chosen = sorted(proper, key=lambda name: hashlib.sha256(name.encode()).digest())[:MOST_OF_A_MODULE]
    return sorted(chosen), len(proper) - len(chosen)


class Enumerator:
    """Asks Lean about its library, in a process that is replaced whenever it dies."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._process = LeanProcess(installation)

    def modules(self) -> tuple[wire.LibraryModule, ...]:
        """Return the modules of Init and Std."""
        self._enter("Init")
        return self._process.ask(wire.Modules(), wire.ModuleList, SECONDS).modules

    def row(self, module: wire.LibraryModule, order: int) -> ModuleRow:
        """Return what is kept of a module."""
        if module.stated == 0:
            return ModuleRow(module=module.name, order=order, imports=module.imports)
        found = self._candidates(module.name)
        names, skipped = sample(found.names)
        if not found.tactics:
            dropped = Counter(found.dropped) + Counter({"no tactics yet": len(names) + skipped})
            return ModuleRow(module=module.name, order=order, imports=module.imports, dropped=dict(dropped))
        portions = [names[at : at + AT_ONCE] for at in range(0, len(names), AT_ONCE)]
        stated = [theorem for portion in portions for theorem in self._state(module.name, portion)]
        dropped = Counter(found.dropped) + Counter(theorem.reason for theorem in stated if theorem.reason)
        return ModuleRow(
            module=module.name,
            order=order,
            imports=module.imports,
            lacks=found.lacks,
            theorems=tuple(
                Stated(name=item.name, statement=item.statement, way=item.way, digest=item.digest)
                for item in sorted(stated, key=lambda entry: entry.name)
                if not item.reason
            ),
            dropped=dict(dropped),
            skipped=skipped,
        )

    def _candidates(self, module: str, attempts: int = ATTEMPTS) -> wire.CandidateList:
        request = wire.Candidates(module=module, heartbeats=HEARTBEATS)
        try:
            self._enter(module)
            return self._process.ask(request, wire.CandidateList, SECONDS)
        except WorkerDied as died:
            if attempts == 1:
                message = f"Lean died over what {module} imports: {died}; run `prover data get` again, it resumes there"
                raise LeanError(message) from died
            return self._candidates(module, attempts - 1)

    def _state(self, module: str, names: Sequence[str]) -> list[wire.Restated]:
        try:
            self._enter(module)
            request = wire.Restate(
                module=module,
                header=context(f"{LIBRARY}:{module}").opens,
                names=tuple(names),
                kinds=allowed.KINDS,
                heartbeats=HEARTBEATS,
            )
            return list(self._process.ask(request, wire.RestatedList, SECONDS).theorems)
        except WorkerDied as died:
            if died.kind is RejectionKind.KILLED:
                raise LeanError(
                    f"the Lean process was killed from outside ({died}); run `prover data get` again"
                ) from died
            if len(names) == 1:
                return [wire.Restated(name=names[0], reason="Lean dies")]
            return [theorem for name in names for theorem in self._state(module, [name])]

    def _enter(self, module: str) -> None:
        where = context(f"{LIBRARY}:{module}")
        if self._process.is_full(where.name):
            self._process.kill()
        load(self._process, self._installation, where, SECONDS)

    def close(self) -> None:
        """End the process."""
        self._process.kill()

    def __enter__(self) -> Enumerator:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

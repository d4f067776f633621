"""`prover fill`: prove the `sorry`s of a Lean file where they stand."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from prover.commands.options import (
    BudgetOption,
    CacheOption,
    ConfigOption,
    ContextOption,
    HeartbeatsOption,
    KernelOption,
    LeanOption,
    PolicyOption,
    SeedOption,
    ServerOption,
    StrategyOption,
    WorkersOption,
    chosen_server,
)
from prover.config import search_config
from prover.errors import InputError, UsageError
from prover.lean.core.notices import asks_for_mathlib
from prover.plural import counted

if TYPE_CHECKING:
    from prover.api import Prover
    from prover.commands.progress import SetupProgress
    from prover.fill.run import Filling, Search


def run(
    file: Path = typer.Argument(help="A Lean file with `sorry` in it.", show_default=False),
    name: str | None = typer.Option(None, "--name", help="Fill the holes of this theorem only."),
    out: Path | None = typer.Option(None, "--out", help="Write the result there and leave FILE as it is."),
    lean: LeanOption = None,
    context: ContextOption = None,
    policy: PolicyOption = None,
    strategy: StrategyOption = None,
    budget: BudgetOption = None,
    heartbeats: HeartbeatsOption = None,
    workers: WorkersOption = None,
    seed: SeedOption = None,
    kernel: KernelOption = None,
    config: ConfigOption = None,
    cache: CacheOption = True,
    server: ServerOption = None,
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document on standard output."),
) -> int:
    """Prove every `sorry` of a Lean file in place, or say which remain. `--budget` applies to each `sorry`.

    A proof is written only once the verifier has accepted it; nothing else in the file changes. A theorem without a
    `sorry` left is verified once more as a whole. A proof may use earlier declarations, except unproved ones.
    Definitions, instances and statements with `sorry` in them do not change.

    Exits with 0 if no `sorry` remains, 1 if some do, 2 if the question cannot be answered.

    \b
    Examples:
      prover fill Homework.lean
      prover fill Sketch.lean --name main_theorem --budget lean_calls=500 --out Filled.lean
    """
    from prover.api import Prover
    from prover.commands.progress import SetupProgress
    from prover.fill.holes import incomplete
    from prover.fill.run import Filling, fill

    settings = search_config(
        lean=lean, context=context, policy=policy, strategy=strategy, budget=budget, heartbeats=heartbeats,
        workers=workers, seed=seed, kernel=kernel, config=config,
    )  # fmt: skip
    target = _Target(file, out)
    known = incomplete(target.text)
    if name is not None and name not in [theorem.name for theorem in known]:
        names = ", ".join(theorem.name for theorem in known[:5])
        raise InputError(f"{file} has no theorem {name} with `sorry` in it; those that have are {names or 'none'}")
    filling = Filling(text=target.text)
    address = chosen_server(
        server, lean=lean, policy=policy, strategy=strategy, heartbeats=heartbeats, workers=workers, kernel=kernel
    )
    if known and address is not None:
        from prover.serve.client import RemoteProver

        with RemoteProver(address, settings) as remote:
            filling = remote.fill(target.text, str(file), name)
    elif known:
        with SetupProgress() as progress, Prover.of(settings, cache=cache, progress=progress) as prover:
            prover.load()  # what cannot be had is said before anything is installed
            env, search = prover.lean, _search(prover, progress)
            for filling in fill(target.text, str(file), settings.context, env.pool, env.verifier, search, name):
                target.write(filling.text)
    target.write(filling.text)
    if settings.context == "core" and filling.filled:
        _say_world(target, filling)
    if as_json:
        print(_document(file, out, filling))
    else:
        _show(target.place, filling)
    return 1 if filling.remaining else 0


class _Target:
    """The file that is read, and the one that is written: at once or not at all, and only if there is a change."""

    def __init__(self, file: Path, out: Path | None) -> None:
        from prover.problems.formats import read_text

        if file.suffix != ".lean":
            raise UsageError(f"{file} is no .lean file: fill works on one, in place")
        read_text(file)  # says what is wrong with a file that is missing or no text
        self.place = out if out is not None else file
        self.written_apart = out is not None
        self._file = file
        self._known = file.read_bytes()
        text = self._known.decode()
        self._mark = "\ufeff" if text.startswith("\ufeff") else ""
        self._end = "\r\n" if "\r\n" in text else "\n"
        self.text = text.removeprefix(self._mark).replace("\r\n", "\n")
        if self._bytes(self.text) != self._known or "\r" in self.text:
            raise InputError(f"{file} mixes line ends; save it with one kind of them")

    def write(self, text: str) -> None:
        """Write a text with the line ends of the file. Raises `InputError` if somebody else has changed the file."""
        content = self._bytes(text)
        place = self.place.resolve()
        if place == self._file.resolve():
            if content == self._known:
                return
            if place.read_bytes() != self._known:
                raise InputError(f"{self.place} was changed meanwhile and is left as it is; run fill again")
        handle, written = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
            shutil.copymode(place if place.exists() else self._file, written)
            os.replace(written, place)
        except BaseException:
            Path(written).unlink(missing_ok=True)
            raise
        if place == self._file.resolve():
            self._known = content

    def _bytes(self, text: str) -> bytes:
        return (self._mark + text.replace("\n", self._end)).encode()


def _search(prover: Prover, progress: SetupProgress) -> Search:
    from prover.types import Attempt, Problem

    def search(problem: Problem) -> Attempt:
        progress.done()
        print(f"fill: {problem.name}: searching", file=sys.stderr, flush=True)
        (attempt,) = prover.prove_many([problem])
        print(
            f"fill: {problem.name}: {attempt.status}, {counted(attempt.cost.lean_calls, 'Lean call')}", file=sys.stderr
        )
        return attempt

    return search


def _say_world(target: _Target, filling: Filling) -> None:
    """Say on standard error that the proofs were judged in `core`, where the file may be taken for one of Mathlib."""
    from prover.lean.core.for_mathlib import lacking_in_mathlib
    from prover.lean.core.notices import judged_in_core, not_there, written

    if not asks_for_mathlib(target.text):
        if target.written_apart:
            print(f"prover: {written(str(target.place), 'core')}", file=sys.stderr)
        return
    print(f"prover: {judged_in_core(str(target.place))}", file=sys.stderr)
    lacking = dict.fromkeys(name for done in filling.filled for name in lacking_in_mathlib(done.proof))
    if lacking:
        print(f"prover: {not_there(lacking)}", file=sys.stderr)


def _document(file: Path, out: Path | None, filling: Filling) -> str:
    import json

    kept = filling.model_dump(mode="json", exclude={"text"})
    where = {"file": str(file), "written": str(out if out is not None else file) if filling.filled else None}
    return json.dumps({**where, "status": "open" if filling.remaining else "filled", **kept}, ensure_ascii=False)


def _show(place: Path, filling: Filling) -> None:
    for done in filling.filled:
        calls = counted(done.attempt.cost.lean_calls, "Lean call")
        print(f"filled  {place}:{done.line}:{done.column} {done.name} ({calls})")
    for whole in filling.accepted:
        axioms = ", ".join(whole.axioms) or "none"
        lean = f"Lean {whole.lean.version} ({whole.lean.backend}, context {whole.lean.context})"
        print(f"accepted by {lean}: {whole.name}; axioms: {axioms}")
    for fault in filling.faults:
        print(f"left out {place}:{fault.line} {fault.reason}")
    for left in filling.remaining:
        print(f"remains {place}:{left.line}:{left.column} {left.name}: {left.reason}")
    if not filling.filled and not filling.remaining:
        print(f"{place} has no `sorry`")
    else:
        print(f"{place}: {len(filling.filled)} filled, {counted(len(filling.remaining), 'remains', 'remain')}")

"""Make a context the one that a process works in."""

from __future__ import annotations

from prover.errors import ProtocolError, UsageError, WorkerDied
from prover.lean.context import LIBRARY, Context
from prover.lean.embedded import images, wire
from prover.lean.embedded.install import Installation
from prover.lean.embedded.process import LeanProcess
from prover.lean.embedded.warm import sources


def load(
    process: LeanProcess, installation: Installation, where: Context, seconds: float, only_pinned: bool = False
) -> None:
    """Make a context the one that a process works in: start the process, compile the context, as far as is needed."""
    if process.pid is not None and process.context == where.name:
        return
    if where.name == LIBRARY:
        raise UsageError(f"every module of the library has a context of its own: write {LIBRARY}:Init.Data.Nat.Basic")
    if process.pid is None:
        begin(process, installation, where, only_pinned)
    imports, files = needed(process, installation, where)
    fresh = () if process.holds == where.name else sources(where)  # an image was made after these
    request = wire.Load(key=where.name, imports=imports, before=where.before, files=files, warm=fresh)
    process.ask(request, wire.Loaded, seconds)
    process.context = where.name


def begin(process: LeanProcess, installation: Installation, where: Context, only_pinned: bool = False) -> None:
    """Start a process, from an image of the context if there is one. Raises `WorkerDied` where it does not come up."""
    start = images.start_of(installation, where, process.entry, only_pinned)
    try:
        process.start(start)
        process.holds = where.name if start.image is not None else ""
        if start.code is not None and not process.took_code:
            images.forget(start.code)
    except (WorkerDied, ProtocolError) as error:
        if start.image is None:
            raise
        images.give_up(start, str(error))
        process.start(images.start_of(installation, None, process.entry, only_pinned))


def needed(process: LeanProcess, installation: Installation, where: Context) -> tuple[tuple[str, ...], dict[str, str]]:
    """Return what a process has to import for a context, and the compiled files among it; nothing if it holds it."""
    if process.holds == where.name:
        return (), {}
    from prover.lean.embedded.compiled import imports_of  # a process that starts from an image does without

    return imports_of(installation, where)

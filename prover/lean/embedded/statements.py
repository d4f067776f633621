"""The statement process: it elaborates what is trusted, and has never seen a proof.

What comes out is the statement as a document (`docs/export-format.md`): the type of the theorem with all that header
and statement declare. It is kept in memory for as long as the verifier lives.
"""

from __future__ import annotations

import threading
from collections import OrderedDict

from prover.errors import LeanError, StatementError, WorkerDied
from prover.lean import allowed
from prover.lean.context import Context
from prover.lean.embedded import wire
from prover.lean.embedded.contexts import ContextProcesses
from prover.lean.embedded.install import Installation
from prover.lean.embedded.loading import load
from prover.lean.embedded.process import ELABORATION, START_SECONDS, LeanProcess
from prover.lean.embedded.session import header_error, statement_message
from prover.lean.session import STATEMENT_SECONDS, Limits, unsurvived
from prover.lean.universes import check_universes
from prover.types import Problem
from search.types import RejectionKind

KEPT = 4096
_NOTHING = "theorem nothing : True := by"
"""Tells a header that cannot be elaborated from a statement that cannot."""
_ALLOW = wire.Allow(
    commands=allowed.HEADER_COMMANDS,
    kinds=(*allowed.KINDS, *allowed.HEADER_KINDS),
    options=(*allowed.OPTIONS, *allowed.HEADER_OPTIONS),
    attributes=(*allowed.ATTRIBUTES, *allowed.HEADER_ATTRIBUTES),
    configurationKinds=allowed.CONFIGURATION_KINDS,
    configurationNames=allowed.CONFIGURATION_NAMES,
    refusedNames=allowed.REFUSED_NAMES,
    refusedParts=allowed.REFUSED_PARTS,
)


class Statements:
    """Elaborates statements, each once, one at a time. Thread-safe, so that a statement can be asked for in advance."""

    def __init__(self, installation: Installation, limits: Limits) -> None:
        self._limits = limits
        self._processes = ContextProcesses(
            installation,
            ELABORATION,
            lambda process, where: load(process, installation, where, START_SECONDS, only_pinned=True),
            limits.recycle_mb,
        )
        self._known: OrderedDict[tuple[str, str, str], wire.Stated] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, problem: Problem, where: Context) -> wire.Stated:
        """Return a statement as a document. Raises `StatementError` where it cannot be elaborated."""
        header = where.header(problem)
        key = (where.sha256, header, problem.statement)
        with self._lock:
            known = self._known.get(key)
            if known is None:
                known = self._known[key] = self._ask(problem, where, header, problem.statement)
                if len(self._known) > KEPT:
                    self._known.popitem(last=False)
            if known.status == "refused":
                above = self._ask(problem, where, header, _NOTHING)
                if above.status == "refused":
                    raise header_error(problem, where, above.messages[0])
                raise StatementError(statement_message(problem, where, known.messages))
        check_universes(problem.name, problem.statement, known.document)
        return known

    def _ask(self, problem: Problem, where: Context, header: str, statement: str) -> wire.Stated:
        request = wire.State(header=header, statement=statement, allow=_ALLOW)
        while True:
            process, fresh = self._processes.get(where)
            try:
                return process.ask(request, wire.Stated, max(self._limits.wall_seconds, STATEMENT_SECONDS))
            except WorkerDied as died:
                self._processes.discard(where)
                if died.kind is RejectionKind.KILLED:
                    if not fresh:
                        continue
                    raise LeanError(
                        f"the Lean process was killed from outside ({died}); is there enough memory?"
                    ) from died
                if fresh or died.kind is RejectionKind.WALL:
                    raise unsurvived(problem, died) from died

    def give(self, where: Context) -> LeanProcess | None:
        """Give the process away to whoever runs proofs in it: the next statement gets a new one."""
        with self._lock:  # not in the middle of a statement that was asked for in advance
            return self._processes.give(where)

    @property
    def pids(self) -> tuple[int, ...]:
        return self._processes.pids

    def close(self) -> None:
        """End the processes."""
        self._processes.close()

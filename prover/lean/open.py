"""Opens what a searching command needs: Lean, a pool of sessions and a verifier of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from prover.errors import UsageError
from prover.lean.context import context
from prover.lean.embedded.compiled import compiled
from prover.lean.embedded.install import Progress, install
from prover.lean.embedded.session import EmbeddedSession
from prover.lean.pool import Pool
from prover.lean.session import Limits
from prover.lean.verify import Verifier


@dataclass(frozen=True, slots=True)
class Workbench:
    """A pool that searches and a verifier that only ever verifies."""

    pool: Pool
    verifier: Verifier


@contextmanager
def workbench(
    lean: str, context_name: str, limits: Limits, workers: int = 1, progress: Progress | None = None
) -> Iterator[Workbench]:
    """Install Lean if need be, and open a pool and a verifier; both are closed at the end, whatever happens."""
    if lean != "embedded":
        raise UsageError(f"--lean {lean} is not available yet; leave it out to use the embedded Lean")
    installation = install(progress)
    where = context(context_name)
    if where.source:
        compiled(installation, where, progress)
    pool = Pool(lambda: EmbeddedSession(installation, where, limits), workers)
    verifier = Verifier(installation, limits)
    try:
        yield Workbench(pool, verifier)
    finally:
        pool.close()
        verifier.close()

"""Opens what a searching command needs: Lean, a pool of sessions and a verifier of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from prover.errors import UsageError
from prover.lean.answers import Answers, CachedJudge, cached
from prover.lean.context import Context, context
from prover.lean.embedded.compiled import compiled
from prover.lean.embedded.install import Progress, install
from prover.lean.embedded.session import EmbeddedSession
from prover.lean.embedded.verify import Verifier
from prover.lean.judge import Judge
from prover.lean.pool import Pool
from prover.lean.session import Limits, SessionFactory


@dataclass(frozen=True, slots=True)
class Workbench:
    """A pool that searches and a verifier that only ever verifies."""

    pool: Pool
    verifier: Judge


@contextmanager
def workbench(
    lean: str,
    context_name: str,
    limits: Limits,
    workers: int = 1,
    progress: Progress | None = None,
    answers: Answers | None = None,
) -> Iterator[Workbench]:
    """Install Lean if need be, and open a pool and a verifier; both are closed at the end, whatever happens.

    `answers` is what both may be answered from.
    """
    pool = Pool(session_factory(lean, context_name, limits, progress, answers), workers)
    verifier = open_verifier(lean, context_name, limits, answers)
    try:
        yield Workbench(pool, verifier)
    finally:
        pool.close()
        verifier.close()
        if answers is not None:
            answers.close()


def context_of(lean: str, context_name: str) -> Context:
    """Return a context as a backend reads it. Raises `UsageError` for one that it does not know."""
    if lean == "embedded":
        return context(context_name)
    from prover.lean.native.context import native_context

    return native_context(context_name)


def session_factory(
    lean: str,
    context_name: str,
    limits: Limits,
    progress: Progress | None = None,
    answers: Answers | None = None,
) -> SessionFactory:
    """Return what opens sessions of a backend, once all that they need is there; they may answer from `answers`.

    Embedded Lean is installed where it is missing; of the others `SetupError` says what to do.
    """
    return cached(_session_factory(lean, context_name, limits, progress), answers, limits)


def open_verifier(lean: str, context_name: str, limits: Limits, answers: Answers | None = None) -> Judge:
    """Return a verifier for searches under some limits, which may answer from `answers`.

    Raises `SetupError` where something is missing.
    """
    limits = limits.for_verification()
    verifier = judge_of(lean, context_name, limits)
    return verifier if answers is None else CachedJudge(verifier, answers, limits)


def _session_factory(lean: str, context_name: str, limits: Limits, progress: Progress | None) -> SessionFactory:
    if lean == "embedded":
        installation = install(progress)
        where = context(context_name)
        if where.source:
            compiled(installation, where, progress)
        return lambda: EmbeddedSession(installation, where, limits)
    if lean == "native":
        from prover.lean.native.context import native_context
        from prover.lean.native.session import native_session
        from prover.lean.native.toolchain import locate

        native, toolchain = native_context(context_name), locate(context_name)
        return lambda: native_session(toolchain, native, limits)
    if lean == "leandojo":
        from prover.lean.leandojo.session import dojo_session
        from prover.lean.leandojo.workspace import prepared
        from prover.lean.native.context import native_context

        native, workspace = native_context(context_name), prepared(context_name)
        return lambda: dojo_session(workspace, native, limits)
    raise UsageError(f"there is no Lean called {lean!r}; choose from embedded, native, leandojo")


def judge_of(lean: str, context_name: str, limits: Limits, progress: Progress | None = None) -> Judge:
    """Return the verifier of a backend under exactly these limits. Raises `SetupError` where something is missing."""
    if lean == "embedded":
        return Verifier(install(progress), limits)
    from prover.lean.native.verify import NativeVerifier

    if lean == "native":
        from prover.lean.native.toolchain import locate

        return NativeVerifier(locate(context_name), "native", limits)
    from prover.lean.leandojo.workspace import prepared

    return NativeVerifier(prepared(context_name).toolchain, "leandojo", limits)

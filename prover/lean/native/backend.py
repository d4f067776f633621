"""Native Lean as a backend: elan's toolchains, a Lake project, the REPL."""

from __future__ import annotations

from prover.errors import SetupError
from prover.lean.backend import Backend, BackendEntry, Progress
from prover.lean.context import Context
from prover.lean.native.context import native_context
from prover.lean.native.toolchain import locate, project_of
from prover.lean.session import Limits, SessionFactory
from prover.lean.verifier import Verifier
from prover.registry import Entry, packages


class NativeBackend:
    """Lean as elan installs it, with Mathlib."""

    contexts = ("mathlib", "core", "mathlib-v4.9")

    def context(self, name: str) -> Context:
        """Return a context. Raises `UsageError`."""
        return native_context(name)

    def install(self, context: str, progress: Progress) -> dict[str, str]:
        """Fetch Mathlib, build the REPL and the prelude."""
        from prover.lean.native.prepare import prepare_native

        project_of(context)
        return prepare_native(context, progress)

    def open_session(self, context: str, limits: Limits, progress: Progress | None) -> SessionFactory:
        """Return what opens sessions. Raises `SetupError` where something is missing."""
        from prover.lean.native.session import native_session

        where, toolchain = native_context(context), locate(context)
        return lambda: native_session(toolchain, where, limits)

    def open_verifier(self, context: str, limits: Limits, progress: Progress | None) -> Verifier:
        """Return a verifier that compiles in the sandbox. Raises `SetupError` where something is missing."""
        from prover.lean.native.verify import NativeVerifier

        return NativeVerifier(locate(context), "native", limits)


def _check() -> str:
    package = packages("native", "lean-interact")
    works, missing = [], []
    for context in NativeBackend.contexts:
        try:
            found = locate(context)
            works.append(f"{context}: Lean {found.lean} in {found.project}")
        except SetupError as error:
            missing.append(error)
    if not works:
        raise missing[0]
    return "; ".join([package, *works])


def _make(settings: object, spec: object) -> Backend:
    return NativeBackend()


BACKEND: BackendEntry = Entry(
    name="native",
    summary="the Lean that elan installs, with Mathlib; contexts mathlib, core and mathlib-v4.9",
    make=_make,
    check=_check,
    extra="native",
)

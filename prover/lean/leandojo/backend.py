"""LeanDojo as a backend: a traced repository, one worker a theorem."""

from __future__ import annotations

from prover.lean.backend import Backend, BackendEntry, Progress
from prover.lean.context import Context
from prover.lean.leandojo.workspace import package_version, prepared
from prover.lean.native.context import native_context
from prover.lean.native.toolchain import project_of
from prover.lean.session import Limits, SessionFactory
from prover.lean.verifier import Verifier
from prover.registry import Entry


class DojoBackend:
    """Lean as lean-dojo runs it, with Mathlib."""

    contexts = ("mathlib", "core", "mathlib-v4.9")

    def context(self, name: str) -> Context:
        """Return a context. Raises `UsageError`."""
        return native_context(name)

    def install(self, context: str, progress: Progress) -> dict[str, str]:
        """Fetch Mathlib and prepare the repository that lean-dojo works in."""
        from prover.lean.native.prepare import prepare_dojo

        project_of(context)
        return prepare_dojo(progress)

    def open_session(self, context: str, limits: Limits, progress: Progress | None) -> SessionFactory:
        """Return what opens sessions. Raises `SetupError` where something is missing."""
        from prover.lean.leandojo.session import dojo_session

        where, workspace = native_context(context), prepared(context)
        return lambda: dojo_session(workspace, where, limits)

    def open_verifier(self, context: str, limits: Limits, progress: Progress | None) -> Verifier:
        """Return a verifier that compiles in the sandbox. Raises `SetupError` where something is missing."""
        from prover.lean.native.verify import NativeVerifier

        return NativeVerifier(prepared(context).toolchain, "leandojo", limits)


def _check() -> str:
    package = package_version()
    workspace = prepared("mathlib")
    return f"lean-dojo {package}; mathlib: Lean {workspace.toolchain.lean} in {workspace.project}"


def _make(settings: object, spec: object) -> Backend:
    return DojoBackend()


BACKEND: BackendEntry = Entry(
    name="leandojo",
    summary="Lean as lean-dojo runs it; contexts mathlib, core and mathlib-v4.9",
    make=_make,
    check=_check,
    extra="leandojo",
)

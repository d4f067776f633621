"""The registry of backends: where Lean comes from, and what a new one has to offer."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Protocol, runtime_checkable

from prover.errors import UsageError
from prover.lean.context import Context
from prover.lean.session import Limits, SessionFactory
from prover.lean.verifier import Verifier
from prover.registry import Entry, Registry, Spec, of_protocol

Progress = Callable[[str, int, int], None]
"""Told of a stage of a set-up, of what is done of it, and of how much there is (0 if that is not known)."""


@runtime_checkable
class Backend(Protocol):
    """A Lean: its contexts, and how it is set up and opened. Nothing runs before a session or a verifier is asked."""

    @property
    def contexts(self) -> tuple[str, ...]:
        """The contexts it can read statements in; the first is what `prover setup` prepares if none is named."""
        ...

    def context(self, name: str) -> Context:
        """Return a context. Raises `UsageError` for one that it does not know."""
        ...

    def install(self, context: str, progress: Progress) -> dict[str, str]:
        """Install what a context needs, or check that it is there, and say what is where. Raises `SetupError`."""
        ...

    def open_session(self, context: str, limits: Limits, progress: Progress | None) -> SessionFactory:
        """Return what opens sessions, once all that they need is there. Raises `SetupError`, `UsageError`."""
        ...

    def open_verifier(self, context: str, limits: Limits, progress: Progress | None) -> Verifier:
        """Return a verifier under exactly these limits, for one thread. Raises `SetupError`, `UsageError`."""
        ...


@runtime_checkable
class Installed(Protocol):
    """A backend that can tell at once whether something is left to install."""

    def is_installed(self) -> bool:
        """Tell whether sessions and verifiers can be opened without installing anything."""
        ...


BackendEntry = Entry[Backend]


BACKENDS: Registry[BackendEntry] = Registry(
    "Lean backend",
    "proofsmith.backends",
    {
        "embedded": "prover.lean.embedded.backend:BACKEND",
        "native": "prover.lean.native.backend:BACKEND",
        "leandojo": "prover.lean.leandojo.backend:BACKEND",
    },
    of_protocol("Lean backend", Backend, "open_session"),
)
"""Every backend by name."""


class LeanSpec(Spec):
    """Which Lean: `embedded`, `native`, or what an installed package adds."""

    registry: ClassVar[Registry[BackendEntry]] = BACKENDS

    name: str = "embedded"


def backend(text: str) -> Backend:
    """Return the backend that a SPEC names. Raises `UsageError`."""
    try:
        made: Backend = LeanSpec.model_validate(text).make()
    except ValueError as error:
        raise UsageError(f"--lean: {said(error)}") from error
    return made


def said(error: ValueError) -> str:
    """Return what is wrong with a SPEC, in a sentence."""
    from pydantic import ValidationError

    message: str = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
    return message.removeprefix("Value error, ")

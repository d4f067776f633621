"""Embedded Lean as a backend: fetched once into the user's cache, run in WebAssembly by Node."""

from __future__ import annotations

from prover.errors import SetupError
from prover.lean.backend import Backend, BackendEntry, Progress
from prover.lean.context import LIBRARY, Context, context
from prover.lean.embedded import images
from prover.lean.embedded.compiled import compiled, is_strange
from prover.lean.embedded.install import Installation, check, install, locate
from prover.lean.embedded.loading import begin
from prover.lean.embedded.pinned import PINNED
from prover.lean.embedded.process import KERNEL, SEARCH, LeanProcess, without_network
from prover.lean.embedded.session import EmbeddedSession
from prover.lean.embedded.verify import EmbeddedVerifier
from prover.lean.kernels import check_choice
from prover.lean.session import Limits, SessionFactory
from prover.lean.verifier import Verifier
from prover.registry import Entry


class EmbeddedBackend:
    """Lean 4 in WebAssembly, with this project's own prelude as the context `core`. Its files are checked once."""

    contexts = ("core", "init", LIBRARY)

    def __init__(self) -> None:
        self._installation: Installation | None = None

    def context(self, name: str) -> Context:
        """Return a context. Raises `UsageError`."""
        return context(name)

    def install(self, context_name: str, progress: Progress) -> dict[str, str]:
        """Install Lean, check every file, and compile the context."""
        found = install(progress, full=True)
        where = context(context_name)
        if where.source:
            compiled(found, where, progress)
            progress("keeping Lean's memory for a fast start", 0, 0)
            for entry in (SEARCH, KERNEL):
                images.start_of(found, where, entry)
        places = {"root": found.root, "library": found.library, "node": found.node}
        return {"version": found.version, **{name: str(path) for name, path in places.items()}}

    def is_installed(self) -> bool:
        """Tell whether Lean is there; its files are looked at when it is opened."""
        return locate() is not None

    def open_session(self, context_name: str, limits: Limits, progress: Progress | None) -> SessionFactory:
        """Return what opens sessions; Lean is installed if it is missing."""
        check_choice(limits.kernel)  # before minutes of search, not after them
        where = context(context_name)
        installation = self._checked(progress)
        if where.source and not images.holds(installation, where, SEARCH):
            compiled(installation, where, progress)
        return lambda: EmbeddedSession(installation, where, limits)

    def open_verifier(self, context_name: str, limits: Limits, progress: Progress | None) -> Verifier:
        """Return a verifier; Lean is installed if it is missing."""
        check_choice(limits.kernel)
        return EmbeddedVerifier(self._checked(progress), limits)

    def _checked(self, progress: Progress | None) -> Installation:
        if self._installation is None:
            self._installation = install(progress)
        return self._installation


def _check() -> str:
    installation = locate()
    if installation is None:
        raise SetupError("not installed yet: prover setup")
    check(installation, full=True)
    for name in PINNED:
        if is_strange(installation, context(name)):
            raise SetupError(
                f"the compiled context {name} is not the one that is pinned: prover setup compiles it again"
            )
    network = "no network" if without_network() else "unshare does not work: only traps close sockets"
    started = _images(installation)
    lean = LeanProcess(installation)
    try:
        begin(lean, installation, context(PINNED[0]))
        version = lean.version
    finally:
        lean.kill()
    return f"{version} in {installation.root}, every file as pinned; {network}; {started}"


def _images(installation: Installation) -> str:
    """Return what processes start from. Raises `SetupError` where a file is damaged."""
    where = context(PINNED[0])
    found = [images.start_of(installation, where, entry) for entry in (SEARCH, KERNEL)]
    for path in (path for start in found for path in start.read):
        if images.checked(path, full=True) is None:
            images.forget(path)
            raise SetupError(f"{path} is damaged: `prover setup` makes it again")
    if all(start.image is not None for start in found):
        return f"processes start from images in {images.folder()}"
    return f"no images in {images.folder()}: processes start the slow way"


def _make(settings: object, spec: object) -> Backend:
    return EmbeddedBackend()


BACKEND: BackendEntry = Entry(
    name="embedded",
    summary="Lean 4 in WebAssembly, installed by itself; contexts core and library",
    make=_make,
    check=_check,
    needed=True,
)

"""Every backend under one name: embedded Lean, and the real packages over stand-ins that embedded Lean answers."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from prover.lean.context import context
from prover.lean.embedded.install import Installation
from prover.lean.embedded.session import EmbeddedSession
from prover.lean.session import Limits, Session
from tests.lean.standins import install
from tests.lean.standins.brain import BrainServer

PACKAGES = {"native": "lean_interact", "leandojo": "lean_dojo"}
EXTRAS = {"lean_interact": "native", "lean_dojo": "leandojo"}
LIMITS = Limits(heartbeats=20_000, wall_seconds=120)
SLOW_ON_LEANDOJO = pytest.mark.parametrize(
    "backend", ["embedded", "native", pytest.param("leandojo", marks=pytest.mark.slow)], indirect=True
)
"""For tests that start several processes: LeanDojo starts them as the REPL of `native` does, in twice the time."""


@dataclass(frozen=True)
class Backend:
    """A way to open sessions; `can_misbehave` says that stand-ins can be told to hang and crash.

    `session` may give several tests one session, whose start took seconds; `own` is for a test that ends it.
    """

    name: str
    session: Callable[[Limits], Session]
    own: Callable[[Limits], Session]
    can_misbehave: bool


def needs(package: str) -> None:
    """Skip a test where a package is absent, and say how to get it."""
    if importlib.util.find_spec(package) is None:
        pytest.skip(f"{package} is not installed: pip install 'proofsmith[{EXTRAS[package]}]'")


@pytest.fixture(scope="session")
def brain(lean: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder whose socket leads to an embedded Lean."""
    folder = tmp_path_factory.mktemp("brain")
    with BrainServer(lean, context("core"), folder):
        yield folder


@pytest.fixture
def standins(brain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A native toolchain made of stand-ins, with a cache of its own; returns the folder of its switches."""
    return toolchain(brain, tmp_path, monkeypatch)


def toolchain(brain: Path, where: Path, patch: pytest.MonkeyPatch) -> Path:
    """Make a native toolchain of stand-ins the one that is found; returns the folder of its switches."""
    folder = where / "standins"
    folder.mkdir()
    (folder / "brain.socket").symlink_to(brain / "brain.socket")
    patch.setenv("PROOFSMITH_LAKE", str(install.lake(folder)))
    patch.setenv("PROOFSMITH_PROJECT", str(install.project(folder, "v4.28.0")))
    patch.setenv("PROOFSMITH_REPL", str(install.repl(folder, "v4.28.0")))
    patch.setenv("PROOFSMITH_NATIVE_CACHE", str(where / "native"))
    patch.setenv("PROOFSMITH_DOJO_CACHE", str(install.dojo(folder, "v4.20.0")))
    return folder


@pytest.fixture(scope="module")
def shared(brain: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Session]]:
    """Return the session over stand-ins that the tests of a file share, by the name of its backend."""
    from prover.lean.open import session_factory

    sessions: dict[str, Session] = {}
    with pytest.MonkeyPatch.context() as patch:
        toolchain(brain, tmp_path_factory.mktemp("shared"), patch)

        def session(name: str) -> Session:
            if name not in sessions:
                sessions[name] = session_factory(name, "core", LIMITS)()
            return sessions[name]

        yield session
        for opened in sessions.values():
            opened.close()


@pytest.fixture(scope="module")
def embedded(lean: Installation) -> Iterator[EmbeddedSession]:
    """The embedded session that the tests of a file share."""
    session = EmbeddedSession(lean, context("core"), LIMITS)
    yield session
    session.close()


@pytest.fixture(params=["embedded", "native", "leandojo"])
def backend(request: pytest.FixtureRequest, lean: Installation) -> Iterator[Backend]:
    """Each backend in turn. All sessions that a test opened are closed."""
    name = request.param
    opened: list[Session] = []

    def keep(session: Session) -> Session:
        opened.append(session)
        return session

    if name == "embedded":
        session = request.getfixturevalue("embedded")

        def own(limits: Limits) -> Session:
            return keep(EmbeddedSession(lean, context("core"), limits))

        yield Backend(name, lambda limits: session if limits == LIMITS else own(limits), own, False)
    else:
        needs(PACKAGES[name])
        from prover.lean.open import session_factory

        session = request.getfixturevalue("shared")(name)

        def opened_anew(limits: Limits) -> Session:
            request.getfixturevalue("standins")
            return keep(session_factory(name, "core", limits)())

        yield Backend(name, lambda limits: session if limits == LIMITS else opened_anew(limits), opened_anew, True)
    for session in opened:
        session.close()

"""The embedded kernel; a cache of its own and a miniature of the npm package, for tests that set Lean up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from prover.lean.embedded.install import Installation, Package
from prover.lean.embedded.kernel import EmbeddedKernel
from prover.lean.session import Limits
from tests.lean import fake_package


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PROOFSMITH_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def package(tmp_path: Path, cache: Path) -> Package:
    return fake_package.make(tmp_path)


@pytest.fixture(scope="session")
def embedded_kernel(lean: Installation) -> Iterator[EmbeddedKernel]:
    """The embedded kernel, one process for all tests of a worker."""
    opened = EmbeddedKernel(lean, Limits(wall_seconds=300))
    yield opened
    opened.close()

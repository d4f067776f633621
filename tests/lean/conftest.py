"""A cache of its own and a miniature of the npm package, for tests that set Lean up."""

from __future__ import annotations

from pathlib import Path

import pytest

from prover.lean.embedded.install import Package
from tests.lean import fake_package


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PROOFSMITH_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def package(tmp_path: Path, cache: Path) -> Package:
    return fake_package.make(tmp_path)

"""Every search in these tests checks its graph after every change."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from search import invariants


@pytest.fixture(autouse=True)
def checked(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(invariants, "ENABLED", True)
    yield

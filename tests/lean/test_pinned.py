"""The compiled context is believed for its hash, which stands in the repository, and not for lying in the cache."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from prover.lean.context import context
from prover.lean.embedded import compiled, pinned
from prover.lean.embedded.compiled import RECORD, Record, hashes, is_strange
from prover.lean.embedded.install import Installation


@pytest.fixture
def copied(lean: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The compiled context in a folder of its own, which the verifier takes for its cache."""
    where = context("core")
    compiled.compiled(lean, where)
    folder = tmp_path / "core"
    shutil.copytree(compiled._folder(lean, where), folder)
    monkeypatch.setattr(compiled, "_folder", lambda installation, where: folder)
    return folder


def test_what_lies_in_the_cache_is_what_is_pinned(lean: Installation, copied: Path) -> None:
    files = compiled._read(copied, context("core"))
    pin = pinned.pin(context("core"))
    assert files is not None and pin is not None and hashes(files) == pin.files
    assert not is_strange(lean, context("core"))


def test_a_planted_file_is_found_even_with_a_record_that_fits_it(lean: Installation, copied: Path) -> None:
    name = "Core.olean"
    data = bytearray((copied / name).read_bytes())
    data[len(data) // 2] ^= 1
    (copied / name).write_bytes(data)
    record = Record.model_validate_json((copied / RECORD).read_bytes())
    files = {**record.files, name: hashes({name: bytes(data)})[name]}
    (copied / RECORD).write_text(record.model_copy(update={"files": files}).model_dump_json())
    assert compiled._read(copied, context("core")) is None
    assert is_strange(lean, context("core"))


def test_the_pins_are_those_of_this_driver_and_this_source() -> None:
    """If this fails, the driver or the prelude has changed: run `make pin-context`."""
    assert pinned.pin(context("core")) is not None


def test_pins_of_another_driver_do_not_apply(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pinned, "driver_sha256", lambda: "0" * 64)
    assert pinned.pin(context("core")) is None

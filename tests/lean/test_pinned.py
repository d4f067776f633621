"""The compiled context is believed for its hash, which stands in the repository, and not for lying in the cache."""

from __future__ import annotations

import shutil
import zipfile
from dataclasses import replace
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


def test_the_package_brings_what_is_pinned() -> None:
    where = context("core")
    files, pin = compiled.shipped(where), pinned.pin(where)
    assert files is not None and pin is not None and hashes(files) == pin.files


@pytest.mark.slow
def test_packing_gives_the_same_bytes(tmp_path: Path) -> None:
    files = compiled.shipped(context("core"))
    assert files is not None
    compiled.ship("core", files, tmp_path)
    assert (tmp_path / "core.zip").read_bytes() == (compiled.SHIPPED / "core.zip").read_bytes()


def test_an_archive_of_another_version_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    where = context("core")
    files = compiled.shipped(where)
    assert files is not None
    monkeypatch.setattr(compiled, "SHIPPED", tmp_path)
    assert compiled.shipped(where) is None
    with zipfile.ZipFile(tmp_path / "core.zip", "w") as archive:
        for name, data in {**files, "Core.ir": b"another"}.items():
            archive.writestr(name, data)
    assert compiled.shipped(where) is None
    (tmp_path / "core.zip").write_bytes(b"no archive")
    assert compiled.shipped(where) is None


def test_another_prelude_is_compiled(lean: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    where = replace(context("core"), source="theorem Core.small : 1 + 1 = 2 := rfl")
    monkeypatch.setattr(compiled, "_folder", lambda installation, where: tmp_path / "contexts" / "small")
    said: list[str] = []
    files = compiled.compiled(lean, where, lambda stage, done, total: said.append(stage))
    assert said == ["compiling the prelude"] and "Core.olean" in files
    assert compiled.compiled(lean, where, lambda stage, done, total: said.append(stage)) == files and len(said) == 1


@pytest.mark.slow
def test_this_machine_compiles_what_is_pinned(lean: Installation) -> None:
    where = context("core")
    pin = pinned.pin(where)
    assert pin is not None and hashes(compiled.compile_context(lean, where)) == pin.files

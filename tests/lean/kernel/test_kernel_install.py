"""Fetching the native kernel: what can go wrong is one sentence, and nothing but what is pinned is installed."""

from __future__ import annotations

import hashlib
import os
import platform
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from prover.errors import SetupError
from prover.lean.kernel import install
from prover.lean.kernel.install import KERNEL, Wheel

pytestmark = pytest.mark.skipif(install.lacks() is not None, reason="there is no native kernel for this platform")

FILES = {"libone.so": b"one", "libtwo.so": b"two"}


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture
def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Wheel:
    """A wheel in a folder that pip looks into, and no index."""
    monkeypatch.setenv("PROOFSMITH_CACHE", str(tmp_path / "cache"))
    index = tmp_path / "index"
    index.mkdir()
    file = index / "toykernel-1.0-py3-none-any.whl"
    about = "toykernel-1.0.dist-info"
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in FILES.items():
            archive.writestr(f"toy/{name}", data)
        archive.writestr("toy/__init__.py", "raise SystemExit('this is not to be run')")
        archive.writestr(f"{about}/METADATA", "Metadata-Version: 2.1\nName: toykernel\nVersion: 1.0\n")
        archive.writestr(
            f"{about}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{about}/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(index))
    files = {name: sha256(data) for name, data in FILES.items()}
    return Wheel("toykernel", "1.0", sha256(file.read_bytes()), file.stat().st_size, "toy", "0", (2, 0), files)


def test_it_fetches_checks_and_keeps(wheel: Wheel) -> None:
    stages: set[str] = set()
    folder = install.install(lambda stage, done, total: stages.add(stage), wheel=wheel)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == FILES
    assert stages == {"fetching the native kernel"}
    assert install.locate(wheel) == install.check(full=True, wheel=wheel) == folder
    before = (folder / "libone.so").stat().st_mtime_ns
    assert install.install(wheel=wheel) == folder and (folder / "libone.so").stat().st_mtime_ns == before
    assert not os.access(folder / "libone.so", os.W_OK) or os.geteuid() == 0
    assert not list(folder.parents[1].glob(".staging*"))


@pytest.mark.parametrize("damage", ["changed", "missing", "more"])
def test_damage_is_found_and_repaired(wheel: Wheel, damage: str) -> None:
    folder = install.install(wheel=wheel)
    folder.chmod(0o755)
    if damage == "changed":
        (folder / "libone.so").chmod(0o644)
        (folder / "libone.so").write_bytes(b"0ne")
    elif damage == "missing":
        (folder / "libone.so").unlink()
    else:
        (folder / "libthree.so").write_bytes(b"three")
    with pytest.raises(SetupError, match=r"is damaged \(.*\): run `prover setup`"):
        install.check(wheel=wheel)
    assert install.install(wheel=wheel) == folder
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == FILES


def test_another_wheel_is_refused(wheel: Wheel) -> None:
    with pytest.raises(SetupError, match=r"gave another toykernel 1\.0 than is pinned .* without it"):
        install.install(wheel=replace(wheel, sha256="0" * 64))
    assert install.locate(wheel) is None


def test_other_contents_are_refused(wheel: Wheel) -> None:
    with pytest.raises(SetupError, match="does not unpack to what is pinned"):
        install.install(wheel=replace(wheel, files={**wheel.files, "libone.so": "0" * 64}))


def test_an_index_without_it(wheel: Wheel) -> None:
    with pytest.raises(SetupError, match=r"the package index has no toykernel==2\.0 for this platform: set pip's"):
        install.install(wheel=replace(wheel, version="2.0"))


def test_no_network(wheel: Wheel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.delenv("PIP_FIND_LINKS")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_RETRIES", "0")
    with pytest.raises(SetupError, match=r"the package index (cannot be reached|has no toykernel)"):
        install.install(wheel=wheel)


def test_what_a_platform_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "it needs glibc 99.0 or newer" in str(install.lacks(replace(KERNEL, glibc=(99, 0))))
    monkeypatch.setattr(platform, "machine", lambda: "aarch64")
    assert "it needs Linux on x86-64" in str(install.lacks())
    with pytest.raises(SetupError, match="there is no native kernel for this platform"):
        install.install()

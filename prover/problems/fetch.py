"""Fetch files of a public repository at a pinned commit, and believe only what has the pinned hash."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from prover.errors import DataError
from prover.problems.dataset import Origin, Report

_IMPORT = re.compile(r"^import\s+(\S+)", re.MULTILINE)
_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Pinned:
    """A file of a repository at a commit. `index` says that the file lists others (`import A.B.C`), which are what is
    wanted, and `sha256` is then that of what `sha256sum` prints for them, sorted by path.
    """

    repository: str
    commit: str
    path: str
    sha256: str
    index: bool = False

    @property
    def revision(self) -> str:
        return f"{self.repository}@{self.commit}"


@dataclass(frozen=True, slots=True)
class Repository:
    """A public repository at a commit."""

    name: str
    commit: str

    def file(self, path: str, sha256: str) -> Pinned:
        return Pinned(self.name, self.commit, path, sha256)

    def index(self, path: str, sha256: str) -> Pinned:
        return Pinned(self.name, self.commit, path, sha256, index=True)


def fetch(pinned: Pinned, origin: Origin, report: Report) -> dict[str, str]:
    """Return the texts of a pinned file, or of those it lists, by path.

    Raises `DataError`: one sentence, also where there is no network.
    """
    read = _from_folder(pinned, origin.folder) if origin.folder is not None else _from_network(pinned, origin.base)
    report(f"{pinned.revision}:{pinned.path}")
    first = read(pinned.path)
    if not pinned.index:
        _check(pinned, hashlib.sha256(first).hexdigest())
        return {pinned.path: first.decode()}
    paths = sorted(f"{module.replace('.', '/')}.lean" for module in _IMPORT.findall(first.decode()))
    contents = {}
    for number, path in enumerate(paths, 1):
        contents[path] = read(path)
        if number % 50 == 0:
            report(f"{pinned.revision}: {number} of {len(paths)} files")
    listing = "".join(f"{hashlib.sha256(content).hexdigest()}  {path}\n" for path, content in contents.items())
    _check(pinned, hashlib.sha256(listing.encode()).hexdigest())
    return {path: content.decode() for path, content in contents.items()}


def _check(pinned: Pinned, sha256: str) -> None:
    if sha256 != pinned.sha256:
        raise DataError(
            f"{pinned.path} of {pinned.revision} has sha256 {sha256[:16]}… and not {pinned.sha256[:16]}…: "
            "it was changed on the way or is another version; nothing was written"
        )


def _from_network(pinned: Pinned, base: str) -> Callable[[str], bytes]:
    import httpx  # a third of the time that `prover prove` needs before it begins

    client = httpx.Client(timeout=_SECONDS, follow_redirects=True)

    def read(path: str) -> bytes:
        url = f"{base.rstrip('/')}/{pinned.repository}/{pinned.commit}/{path}"
        try:
            answer = client.get(url)
            answer.raise_for_status()
        except httpx.HTTPStatusError as error:
            raise DataError(f"{url} answers {error.response.status_code}; try later, or use --from DIR") from error
        except httpx.HTTPError as error:
            raise DataError(
                f"{url} cannot be fetched ({str(error) or type(error).__name__}): where there is no network, clone "
                f"https://github.com/{pinned.repository} at {pinned.commit[:12]} and name the clone by --from"
            ) from error
        return answer.content

    return read


def _from_folder(pinned: Pinned, folder: Path) -> Callable[[str], bytes]:
    owner, _, name = pinned.repository.partition("/")
    roots = (folder / owner / name / pinned.commit, folder / owner / name, folder / name, folder)

    def read(path: str) -> bytes:
        tried = [root / path for root in roots]
        # The last place is for single files that were saved by hand.
        for place in [*tried, folder / Path(path).name]:
            if place.is_file():
                return place.read_bytes()
        raise DataError(
            f"{folder} has no {path} of {pinned.repository}: --from takes a clone of it at {pinned.commit[:12]}, "
            f"or a folder that holds the clone as {name}"
        )

    return read

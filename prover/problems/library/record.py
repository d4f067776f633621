"""What is kept of Lean's library: a row a module, in one file in the user's cache."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, ValidationError

from prover.errors import DataError
from prover.lean.embedded.install import LEAN
from prover.paths import cache_dir, data_dirs
from prover.types import Frozen

RULES = 1
"""Version of everything that decides which theorems are kept and how they are stated: `enumerate` and the driver's
`library.cjs`, `oneliners.cjs` and `renaming.cjs`. Another version is another dataset.
"""

NAME = "library"
FILE = "modules.jsonl"
KEY = f"{LEAN.folder}-rules{RULES}"


class Stated(Frozen):
    """A theorem: its name in the library, its statement under another name, and a hash of its elaborated type.

    `way` says how it had to be printed to be understood again; 0 is the plainest.
    """

    name: str
    statement: str
    way: int
    digest: str


class ModuleRow(Frozen):
    """A module: its place in an order in which everything stands after what it imports, and what it states.

    `lacks` names the automation whose own lemmas are not among what the module imports. `dropped` counts by reason the
    theorems that are not here; `skipped` those that were not looked at because there are enough of this module.
    """

    module: str
    order: int
    imports: tuple[str, ...]
    lacks: tuple[str, ...] = ()
    theorems: tuple[Stated, ...] = ()
    dropped: dict[str, int] = Field(default_factory=dict)
    skipped: int = 0


def find() -> Path | None:
    """Return the file that holds the library, or None if it was not enumerated on this machine."""
    return next((path for folder in data_dirs() if (path := folder / NAME / KEY / FILE).is_file()), None)


def home() -> Path:
    """Return the folder in which the library is kept."""
    return cache_dir() / "data" / NAME / KEY


def read(path: Path) -> list[ModuleRow]:
    """Return the rows of a file; a last line that a kill tore off is passed over. Raises `DataError`."""
    lines = path.read_bytes().split(b"\n")
    try:
        return [ModuleRow.model_validate_json(line) for line in lines[:-1]]
    except ValidationError as error:
        raise DataError(f"{path} is damaged: delete it and run `prover data get {NAME}` again ({error})") from error

"""What the compiled files of a context have to be, byte for byte.

    contexts.json      for each context: the hash of its source, of each compiled file, and of each image of a process
                       that has imported it (`images`); the hashes of the recipes by which a process changes its module

A compiled context decides what statements mean: notation, macros and instances lie in it as well as theorems. So it is
believed for its hash, which stands in the repository, and not for lying in the cache. The bytes depend on the driver
that asks Lean to compile as well (objects are shared as they lie in memory), so the pins are those of one driver, and
apply to it alone. `make pin-context` renews the file after a change of `lean_project/Core` or of the driver; it
compiles twice, refuses to pin what does not come out the same, and writes the compiled files (`shipped/`).
"""

from __future__ import annotations

import base64
import hashlib
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from pathlib import Path
from typing import TypeVar

from pydantic import Field

from prover.errors import LeanError, SetupError
from prover.lean.context import Context, context
from prover.lean.embedded.process import DRIVER
from prover.types import Frozen

PINS = Path(__file__).parent / "contexts.json"
PINNED = ("core",)
Given = tuple[tuple[str, ...], dict[str, str]]
T = TypeVar("T")


class Pin(Frozen):
    """The hashes of a context."""

    context_sha256: str
    files: dict[str, str]
    images: dict[str, str] = Field(default_factory=dict)


class Pins(Frozen):
    """All pins, and the Lean that compiled the files."""

    lean: str
    driver_sha256: str
    recipes: dict[str, str] = Field(default_factory=dict)
    contexts: dict[str, Pin]


def pin(where: Context) -> Pin | None:
    """Return what is pinned for a context, or None where nothing is: for another context, or in a checkout with another
    driver or another source of it.
    """
    pins = _pins()
    found = pins.contexts.get(where.name)
    if found is None or found.context_sha256 != where.sha256 or pins.driver_sha256 != driver_sha256():
        return None
    return found


def recipe_pin(kind: str) -> str | None:
    """Return the pinned hash of a recipe (`images`), or None in a checkout with another driver."""
    pins = _pins()
    return pins.recipes.get(kind) if pins.driver_sha256 == driver_sha256() else None


@cache
def driver_sha256() -> str:
    """Return the hash of the driver, file by file."""
    files = sorted(DRIVER.glob("*.cjs"))
    return hashlib.sha256(b"\0".join(path.name.encode() + b"\0" + path.read_bytes() for path in files)).hexdigest()


@cache
def _pins() -> Pins:
    try:
        return Pins.model_validate_json(PINS.read_bytes())
    except (OSError, ValueError) as error:
        raise SetupError(f"{PINS} is missing or damaged; install proofsmith again") from error


def make_pins() -> tuple[Pins, dict[str, dict[str, bytes]]]:
    """Make everything that is pinned twice; return the pins and the compiled files of each context.

    Raises `LeanError` if anything comes out differently.
    """
    from prover.lean.embedded.compiled import MODULE, compile_context, hashes
    from prover.lean.embedded.images import KERNEL_KIND, SESSION, make_image, make_recipe
    from prover.lean.embedded.install import install

    installation = install()
    found: dict[str, Pin] = {}
    made: dict[str, dict[str, bytes]] = {}
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as both:

        def twice(what: str, make: Callable[[int], T]) -> T:
            first, again = both.map(make, (0, 1))
            if first != again:
                raise LeanError(f"{what} does not come out the same twice; it cannot be pinned")
            return first

        def recipe(kind: str, turn: int) -> bytes:
            target = Path(folder, f"{kind}-{turn}.recipe")
            make_recipe(installation, kind, target)
            return target.read_bytes()

        recipes = {kind: twice(f"the {kind} recipe", partial(recipe, kind)) for kind in (SESSION, KERNEL_KIND)}
        for name in PINNED:
            where = context(name)

            def compiled(turn: int, where: Context = where) -> dict[str, bytes]:
                return compile_context(installation, where, Path(folder, f"{SESSION}-{turn}.recipe"))

            files = made[name] = twice(f"the context {name}", compiled)
            encoded = {file: base64.b64encode(data).decode() for file, data in files.items()}
            given = ((*where.imports, MODULE), encoded)

            def image(kind: str, turn: int, where: Context = where, given: Given = given) -> str:
                target = Path(folder, f"{where.name}-{kind}-{turn}.image")
                make_image(installation, where, kind, Path(folder, f"{kind}-{turn}.recipe"), target, given)
                with open(target, "rb") as file:
                    digest = hashlib.file_digest(file, "sha256").hexdigest()
                target.unlink()
                return digest

            images = {kind: twice(f"the {kind} image of {name}", partial(image, kind)) for kind in recipes}
            found[name] = Pin(context_sha256=where.sha256, files=hashes(files), images=images)
    pins = {kind: hashlib.sha256(data).hexdigest() for kind, data in recipes.items()}
    return Pins(lean=installation.version, driver_sha256=driver_sha256(), recipes=pins, contexts=found), made


def _main() -> None:
    from prover.lean.embedded.compiled import ship

    pins, made = make_pins()
    for name, files in made.items():
        ship(name, files)
    PINS.write_text(pins.model_dump_json(indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    _main()

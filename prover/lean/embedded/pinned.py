"""What the compiled files of a context have to be, byte for byte.

    contexts.json      for each context: the hash of its source and of each compiled file

A compiled context decides what statements mean: notation, macros and instances lie in it as well as theorems. So it is
believed for its hash, which stands in the repository, and not for lying in the cache. The bytes depend on the driver
that asks Lean to compile as well (objects are shared as they lie in memory), so the pins are those of one driver, and
apply to it alone. `make pin-context` renews the file after a change of `lean_project/Core` or of the driver; it
compiles twice, and refuses to pin what does not come out the same.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from prover.errors import LeanError, SetupError
from prover.lean.context import Context, context
from prover.lean.embedded.process import DRIVER
from prover.types import Frozen

PINS = Path(__file__).parent / "contexts.json"
PINNED = ("core",)


class Pin(Frozen):
    """The hashes of a context."""

    context_sha256: str
    files: dict[str, str]


class Pins(Frozen):
    """All pins, and the Lean that compiled the files."""

    lean: str
    driver_sha256: str
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


def make_pins() -> Pins:
    """Compile every pinned context twice and return the pins. Raises `LeanError` if it comes out differently."""
    from prover.lean.embedded.compiled import compile_context, hashes
    from prover.lean.embedded.install import install

    installation = install()
    found: dict[str, Pin] = {}
    for name in PINNED:
        where = context(name)
        first, again = (hashes(compile_context(installation, where)[0]) for _ in range(2))
        if first != again:
            raise LeanError(f"the context {name} does not compile to the same bytes twice; it cannot be pinned")
        found[name] = Pin(context_sha256=where.sha256, files=first)
    return Pins(lean=installation.version, driver_sha256=driver_sha256(), contexts=found)


if __name__ == "__main__":
    PINS.write_text(make_pins().model_dump_json(indent=2) + "\n", encoding="utf-8")

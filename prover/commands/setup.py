"""`prover setup`: install what a backend needs, or check that it is there and sound."""

from __future__ import annotations

import json
import time
from enum import StrEnum

import typer


class Backend(StrEnum):
    """Where Lean comes from."""

    embedded = "embedded"
    native = "native"
    leandojo = "leandojo"


def run(
    lean: Backend = typer.Option(Backend.embedded, "--lean", help="The backend to set up."),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document on standard output."),
) -> int:
    """Install what a backend needs, check its integrity, and say where it is.

    Embedded Lean (about 380 MB) goes into the per-user cache, which PROOFSMITH_CACHE moves. Repeating it is safe and
    quick, and repairs what is damaged. Other commands do the same by themselves the first time.

    \b
    Example:
      prover setup
    """
    start = time.monotonic()
    if lean is Backend.embedded:
        facts = _embedded()
    else:
        from prover.commands.doctor import require

        facts = require(lean.value)
    seconds = round(time.monotonic() - start, 2)
    if as_json:
        print(json.dumps({"backend": lean.value, "status": "ready", **facts, "seconds": seconds}))
    else:
        print(f"{lean.value} Lean is ready ({seconds:.1f} s)")
        for name, value in facts.items():
            print(f"  {name:8} {value}")
    return 0


def _embedded() -> dict[str, str]:
    from prover.commands.progress import SetupProgress
    from prover.lean.context import context
    from prover.lean.embedded.compiled import compiled
    from prover.lean.embedded.install import install

    with SetupProgress() as progress:
        found = install(progress, full=True)
        compiled(found, context("core"), progress)
    return {"version": found.version, "root": str(found.root), "library": str(found.library), "node": str(found.node)}

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
    context: str = typer.Option(
        "mathlib", "--context", help="Of native Lean: mathlib (which brings core), or mathlib-v4.9."
    ),
    native_kernel: bool = typer.Option(
        True, "--native-kernel/--no-native-kernel", help="Of embedded Lean: fetch the second, native kernel, too."
    ),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document on standard output."),
) -> int:
    """Install what a backend needs, check its integrity, and say where it is.

    Embedded Lean (about 380 MB) goes into the per-user cache, which PROOFSMITH_CACHE moves. Repeating it is safe and
    quick, and repairs what is damaged. Other commands do the same by themselves the first time.

    A second kernel, the native one of a newer Lean (58 MB to fetch, 230 MB on disk), comes with it where the platform
    can have it: Linux on x86-64 with glibc 2.35.

    Native Lean and LeanDojo need elan, and fetch Mathlib (about 6 GB each); an interrupted set-up goes on where it was.

    \b
    Example:
      prover setup
    """
    start = time.monotonic()
    facts = _embedded(native_kernel) if lean is Backend.embedded else _prepared(lean, context)
    seconds = round(time.monotonic() - start, 2)
    if as_json:
        print(json.dumps({"backend": lean.value, "status": "ready", **facts, "seconds": seconds}))
    else:
        print(f"{lean.value} Lean is ready ({seconds:.1f} s)")
        for name, value in facts.items():
            print(f"  {name:8} {value}")
    return 0


def _prepared(lean: Backend, context: str) -> dict[str, str]:
    from prover.commands.progress import SetupProgress
    from prover.lean.native.prepare import prepare_dojo, prepare_native
    from prover.lean.native.toolchain import project_of

    project_of(context)
    with SetupProgress() as progress:
        return prepare_native(context, progress) if lean is Backend.native else prepare_dojo(progress)


def _embedded(native_kernel: bool) -> dict[str, str]:
    from prover.commands.progress import SetupProgress
    from prover.lean.context import context
    from prover.lean.embedded.compiled import compiled
    from prover.lean.embedded.install import install
    from prover.lean.kernel import install as kernel
    from prover.lean.kernel import libraries

    with SetupProgress() as progress:
        found = install(progress, full=True)
        compiled(found, context("core"), progress)
        second = "not asked for"
        if native_kernel and (why := kernel.lacks()) is not None:
            second = f"none: {why}"
        elif native_kernel:
            second = str(kernel.install(progress, full=True))
            for name in libraries.PINNED:
                libraries.library(found, context(name), progress)
    return {
        "version": found.version,
        "root": str(found.root),
        "library": str(found.library),
        "node": str(found.node),
        "kernel": second,
    }

"""`prover setup`: install what a backend needs, or check that it is there and sound."""

from __future__ import annotations

import json
import time

import typer

from prover.lean.embedded.install import Progress


def run(
    lean: str = typer.Option("embedded", "--lean", metavar="NAME", help="The backend to set up: {backends}."),
    context: str | None = typer.Option(
        None, "--context", help="Of native Lean: mathlib (the default, which brings core), or mathlib-v4.9."
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

    Native Lean and LeanDojo need elan, and fetch Mathlib (about 6 GB each); an interrupted set-up is resumed.

    \b
    Example:
      prover setup
    """
    from prover.commands.progress import SetupProgress
    from prover.lean.backend import backend

    start = time.monotonic()
    chosen = backend(lean)
    with SetupProgress() as progress:
        facts = chosen.install(context or chosen.contexts[0], progress)
        if lean == "embedded":
            facts |= {"kernel": _kernel(progress) if native_kernel else "not asked for"}
    seconds = round(time.monotonic() - start, 2)
    if as_json:
        print(json.dumps({"backend": lean, "status": "ready", **facts, "seconds": seconds}))
    else:
        print(f"{lean} Lean is ready ({seconds:.1f} s)")
        for name, value in facts.items():
            print(f"  {name:8} {value}")
    return 0


def _kernel(progress: Progress) -> str:
    """Install the native kernel with the libraries that it judges on, where this platform can have it."""
    from prover.lean.context import context
    from prover.lean.embedded.install import install
    from prover.lean.kernel import install as kernel
    from prover.lean.kernel import libraries

    if (why := kernel.lacks()) is not None:
        return f"none: {why}"
    folder = kernel.install(progress, full=True)
    for name in libraries.PINNED:
        libraries.library(install(progress), context(name), progress)
    return str(folder)

"""Stands in for `lake` and for the `lean` behind `lake env`: what our code and the two packages ask."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tests.lean.standins.client import switches


def main(folder: Path) -> None:
    """Do what a command line asks; `folder` holds the socket and the switches of a test."""
    asked = sys.argv[1:]
    if asked[:1] != ["env"]:  # build, exe cache get, update
        return
    if asked[1] != "lean":
        os.execv(asked[1], asked[1:])
    rest = asked[2:]
    if "--version" in rest:
        release = (Path.cwd() / "lean-toolchain").read_text().strip().rpartition(":v")[2]
        said = switches(folder).get("version", release)
        if said == "missing":
            print(f"error: toolchain 'leanprover/lean4:v{release}' is not installed", file=sys.stderr)
            raise SystemExit(1)
        print(f"Lean (version {said}, x86_64-unknown-linux-gnu, commit 0, Release)")
    elif any(word.startswith("--threads=") for word in rest):
        from tests.lean.standins import dojo

        dojo.main(folder, Path(rest[-1]))
    elif "ExtractData.lean" in rest:
        from tests.lean.standins import tracer

        tracer.main(Path.cwd())
    elif "--run" in rest:
        from tests.lean.standins import replay

        replay.main(folder, rest[rest.index("--run") + 2 :])
    else:
        from tests.lean.standins import compiler

        raise SystemExit(compiler.main(folder, rest))

"""Where Lean runs text that nobody trusts: without a network, and writing only into one folder where that can be had.

Proof text is a program: it can run `#eval IO.Process.spawn …` while it is elaborated. In order of strength:
bubblewrap and landrun (no network, one folder to write to), `unshare` (no network). Where none works, Lean runs
untrusted text only if PROOFSMITH_SANDBOX=none says so.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from prover.errors import SetupError, UsageError

VARIABLE = "PROOFSMITH_SANDBOX"
KINDS = ("bwrap", "landrun", "unshare", "none")
_SAYS = {
    "bwrap": "bubblewrap: no network, writes into its scratch folder only",
    "landrun": "landrun: no network, writes into its scratch folder only",
    "unshare": "unshare: no network; files are protected by permissions alone",
    "none": "none: proofs run with your rights and your network",
}


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A way to run a command; `kind` is one of `KINDS`."""

    kind: str

    @property
    def description(self) -> str:
        return _SAYS[self.kind]

    def command(self, command: list[str], writable: Path) -> list[str]:
        """Return the command line that runs a command inside, where only `writable` may be written to."""
        if self.kind == "bwrap":
            inside = ["bwrap", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--bind", str(writable)]
            return [*inside, str(writable), "--unshare-net", "--unshare-pid", "--die-with-parent", "--", *command]
        if self.kind == "landrun":
            return ["landrun", "--rox", "/", "--rw", "/dev", "--rw", str(writable), "--", *command]
        if self.kind == "unshare":
            return ["unshare", "--user", "--map-root-user", "--net", "--", *command]
        return command

    def launcher(self, program: Path, script: Path, writable: Path) -> Path:
        """Write a script that runs a program inside, with the arguments it gets, and return it.

        Packages that start `lake` by themselves are given this instead.
        """
        writable.mkdir(parents=True, exist_ok=True)
        script.parent.mkdir(parents=True, exist_ok=True)
        text = f'#!/bin/sh\nexec {shlex.join(self.command([str(program)], writable))} "$@"\n'
        if not script.is_file() or script.read_text(encoding="utf-8") != text:
            written = script.with_suffix(f".{os.getpid()}")
            written.write_text(text, encoding="utf-8")
            written.chmod(0o755)
            written.replace(script)
        return script


@cache
def sandbox() -> Sandbox:
    """Return the strongest sandbox that works here. Raises `SetupError` where there is none."""
    asked = os.environ.get(VARIABLE)
    if asked is not None and asked not in KINDS:
        raise UsageError(f"{VARIABLE}={asked} is no sandbox; choose from {', '.join(KINDS)}")
    for kind in (asked,) if asked is not None else KINDS[:-1]:
        if kind == "none" or _works(Sandbox(kind)):
            return Sandbox(kind)
    raise SetupError(
        f"proofs need a sandbox, and {asked or 'none of bwrap, landrun, unshare'} works here: "
        f"install bubblewrap, or set {VARIABLE}=none to run them with your own rights"
    )


def _works(candidate: Sandbox) -> bool:
    if shutil.which(candidate.kind) is None:
        return False
    try:
        done = subprocess.run(
            candidate.command(["true"], Path("/tmp")), stdin=subprocess.DEVNULL, capture_output=True, timeout=20
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0

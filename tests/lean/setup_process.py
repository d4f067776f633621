"""A process that sets up the fake package, for tests of several at once and of kills.

    python -m tests.lean.setup_process FOLDER [die STAGE COUNT | hold STAGE]

Prints each stage once. `die` kills itself at the COUNT-th report of STAGE; `hold` waits in STAGE until `FOLDER/go` is
there.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

from prover.lean.embedded.install import install
from tests.lean.fake_package import make


def main() -> None:
    folder = Path(sys.argv[1])
    mode, stage, count = (*sys.argv[2:], "", "", "0")[:3]
    seen: list[str] = []

    def progress(now: str, done: int, total: int) -> None:
        if now not in seen:
            print(now, flush=True)
        seen.append(now)
        if mode == "die" and now == stage and seen.count(now) >= int(count):
            os.kill(os.getpid(), signal.SIGKILL)
        while mode == "hold" and now == stage and not (folder / "go").exists():
            time.sleep(0.02)

    print(install(progress, package=make(folder)).root, flush=True)


if __name__ == "__main__":
    main()

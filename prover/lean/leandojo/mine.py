"""Mine a repository: a process that traces, and the file of steps it leaves, whole or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from prover.errors import LeanError
from prover.lean.leandojo.mined import MinedStep, Progress
from prover.lean.leandojo.process import scrubbed
from prover.lean.leandojo.workspace import package_version, root
from prover.lean.native.toolchain import find_lake

_LINE: TypeAdapter[MinedStep | Progress] = TypeAdapter(MinedStep | Progress)


def mine(
    repository: str,
    commit: str,
    out: Path,
    progress: Callable[[str, int, int], None] | None = None,
    offline: bool = False,
) -> int:
    """Trace a repository, write its steps as JSONL, and return how many they are. Raises `SetupError`, `LeanError`.

    `repository` is a URL, or the path of a git repository with `commit` empty. Tracing runs the repository's own build:
    trace what you trust.
    """
    package_version()
    lake = find_lake()
    cache, scratch = root() / "cache", root() / "scratch"
    for folder in (cache, scratch, out.absolute().parent):
        folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "prover.lean.leandojo.miner", repository, commit, *(["--offline"] * offline)]
    token = {"GITHUB_ACCESS_TOKEN": os.environ["GITHUB_ACCESS_TOKEN"]} if _may_ask(offline) else {}
    written, log = out.with_name(f"{out.name}.part"), out.with_name(f"{out.name}.log")
    count = 0
    with written.open("w", encoding="utf-8") as file, log.open("w", encoding="utf-8") as errors:
        process = subprocess.Popen(
            command, env=scrubbed(lake, cache, scratch) | token, cwd=scratch, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=errors, text=True, encoding="utf-8",
        )  # fmt: skip
        assert process.stdout is not None
        for line in process.stdout:
            try:
                document = _LINE.validate_json(line)
            except ValidationError as error:
                process.kill()
                raise LeanError(f"the mining process printed what it may not: {line[:200]}") from error
            if isinstance(document, MinedStep):
                file.write(line)
                count += 1
            elif progress is not None:
                progress(document.stage, document.done, document.total)
        status = process.wait()
    if status != 0:
        last = (log.read_text(encoding="utf-8", errors="replace").strip().splitlines() or ["it says nothing"])[-1]
        raise LeanError(f"LeanDojo could not trace {repository} ({last[:200]}): see {log}")
    written.replace(out)
    log.unlink()
    return count


def _may_ask(offline: bool) -> bool:
    return not offline and bool(os.environ.get("GITHUB_ACCESS_TOKEN"))

"""A worker process: started with a scrubbed environment, asked, guarded by a wall clock, killed with all it started."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
from pydantic import ValidationError

from prover.errors import LeanError, ProtocolError, WorkerDied
from prover.lean.leandojo.wire import Close, Open, Reply, RunTactic
from prover.lean.leandojo.workspace import Workspace
from prover.lean.processes import end_group
from prover.paths import PACKAGE
from search.types import RejectionKind

GRACE = 15.0
"""Seconds that the package itself may take beyond what it grants a tactic."""
_ENDS = {
    "timeout": RejectionKind.WALL,
    "crash": RejectionKind.CRASH,
    "memory": RejectionKind.MEMORY,
    "killed": RejectionKind.KILLED,
}
_KEPT = ("HOME", "ELAN_HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "OMP_NUM_THREADS")


class DojoProcess:
    """One worker and the Lean below it. Not thread-safe. Raises `WorkerDied`, after which the process is gone."""

    def __init__(self, workspace: Workspace) -> None:
        self._errors = workspace.scratch / f"worker-{os.getpid()}-{id(self)}.log"
        self._workspace = workspace
        log = open(self._errors, "wb")  # noqa: SIM115 (the worker owns it from here on)
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "prover.lean.leandojo.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=environment(workspace),
                cwd=workspace.scratch,
                start_new_session=True,
            )
        except OSError as error:
            raise LeanError(f"Python cannot be started for LeanDojo ({error})") from error
        finally:
            log.close()
        self._rest = b""

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def ask(self, request: Open | RunTactic | Close, seconds: float) -> Reply:
        """Ask and wait at most `seconds` beyond the package's own limit."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(request.model_dump_json().encode() + b"\n")
            self._process.stdin.flush()
            line = self._line(time.monotonic() + seconds + GRACE)
        except OSError as error:
            raise self._died(f"the worker no longer reads ({error})") from error
        try:
            reply = Reply.model_validate_json(line)
        except ValidationError as error:
            self.kill()
            raise ProtocolError(f"a worker answered what the wire does not allow: {line[:200]!r}") from error
        if reply.status in _ENDS:
            self.kill()
            said = reply.message or "it says nothing"
            if reply.status == "timeout":
                said = f"no answer from Lean within {seconds:g} s of wall clock; raise --wall-seconds"
            raise WorkerDied(_ENDS[reply.status], f"LeanDojo lost Lean ({reply.status}): {said}")
        return reply

    def resident_mb(self) -> float:
        """Return the resident memory of the worker and the Lean below it."""
        try:
            mother = psutil.Process(self._process.pid)
            family = [mother, *mother.children(recursive=True)]
            return float(sum(one.memory_info().rss for one in family)) / 2**20
        except psutil.Error:
            return 0.0

    def kill(self) -> None:
        """End the worker, and the Lean below it, which leads a session of its own."""
        try:
            family = psutil.Process(self._process.pid).children(recursive=True)
        except psutil.Error:
            family = []
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except OSError:
                    pass
        try:
            # The end of its input lets it remove the file that it wrote.
            self._process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            pass
        for one in family:
            try:
                one.kill()
            except psutil.Error:
                pass
        end_group(self._process)
        self._errors.unlink(missing_ok=True)

    def _line(self, deadline: float) -> bytes:
        assert self._process.stdout is not None
        stream = self._process.stdout.fileno()
        parts = [self._rest]
        while b"\n" not in parts[-1]:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([stream], [], [], left)[0]:
                self.kill()
                raise WorkerDied(RejectionKind.WALL, "no answer from LeanDojo; raise --wall-seconds")
            part = os.read(stream, 1 << 20)
            if not part:
                raise self._died("the worker ended without an answer")
            parts.append(part)
        line, _, self._rest = b"".join(parts).partition(b"\n")
        return line

    def _died(self, message: str) -> WorkerDied:
        try:
            code: int | None = self._process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            code = None
        said = self._errors.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:]
        self.kill()
        kind = RejectionKind.KILLED if code in (-signal.SIGKILL, -signal.SIGTERM) else RejectionKind.CRASH
        return WorkerDied(kind, f"{message} (exit status {code}{': ' + said[0][:200] if said else ''})")


def environment(workspace: Workspace) -> dict[str, str]:
    """Return the environment of a worker: `lake` in the sandbox, and the memory that Lean may take."""
    inside = scrubbed(workspace.toolchain.launcher, workspace.cache, workspace.scratch)
    return inside | {"TACTIC_CPU_LIMIT": "1", "TACTIC_MEMORY_LIMIT": f"{workspace.memory_gb}g"}


def scrubbed(lake: Path, cache: Path, scratch: Path) -> dict[str, str]:
    """Return an environment in which the package may be imported: nothing in it makes it call the network."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return kept | {
        "PATH": os.pathsep.join((str(lake.parent), os.environ.get("PATH", "/usr/bin:/bin"))),
        "PYTHONPATH": str(PACKAGE.parent),
        "PYTHONIOENCODING": "utf-8",
        "CACHE_DIR": str(cache),
        "TMP_DIR": str(scratch),
        "DISABLE_REMOTE_CACHE": "1",
        "NUM_PROCS": "1",  # more would start Ray
        "RAY_USAGE_STATS_ENABLED": "0",
    }

"""One Lean process: started, asked, guarded by a wall clock, and never left behind."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import threading
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from pydantic import ValidationError

from prover.errors import LeanError, ProtocolError, WorkerDied
from prover.lean.embedded import wire
from prover.lean.embedded.install import Installation
from prover.lean.processes import end_group
from search.types import RejectionKind

DRIVER = Path(__file__).parent / "driver"
START_SECONDS = 300.0
# The programs that a process can run.
SEARCH, ELABORATION, KERNEL = "main.cjs", "elaboration.cjs", "kernel.cjs"
FULL_BYTES = 1_500 * 2**20  # of the 2 GiB; a context takes 20 to 60 MB
# What the engine may use of its stack. A level of Lean's recursion takes 4 to 8 KB of it and Lean allows 512 levels, so
# "maximum recursion depth" is an answer and not the end of the process; the engine's default of 984 KB ends before
# that. The launch asks for the 8 MiB that systems give by default; what is left is the engine's own.
STACK_KB = 7_000
# Whatever happens to the parent, the process ends with it, also in the middle of a computation: a shell waits for the
# end of a pipe of which only the parent holds the other end. It belongs to the same process group, so it never
# outlives a kill.
LAUNCH = 'ulimit -S -s 8192 2>/dev/null; { read -r _ <&"$0"; kill -9 $$; } </dev/null >/dev/null 2>&1 & exec "$@"'
R = TypeVar("R", bound=wire.Reply)


@dataclass(frozen=True, slots=True)
class Start:
    """What a process starts from, as far as there is something (`images`), and a file that it may write."""

    recipe: Path | None = None
    image: Path | None = None
    code: Path | None = None
    writes: Path | None = None

    @property
    def read(self) -> tuple[Path, ...]:
        """The files that the process has to read."""
        return tuple(path for path in (self.recipe, self.image, self.code) if path is not None)


_NO_NETWORK = ("unshare", "--user", "--map-root-user", "--net", "--")


@cache
def without_network() -> tuple[str, ...]:
    """Return what to put in front of a command so that it has no network; empty where the system does not allow that.

    No import of the module opens a socket (`driver/imports.cjs`), and Node's permissions do not cover sockets: this is
    the second wall.
    """
    try:
        done = subprocess.run([*_NO_NETWORK, "true"], stdin=subprocess.DEVNULL, capture_output=True, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return _NO_NETWORK if done.returncode == 0 else ()


class LeanProcess:
    """A running driver, by default one that searches. Not thread-safe: one question at a time.

    The process leads its own session, so that it is killed with all that it may have started, and it ends when its
    parent is gone (see `LAUNCH`).
    """

    def __init__(self, installation: Installation, entry: str = SEARCH) -> None:
        self._installation = installation
        self.entry = entry
        self._process: subprocess.Popen[bytes] | None = None
        self._lifeline = -1
        self._ending = threading.Lock()
        self._number = 0
        self.heap = 0
        self.version = ""
        self.stages: tuple[tuple[str, float], ...] = ()  # of the start, as `wire.Ready` has them
        self.took_code = False  # whether it took up the machine code that it was given
        self.context = ""  # the name of the one that problems stand on
        self.holds = ""  # the name of the one whose image it was started from

    @property
    def pid(self) -> int | None:
        """Process id while it runs."""
        return self._process.pid if self._process is not None else None

    def is_full(self, context: str) -> bool:
        """Tell whether a new process should be started for a context: what was imported is never freed."""
        return self.context != context and self.heap > FULL_BYTES

    def start(self, start: Start = Start()) -> None:
        """Start the process and wait until Lean is initialised. Raises `LeanError` if it does not come up."""
        files = {
            "glue": str(self._installation.glue),
            "wasm": str(self._installation.wasm),
            "library": str(self._installation.library),
            **({"recipe": str(start.recipe)} if start.recipe is not None else {}),
            **({"image": str(start.image)} if start.image is not None else {}),
            **({"code": str(start.code)} if start.code is not None else {}),
        }
        read_end, self._lifeline = os.pipe()
        try:
            self._process = subprocess.Popen(
                [
                    *("/bin/sh", "-c", LAUNCH, str(read_end)),
                    *without_network(),
                    str(self._installation.node),
                    # Lean itself may read its library and nothing else; it may write nowhere and start nothing.
                    "--permission",
                    *(f"--allow-fs-read={path}" for path in (*self._readable(), *start.read)),
                    *((f"--allow-fs-write={start.writes}",) if start.writes is not None else ()),
                    "--no-warnings",
                    "--wasm-lazy-validation",
                    f"--stack-size={STACK_KB}",
                    str(DRIVER / self.entry),
                    json.dumps(files),
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL if not os.environ.get("PROOFSMITH_DEBUG") else None,
                cwd="/",
                env={"PATH": "/usr/bin:/bin"},
                start_new_session=True,
                pass_fds=(read_end,),
            )
        except OSError as error:
            os.close(self._lifeline)
            self._lifeline = -1
            raise LeanError(f"Node cannot be started ({error}); run `prover setup` again") from error
        finally:
            os.close(read_end)
        self._number, self.context, self.holds = 0, "", ""
        ready = self._receive(wire.Ready, START_SECONDS)
        self.version, self.stages, self.took_code = ready.version, ready.stages, ready.code

    def _readable(self) -> tuple[str, ...]:
        return (
            f"{DRIVER}/*",
            str(DRIVER / self.entry),
            str(self._installation.glue),
            str(self._installation.wasm),
            f"{self._installation.library}/*",
            str(self._installation.library),
        )

    def ask(self, request: wire.Request, reply: type[R], seconds: float) -> R:
        """Ask and wait at most `seconds`. Raises `WorkerDied`, after which the process is gone."""
        if self._process is None or self._process.stdin is None:
            raise WorkerDied(RejectionKind.CRASH, "the Lean process is not running")
        self._number += 1
        try:
            self._process.stdin.write(wire.encode(self._number, request))
            self._process.stdin.flush()
        except OSError as error:
            raise self._died(f"the Lean process no longer reads ({error})") from error
        return self._receive(reply, seconds)

    def _receive(self, reply: type[R], seconds: float) -> R:
        deadline = time.monotonic() + seconds
        (length,) = wire.HEADER.unpack(self._read(wire.HEADER.size, deadline, seconds))
        if length > wire.LARGEST_FRAME:
            self.kill()
            raise ProtocolError(f"a Lean process announced a reply of {length} bytes")
        body = self._read(length, deadline, seconds)
        try:
            general = wire.Reply.model_validate_json(body, extra="ignore")
            self.heap = general.heap
            if general.fatal is not None:
                kind = RejectionKind.MEMORY if general.fatal == "memory" else RejectionKind.CRASH
                self.kill()
                raise WorkerDied(
                    kind,
                    f"Lean ended itself: {(general.message.strip() or general.fatal).splitlines()[0]}",
                )
            parsed = reply.model_validate_json(body)
        except ValidationError as error:
            self.kill()
            raise ProtocolError(f"a Lean process answered what the wire does not allow: {error}") from error
        if parsed.id != self._number:
            self.kill()
            raise ProtocolError(f"a Lean process answered request {parsed.id} when asked request {self._number}")
        return parsed

    def _read(self, count: int, deadline: float, seconds: float) -> bytes:
        assert self._process is not None and self._process.stdout is not None
        stream = self._process.stdout.fileno()
        parts: list[bytes] = []
        while count:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([stream], [], [], left)[0]:
                self.kill()
                raise WorkerDied(
                    RejectionKind.WALL, f"no answer from Lean within {seconds:g} s of wall clock; raise --wall-seconds"
                )
            part = os.read(stream, min(count, 1 << 20))
            if not part:
                raise self._died("the Lean process ended without an answer")
            parts.append(part)
            count -= len(part)
        return b"".join(parts)

    def _died(self, message: str) -> WorkerDied:
        code = self._process.wait() if self._process is not None else None
        self.kill()
        # A process that was killed from outside shows it; the kernel's out-of-memory killer looks the same.
        kind = (
            RejectionKind.KILLED
            if code is not None and code in (-signal.SIGKILL, -signal.SIGTERM)
            else RejectionKind.CRASH
        )
        return WorkerDied(kind, f"{message} (exit status {code})")

    def kill(self) -> None:
        """End the process and everything that it may have started; does nothing if it has ended. For any thread."""
        with self._ending:
            process, self._process = self._process, None
            lifeline, self._lifeline = self._lifeline, -1
        if process is not None:
            end_group(process)
        if lifeline >= 0:
            os.close(lifeline)

    def __enter__(self) -> LeanProcess:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

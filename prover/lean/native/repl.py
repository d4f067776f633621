"""One Lean REPL, driven through the package `lean_interact`: environments, proof states, and what ends it.

The wire and its traps are those of https://github.com/leanprover-community/repl: an answer without goals is no proof
unless its status says `Completed`, and an unknown tactic is a `message` without anything else.
"""

from __future__ import annotations

import importlib
import json
from typing import Any

from pydantic import ValidationError

from prover.errors import LeanError, ProtocolError, SetupError, WorkerDied
from prover.lean.native.toolchain import Toolchain
from search.types import RejectionKind

_OUT_OF_MEMORY = ("out of memory", "std::bad_alloc", "failed to create thread", "excessive memory")


class Repl:
    """A running REPL. Not thread-safe. Answers are models of `lean_interact`; its end raises `WorkerDied`."""

    def __init__(self, toolchain: Toolchain, memory_mb: int | None = None) -> None:
        self._toolchain = toolchain
        self._memory_mb = memory_mb
        self._server: Any = None
        self._package: Any = None

    @property
    def running(self) -> bool:
        return self._server is not None and bool(self._server.is_alive())

    @property
    def pid(self) -> int | None:
        """Process id of `lake`, which becomes the REPL, while it runs."""
        return int(self._server._proc.pid) if self.running else None

    def start(self) -> None:
        """Start the process. Raises `SetupError` with what to do where the package or the REPL is missing."""
        try:
            self._package = importlib.import_module("lean_interact")
            config = self._package.LeanREPLConfig(
                project=self._package.LocalProject(directory=self._toolchain.project, auto_build=False),
                local_repl_path=self._toolchain.repl,
                build_repl=False,
                lake_path=self._toolchain.launcher,
                memory_hard_limit_mb=self._memory_mb,
                # One tactic at a time, and a verdict that does not depend on what else runs.
                enable_parallel_elaboration=False,
            )
            self._server = self._package.LeanServer(config)
        except ImportError as error:
            raise SetupError(f"lean-interact cannot be imported ({error}); pip install 'proofsmith[native]'") from error
        except (OSError, ValueError, AssertionError) as error:  # ChildProcessError is an OSError
            raise LeanError(f"Lean's REPL does not start ({_line(error)}); run `prover setup --lean native`") from error

    def command(self, source: str, environment: int | None, seconds: float) -> Any:
        """Elaborate commands; returns a `CommandResponse`, or the `LeanError` of the package."""
        return self._ask(self._package.Command(cmd=source, env=environment), seconds)

    def tactic(self, state: int, tactic: str, seconds: float) -> Any:
        """Run a tactic; returns a `ProofStepResponse`, or the `LeanError` of the package."""
        return self._ask(self._package.ProofStep(proof_state=state, tactic=tactic), seconds)

    def pickle(self, environment: int, path: str, seconds: float) -> Any:
        """Write an environment to a file."""
        return self._ask(self._package.PickleEnvironment(env=environment, pickle_to=path), seconds)

    def unpickle(self, path: str, seconds: float) -> Any:
        """Read an environment from a file."""
        return self._ask(self._package.UnpickleEnvironment(unpickle_env_from=path), seconds)

    def resident_mb(self) -> float:
        """Return the resident memory of the process and its children."""
        return float(self._server.get_memory_usage()) if self.running else 0.0

    def kill(self) -> None:
        """End the process and all that it started."""
        server, self._server = self._server, None
        if server is not None:
            server.kill()

    def _ask(self, request: Any, seconds: float) -> Any:
        server = self._server
        if server is None:
            raise WorkerDied(RejectionKind.CRASH, "Lean's REPL is not running")
        process = server._proc
        try:
            return server.run(request, timeout=seconds)
        except TimeoutError as error:
            self.kill()
            message = f"no answer from Lean within {seconds:g} s of wall clock; raise --wall-seconds"
            raise WorkerDied(RejectionKind.WALL, message) from error
        except (ConnectionAbortedError, ChildProcessError, BrokenPipeError) as error:
            self.kill()
            raise WorkerDied(_kind(error, process), f"Lean's REPL ended without an answer ({_line(error)})") from error
        except (json.JSONDecodeError, ValidationError) as error:
            self.kill()
            raise ProtocolError(f"Lean's REPL answered what its protocol does not allow: {_line(error)}") from error


def _kind(error: Exception, process: Any) -> RejectionKind:
    if any(sign in str(error) for sign in _OUT_OF_MEMORY):
        return RejectionKind.MEMORY
    code = process.poll() if process is not None else None
    return RejectionKind.KILLED if code is not None and code < 0 else RejectionKind.CRASH


def _line(error: BaseException) -> str:
    """Return what an error says, on one line, without the package's advice."""
    text = str(error).split("\nIf stdout and stderr are empty")[0]
    return " ".join(part for part in text.split() if set(part) != {"-"})[:300] or type(error).__name__

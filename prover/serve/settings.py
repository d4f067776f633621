"""Everything that a server is told, in one frozen value."""

from __future__ import annotations

from pydantic import Field

from prover.errors import UsageError
from prover.serve.addresses import is_loopback
from prover.serve.worker.jobs import WorkerSettings
from prover.types import Frozen

KEY_VARIABLE = "PROOFSMITH_SERVER_KEY"
MEGABYTE = 2**20


class Limits(Frozen):
    """What one request may ask for. What exceeds a limit is refused with a status and the option that raises it."""

    body_mb: float = Field(default=8.0, gt=0)
    snippets: int = Field(default=1_000, ge=1)
    tactics: int = Field(default=64, ge=1)
    seconds: float = Field(default=300.0, gt=0)
    lean_calls: int = Field(default=5_000, ge=1)
    upload_seconds: float = Field(default=30.0, gt=0)


class ServeSettings(Frozen):
    """Where the server listens, who may ask, what it runs, and how much of that at a time.

    `max_requests` are those in progress and waiting, of all clients; `max_wait` is how long a job waits for a worker.
    A worker is replaced after `max_uses` jobs, or when it is larger than `worker_mb`.
    """

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    key: str = Field(default="", repr=False)
    worker: WorkerSettings = Field(default_factory=WorkerSettings)
    limits: Limits = Field(default_factory=Limits)
    workers: int = Field(default=1, ge=1)
    max_requests: int = Field(default=256, ge=1)
    max_client_requests: int = Field(default=64, ge=1)
    max_wait: float = Field(default=60.0, gt=0)
    max_uses: int = Field(default=20_000, ge=1)
    worker_mb: int = Field(default=5_000, ge=256)
    idle_seconds: float | None = Field(default=None, gt=0)
    drain_seconds: float = Field(default=30.0, gt=0)
    json_logs: bool = False

    @property
    def loopback(self) -> bool:
        """Whether only this machine can ask."""
        return is_loopback(self.host)

    def checked(self) -> ServeSettings:
        """Return these settings. Raises `UsageError` for a server that anybody could use."""
        if not self.loopback and not self.key:
            raise UsageError(
                f"a server on {self.host} can be asked by others, and there is no key: set {KEY_VARIABLE}, or leave "
                "--host out to listen on this machine only"
            )
        return self

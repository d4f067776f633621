"""`prover serve`: one warm Lean for agents, trainers and people."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import typer

from prover.commands.options import ContextOption, HeartbeatsOption, LeanOption, PolicyOption
from prover.errors import InputError, UsageError
from prover.serve import need_serve


def run(
    host: str = typer.Option(
        "127.0.0.1", "--host", help="Where to listen. Elsewhere than on this machine, with a key only."
    ),
    port: int = typer.Option(8000, "--port", min=0, max=65535, help="Port to listen on; 0 for any that is free."),
    mcp: str | None = typer.Option(
        None, "--mcp", metavar="stdio", help="Serve one agent on standard input and output instead."
    ),
    folder: Path = typer.Option(Path("."), "--folder", help="With --mcp stdio: where tools may read .lean files."),
    skill: bool = typer.Option(False, "--skill", help="Print the skill file for agents, and end."),
    workers: int = typer.Option(1, "--workers", min=1, help="Lean workers; each takes 1.5 to 3 GB and one core."),
    lean: LeanOption = None,
    context: ContextOption = None,
    policy: PolicyOption = None,
    heartbeats: HeartbeatsOption = None,
    mathlib_is_core: bool = typer.Option(
        False, "--mathlib-is-core", help="Let `import Mathlib` in a snippet mean the context `core`."
    ),
    key_file: Path | None = typer.Option(
        None, "--key-file", help="File with the key that clients have to send; or set PROOFSMITH_SERVER_KEY."
    ),
    max_seconds: float = typer.Option(
        300.0, "--max-seconds", min=0.1, help="What one request may take of Lean's time."
    ),
    max_lean_calls: int = typer.Option(5_000, "--max-lean-calls", min=1, help="What one search may be asked to cost."),
    max_body_mb: float = typer.Option(8.0, "--max-body-mb", min=0.01, help="The largest body of a request."),
    max_snippets: int = typer.Option(1_000, "--max-snippets", min=1, help="The most snippets of a request."),
    max_tactics: int = typer.Option(64, "--max-tactics", min=1, help="The most tactics of a request."),
    max_requests: int = typer.Option(
        256, "--max-requests", min=1, help="Requests in progress and waiting, of all clients."
    ),
    max_client_requests: int = typer.Option(64, "--max-client-requests", min=1, help="The same of one client."),
    max_wait: float = typer.Option(60.0, "--max-wait", min=1, help="Seconds to wait for a worker before a 429."),
    max_uses: int = typer.Option(20_000, "--max-uses", min=1, help="Jobs after which a worker is replaced."),
    worker_mb: int = typer.Option(5_000, "--worker-mb", min=256, help="Memory after which a worker is replaced."),
    idle: float | None = typer.Option(
        None, "--idle", min=1, metavar="SECONDS", help="End when nobody has asked for so long."
    ),
    drain: float = typer.Option(30.0, "--drain", min=1, help="Seconds that SIGTERM leaves to requests in progress."),
    json_logs: bool = typer.Option(False, "--json-logs", help="Log JSON lines on standard error."),
) -> int:
    """Serve REST (Kimina's protocol and our own), MCP at /mcp and the live page at /live, over warm Lean workers.

    Every limit that a request hits is named in its answer. SIGTERM answers what is in progress and ends.

    \b
    Examples:
      prover serve
      prover serve --workers 2 --mathlib-is-core --port 8000
      PROOFSMITH_SERVER_KEY=… prover serve --host 0.0.0.0
      prover serve --mcp stdio
    """
    if skill:
        from prover.serve.agents.skill import skill_file

        print(skill_file(), end="")
        return 0
    need_serve("prover serve")
    if mcp not in (None, "stdio"):
        raise UsageError(f"--mcp {mcp}: write stdio; over HTTP the tools are always at /mcp")
    from prover.config import search_config
    from prover.config.default_policy import default_policy
    from prover.serve.settings import Limits, ServeSettings
    from prover.serve.worker.jobs import WorkerSettings

    search = search_config(lean=lean, context=context, policy=policy, heartbeats=heartbeats)
    if "policy" not in search.model_fields_set:
        usual, _ = default_policy([search.context])
        search = search.model_copy(update={"policy": usual})
    settings = ServeSettings(
        host=host,
        port=port,
        key=_key(key_file),
        worker=WorkerSettings(
            lean=search.lean,
            context=search.context,
            policy=search.policy,
            step_heartbeats=search.heartbeats,
            step_seconds=search.step_seconds,
            mathlib_is_core=mathlib_is_core,
        ),
        limits=Limits(
            body_mb=max_body_mb, snippets=max_snippets, tactics=max_tactics, seconds=max_seconds,
            lean_calls=max_lean_calls,
        ),
        workers=workers,
        max_requests=max_requests,
        max_client_requests=max_client_requests,
        max_wait=max_wait,
        max_uses=max_uses,
        worker_mb=worker_mb,
        idle_seconds=idle,
        drain_seconds=drain,
        json_logs=json_logs,
    )  # fmt: skip
    from prover.serve import server

    if mcp == "stdio":
        server.stdio(settings, str(folder))
        return 0
    server.serve(
        settings, lambda address: print(f"prover: listening on {address} (page: {address}/live)", file=sys.stderr)
    )
    return 0


def _key(path: Path | None) -> str:
    from prover.serve.settings import KEY_VARIABLE

    if path is None:
        return os.environ.get(KEY_VARIABLE, "").strip()
    try:
        key = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"the key file {path} cannot be read: {getattr(error, 'strerror', None) or error}") from error
    if len(key) < 8:
        raise InputError(f"the key in {path} is shorter than 8 characters; write a longer one")
    return key

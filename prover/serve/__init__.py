"""`prover serve`: warm Lean workers behind REST (Kimina's protocol and our own), MCP and a live page.

    http/, agents/, page/  ->  service.py  ->  pool/  ->  worker/ (processes, each with a Prover of its own)

A transport only translates. `Service` says what a request means, `WorkerPool` who is served next and what a request may
take, and a worker process holds Lean: it can be killed at any moment, and nobody but its own request notices.
"""

from __future__ import annotations


def need_serve(what: str) -> None:
    """Raise `SetupError` unless what the extra `serve` brings is installed; `what` is what needs it."""
    from importlib.util import find_spec

    from prover.errors import SetupError

    missing = [name for name in ("fastapi", "uvicorn", "mcp") if find_spec(name) is None]
    if missing:
        raise SetupError(f"{what} needs {', '.join(missing)}: pip install 'proofsmith[serve]'")

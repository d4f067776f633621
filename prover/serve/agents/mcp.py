"""The server as tools for agents (Model Context Protocol), over stdio or streamable HTTP at `/mcp`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import wraps
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations
from starlette.routing import BaseRoute

from prover.errors import ProverError
from prover.serve.agents.shapes import short
from prover.serve.agents.skill import INSTRUCTIONS
from prover.serve.agents.tools import Tools
from prover.serve.refusals import Busy, TimedOut, TooLarge
from prover.serve.service import Service

R = TypeVar("R")
_RUNS = ToolAnnotations(read_only_hint=False, destructive_hint=False, idempotent_hint=False, open_world_hint=False)
_READS = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
_TOOLS = {
    "attempt": _RUNS,
    "fill": _RUNS,
    "goal_after": _RUNS,
    "lean_goal": _RUNS,
    "lean_multi_attempt": _RUNS,
    "lean_run_code": _RUNS,
    "lean_verify": _RUNS,
    "prove": _RUNS,
    "refute": _RUNS,
    "search_core": _READS,
    "verify": _RUNS,
}


@dataclass(frozen=True)
class Mounted:
    """The tools as routes of an application; `running` has to be entered while it serves."""

    server: MCPServer
    routes: list[BaseRoute]

    def running(self) -> AbstractAsyncContextManager[None]:
        return self.server.session_manager.run()


def mounted(service: Service) -> Mounted:
    """Return the tools over streamable HTTP. Who may ask is the application's business."""
    server = make_tools(service, None)
    app = server.streamable_http_app(
        streamable_http_path="/mcp",
        max_request_body_size=int(service.settings.limits.body_mb * 2**20),
        host=service.settings.host,
    )
    return Mounted(server, list(app.routes))


async def serve_stdio(service: Service, folder: Path) -> None:
    """Answer one client on standard input and output, with the files below a folder."""

    @asynccontextmanager
    async def life(server: MCPServer) -> AsyncIterator[None]:
        await service.open()
        try:
            yield
        finally:
            await service.close()

    await make_tools(service, folder, life).run_stdio_async()


def make_tools(service: Service, folder: Path | None, lifespan: Any = None) -> MCPServer:
    """Return the server of tools. `folder` is where the tools that take a file may read; None for nowhere."""
    server = MCPServer(
        "proofsmith",
        title="proofsmith",
        description="Proves, fills, verifies and refutes Lean 4 statements with real Lean, in milliseconds.",
        instructions=INSTRUCTIONS,
        version=version("proofsmith"),
        lifespan=lifespan,
        log_level="WARNING",
    )
    tools = Tools(service, folder)
    for name, hints in sorted(_TOOLS.items()):
        server.add_tool(_told(getattr(tools, name)), name=name, annotations=hints, structured_output=True)
    return server


def _told(tool: Callable[..., Coroutine[Any, Any, R]]) -> Callable[..., Coroutine[Any, Any, R]]:
    """Have a tool say to its caller what is wrong; of other exceptions the SDK says that there was one."""

    @wraps(tool)
    async def telling(*given: Any, **named: Any) -> R:
        try:
            return await tool(*given, **named)
        except Busy as busy:
            raise ToolError(f"{busy}; ask again in {busy.retry_after} s") from busy
        except (ProverError, TimedOut, TooLarge) as error:
            raise ToolError(short(str(error))) from error

    return telling

"""The application: every route over one `Service`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from prover.serve.agents.mcp import mounted
from prover.serve.http import kimina, live, v1
from prover.serve.http.answering import refuse
from prover.serve.http.guard import Guard
from prover.serve.service import Service
from prover.serve.settings import ServeSettings

SUMMARY = (
    "Warm Lean 4 for agents, trainers and people: verdicts that cannot be talked into, states as values, proof search."
)


def make_app(settings: ServeSettings) -> FastAPI:
    """Return the application. Its workers start with it, and end with it."""
    service = Service(settings)
    tools = mounted(service)

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            if service.ready is None:
                await service.open()
            stack.push_async_callback(service.close)
            await stack.enter_async_context(tools.running())
            yield

    app = FastAPI(
        title="proofsmith",
        summary=SUMMARY,
        version=version("proofsmith"),
        openapi_url="/api/openapi.json",
        lifespan=life,
    )
    app.state.service = service
    refuse(app)
    app.include_router(kimina.router, tags=["Kimina"])
    app.include_router(v1.router, tags=["v1"])
    app.include_router(live.router, tags=["live"])

    @app.get("/", include_in_schema=False)
    async def root(request: Request) -> Response:
        if "text/html" in request.headers.get("accept", ""):
            return RedirectResponse("/live")
        return JSONResponse({"status": "ok"})

    @app.get("/metrics", include_in_schema=False)
    async def metrics(request: Request) -> Response:
        return await v1.metrics(request)

    app.router.routes.extend(tools.routes)
    app.add_middleware(Guard, settings=settings, metrics=service.metrics)
    return app

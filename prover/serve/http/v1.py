"""Our own routes: verdicts on trusted statements, states as values, searches that can be watched and cancelled."""

from __future__ import annotations

import asyncio
import json
import re
import uuid
from collections.abc import AsyncIterator, Callable
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import PlainTextResponse, StreamingResponse
from pydantic import Field

from prover.events import Event
from prover.fill.run import Filling
from prover.serve.agents.lemmas import find_lemmas
from prover.serve.http.answering import answered, client_of, service_of, status_of
from prover.serve.http.questions import (
    Cancelled,
    FillQuestion,
    LemmaAnswer,
    ProveQuestion,
    RefuteQuestion,
    ServerFacts,
    StartQuestion,
    StateAnswer,
    StepAnswer,
    StepQuestion,
    StepResult,
    VerifyAnswer,
    VerifyQuestion,
)
from prover.serve.page.sse import stream_events
from prover.serve.service import Moved, Service, Unanswerable
from prover.serve.worker.answers import Message, Position
from prover.strategies import StrategySpec
from prover.types import Attempt

router = APIRouter(prefix="/v1")


@router.get("/info")
async def info(request: Request) -> ServerFacts:
    """Say which Lean answers, and how busy the server is."""
    from importlib.metadata import version

    service = service_of(request)
    ready = service.ready
    return ServerFacts(
        version=version("proofsmith"),
        lean={} if ready is None else {name: str(value) for name, value in ready.model_dump(exclude={"ready"}).items()},
        workers=service.settings.workers,
        requests=service.pool.in_progress,
        waiting=service.pool.waiting,
    )


@router.post("/verify")
async def verify(body: VerifyQuestion, request: Request) -> VerifyAnswer:
    """Judge a proof of a trusted statement."""
    service, client = service_of(request), client_of(request)
    verdict = await answered(
        request, lambda: service.verify(client, body.asked(), body.proof, _seconds(service, body.seconds))
    )
    if verdict.verdict == "accepted":
        return VerifyAnswer(verdict=verdict)
    return VerifyAnswer(verdict=verdict, messages=(_message(verdict.message),))


@router.post("/step/start")
async def start(body: StartQuestion, request: Request) -> StateAnswer:
    """Open a statement."""
    service, client = service_of(request), client_of(request)
    name, reached = await answered(
        request, lambda: service.start(client, body.asked(), _seconds(service, body.seconds))
    )
    return StateAnswer(state=name, goals=reached.goals)


@router.post("/step")
async def step(body: StepQuestion, request: Request) -> StepAnswer:
    """Carry out tactics on any state that was given out."""
    service, client = service_of(request), client_of(request)
    most = service.settings.limits.tactics
    if len(body.tactics) > most:
        raise Unanswerable(
            f"{len(body.tactics)} tactics are too many: send at most {most} a request, or raise --max-tactics"
        )
    moved = await answered(
        request,
        lambda: service.step(client, body.state, body.tactics, body.chain, _seconds(service, body.seconds)),
    )
    return StepAnswer(results=tuple(_result(one) for one in moved))


@router.post("/prove", responses={200: {"content": {"text/event-stream": {}}}}, response_model=Attempt)
async def prove(body: ProveQuestion, request: Request) -> Any:
    """Search for a proof and have it verified.

    With `stream`, or `Accept: text/event-stream`, the answer is server-sent events: `search` with the name of the
    search, the events of `prover.events`, and the last one, `attempt` or `error` (`{status, detail}`, a status of this
    API). A client that goes away cancels it.
    """
    service, client = service_of(request), client_of(request)
    name = body.name or uuid.uuid4().hex[:16]
    if (known := service.board.get(name)) is not None and known.ended is None:
        raise HTTPException(409, f"a search called {name} is in progress; choose another name")
    if not body.stream and "text/event-stream" not in request.headers.get("accept", ""):
        return await answered(request, lambda: _search(service, client, body, name, None))
    events: asyncio.Queue[tuple[str, str] | None] = asyncio.Queue()
    events.put_nowait(("search", f'{{"name":"{name}"}}'))

    def tell(event: Event) -> None:
        events.put_nowait((event.event, event.model_dump_json()))

    service.pool.room(client)  # refused before the stream begins

    async def work() -> None:
        try:
            with service.pool.admitted(client):
                attempt = await _search(service, client, body, name, tell)
            events.put_nowait(("attempt", attempt.model_dump_json()))
        except Exception as error:  # the status of the answer is sent already
            told = {"status": status_of(error), "detail": str(error)}
            events.put_nowait(("error", json.dumps(told, ensure_ascii=False)))
        finally:
            events.put_nowait(None)

    async def stream() -> AsyncIterator[bytes]:
        task = asyncio.create_task(work())
        try:
            async for part in stream_events(events):
                yield part
        finally:
            task.cancel()

    return StreamingResponse(stream(), media_type="text/event-stream", headers={"Cache-Control": "no-store"})


@router.post("/prove/{name}/cancel")
async def cancel(name: str, request: Request) -> Cancelled:
    """Cancel a search. The request that waits for the search is answered with what it has found."""
    return Cancelled(cancelled=service_of(request).board.stop(name))


@router.post("/prove/{name}/pause")
async def pause(name: str, request: Request) -> dict[str, bool]:
    """Have a search wait before its next step. It keeps its worker, and its limit of time runs on."""
    return {"paused": service_of(request).board.pause(name, True)}


@router.post("/prove/{name}/continue")
async def go_on(name: str, request: Request) -> dict[str, bool]:
    """Let a search that waits continue."""
    return {"continued": service_of(request).board.pause(name, False)}


@router.post("/refute")
async def refute(body: RefuteQuestion, request: Request) -> Attempt:
    """Look for a counterexample, and have the negation verified."""
    service, client = service_of(request), client_of(request)
    return await answered(
        request,
        lambda: service.prove(client, body.asked(), budget={}, disprove=True, seconds=_seconds(service, body.seconds)),
    )


@router.post("/fill")
async def fill(body: FillQuestion, request: Request) -> Filling:
    """Fill the `sorry`s of a source text."""
    service, client = service_of(request), client_of(request)
    return await answered(
        request,
        lambda: service.fill(client, body.text, body.source, body.only, body.budget, _seconds(service, body.seconds)),
    )


@router.get("/search")
async def search(request: Request, q: Annotated[str, Field(max_length=400)], limit: int = 20) -> LemmaAnswer:
    """Look up lemmas, functions and notation of the context `core`, and lemmas of Lean's library."""
    found, searched = await asyncio.to_thread(find_lemmas, q, max(1, min(limit, 100)))
    return LemmaAnswer(items=found, searched=searched)


@router.get("/metrics", include_in_schema=False)
async def metrics(request: Request) -> PlainTextResponse:
    """Return what the server counts, as Prometheus reads it."""
    return PlainTextResponse(service_of(request).metrics.text(), media_type="text/plain; version=0.0.4")


async def _search(
    service: Service, client: str, body: ProveQuestion, name: str, tell: Callable[[Event], None] | None
) -> Attempt:
    return await service.prove(
        client,
        body.asked(),
        budget=body.budget,
        strategy=StrategySpec.model_validate(body.strategy),
        seed=body.seed,
        style=body.style,
        seconds=_seconds(service, body.seconds),
        name=name,
        tell=tell,
    )


def _seconds(service: Service, asked: float | None) -> float:
    most = service.settings.limits.seconds
    return most if asked is None else min(asked, most)


def _result(moved: Moved) -> StepResult:
    said = moved.step
    return StepResult(
        tactic=said.tactic,
        outcome=said.outcome,
        state=moved.state,
        goals=said.reached.goals if said.reached is not None else (),
        messages=(_message(said.reason),) if said.reason else (),
        heartbeats=said.heartbeats,
    )


def _message(text: str) -> Message:
    line = re.match(r"(?:the proof does not parse \()?line (\d+)", text)
    return Message(severity="error", pos=Position(line=max(1, int(line[1])) if line is not None else 1), data=text)

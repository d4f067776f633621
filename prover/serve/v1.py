"""Our own routes: verdicts on trusted statements, states as values, searches that can be watched and cancelled.

A field that is not known is refused (422): what a client asks for is never ignored.
"""

from __future__ import annotations

import asyncio
import json
import re
import uuid
from collections.abc import AsyncIterator, Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import PlainTextResponse, StreamingResponse
from pydantic import Field, TypeAdapter, field_validator, model_validator

from prover.config.search import BudgetSpec
from prover.events import Event
from prover.fill.run import Filling
from prover.serve.answering import answered, client_of, service_of
from prover.serve.jobs import Asked, GoalView, Message, Position
from prover.serve.lemmas import Lemma, find_lemmas
from prover.serve.service import Moved, Service, Unanswerable
from prover.serve.sse import stream_events
from prover.strategies import StrategySpec
from prover.types import Attempt, Frozen, Problem, Verdict

router = APIRouter(prefix="/v1")
_BUDGETS = TypeAdapter(BudgetSpec)
Seconds = Annotated[float | None, Field(gt=0, description="Limit on the answer, in seconds; the server has one too")]


class Question(Frozen):
    """A trusted statement: its text, or a problem as `prover` writes it."""

    statement: str = Field("", description="`theorem NAME … := by`, or a proposition")
    header: str = Field("", description="Lean source that stands above the statement")
    context: str = Field("", description="The Lean context; the server's where it is empty")
    problem: Problem | None = None

    @model_validator(mode="after")
    def _one(self) -> Question:
        if (self.problem is None) == (not self.statement.strip()):
            raise ValueError("give `statement`, or `problem`, and one of them only")
        return self

    def asked(self) -> Asked:
        """Return the statement as a worker reads it."""
        return Asked(statement=self.statement, header=self.header, context=self.context, problem=self.problem)


class VerifyQuestion(Question):
    """A proof, a block of tactics or a whole file, of a trusted statement."""

    proof: str
    seconds: Seconds = None


class VerifyAnswer(Frozen):
    """The verdict. A rejection is also a message, as Lean's own would be."""

    verdict: Verdict = Field(discriminator="verdict")
    messages: tuple[Message, ...] = ()


class ProveQuestion(Question):
    """What to search for, and what that may cost (`lean_calls=100`, or a table of units)."""

    budget: dict[str, float] = Field(default_factory=lambda: {"lean_calls": 1_000.0})
    strategy: str = "best-first"
    seed: int = Field(0, ge=0)
    style: Literal["readable", "shortest", "first"] = "readable"
    seconds: Seconds = None
    stream: bool = Field(False, description="Answer with server-sent events")
    name: str = Field("", max_length=64, pattern=r"^[A-Za-z0-9_-]*$", description="The name to cancel the search by")

    @field_validator("budget", mode="before")
    @classmethod
    def _units(cls, given: Any) -> Any:
        return _budget(given)

    @field_validator("strategy")
    @classmethod
    def _known(cls, given: str) -> str:
        StrategySpec.model_validate(given)
        return given


class RefuteQuestion(Question):
    """The statement that may be false."""

    seconds: Seconds = None


class FillQuestion(Frozen):
    """A Lean source with `sorry` in it; `only` names the one theorem that is wanted."""

    text: str
    source: str = "text"
    only: str | None = None
    budget: dict[str, float] = Field(default_factory=lambda: {"lean_calls": 1_000.0})
    seconds: Seconds = None

    @field_validator("budget", mode="before")
    @classmethod
    def _units(cls, given: Any) -> Any:
        return _budget(given)


class StartQuestion(Question):
    """The statement whose state is wanted."""

    seconds: Seconds = None


class StateAnswer(Frozen):
    """A state by name, and its goals."""

    state: str
    goals: tuple[GoalView, ...]


class StepQuestion(Frozen):
    """Tactics for a state: each tried on it by itself, or with `chain` one after the other until one fails."""

    state: str
    tactics: tuple[str, ...] = Field(min_length=1)
    chain: bool = False
    seconds: Seconds = None


class StepResult(Frozen):
    """What became of a tactic. `solved` means that no goal is left, which only `/v1/verify` makes a proof."""

    tactic: str
    outcome: Literal["solved", "advanced", "rejected", "limit"]
    state: str | None = None
    goals: tuple[GoalView, ...] = ()
    messages: tuple[Message, ...] = ()
    heartbeats: int = 0


class StepAnswer(Frozen):
    """What became of the tactics, in order."""

    results: tuple[StepResult, ...]


class LemmaAnswer(Frozen):
    """Lemmas, the nearest first."""

    items: tuple[Lemma, ...]
    searched: tuple[str, ...]


class Cancelled(Frozen):
    """Whether there was such a search to cancel."""

    cancelled: bool


class ServerFacts(Frozen):
    """What the server is."""

    version: str
    lean: dict[str, str]
    workers: int
    requests: int
    waiting: int


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
    search, the events of `prover.events`, and the last one, `attempt` or `error`. A client that goes away cancels it.
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
            events.put_nowait(("error", json.dumps({"detail": str(error)}, ensure_ascii=False)))
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
    """Cancel a search. It answers whoever waits for it with what it has found."""
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


def _budget(given: Any) -> dict[str, float]:
    return _BUDGETS.validate_python(given).set()


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

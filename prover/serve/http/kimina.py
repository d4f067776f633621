"""The Kimina Lean Server's protocol (project-numina/kimina-lean-server), so that its clients work unchanged.

Its clients compute whether a snippet is valid from the messages: everything that is refused here is one of severity
`error`. A snippet may name the `statement` that it should prove; then nothing else in it counts. That field is ours.
"""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field, model_validator

from prover.serve.http.answering import answered, client_of, service_of
from prover.serve.pool.handle import WorkerLost
from prover.serve.refusals import TimedOut, TooLarge
from prover.serve.service import CheckedText, LeanFailed, Service, Unanswerable
from prover.serve.settings import MEGABYTE
from prover.serve.worker.answers import Checked
from prover.serve.worker.jobs import Asked

Infotree = Literal["full", "tactics", "original", "substantive"]
router = APIRouter()


class Snippet(BaseModel):
    """A source text and its name."""

    id: str = Field(description="Identifier to trace the snippet")
    code: str = Field(description="Lean 4 snippet or proof attempt")
    statement: str | None = Field(
        None, description="The trusted statement that the snippet has to prove (not Kimina's)"
    )


class CheckRequest(BaseModel):
    """The body of `/api/check`."""

    snippets: list[Snippet]
    timeout: Annotated[int, Field(ge=0, description="Maximum time in seconds of each snippet")] = 30
    debug: bool = False
    reuse: bool = True
    infotree: Infotree | None = None

    @model_validator(mode="after")
    def _distinct(self) -> CheckRequest:
        if not self.snippets:
            raise ValueError("`snippets` must be non empty")
        if len({snippet.id for snippet in self.snippets}) != len(self.snippets):
            raise ValueError("`snippets` must have unique ids")
        return self


class Code(BaseModel):
    """A proof and its name, as older clients send it."""

    custom_id: str | int
    proof: str | None = None
    code: str | None = None

    @model_validator(mode="after")
    def _some(self) -> Code:
        if self.proof is None and self.code is None:
            raise ValueError(f"snippet {self.custom_id!r} has neither `proof` nor `code`")
        return self


class VerifyRequest(BaseModel):
    """The body of `/verify`."""

    codes: list[Code]
    timeout: Annotated[int, Field(ge=0)] = 300
    infotree_type: Infotree | None = None
    disable_cache: bool = False


class Diagnostics(BaseModel):
    """Which worker, and its memory in bytes."""

    repl_uuid: str
    cpu_max: float = 0.0
    memory_max: float = 0.0


class Result(BaseModel):
    """The answer to a snippet: exactly one of `error` and `response`."""

    id: str
    time: float = 0.0
    error: str | None = None
    response: dict[str, Any] | None = None
    diagnostics: Diagnostics | None = None


class CheckResponse(BaseModel):
    """The answers in the order of the snippets."""

    results: list[Result]


class OldResult(BaseModel):
    """The answer to a proof, as older clients read it."""

    custom_id: str
    error: str | None = None
    response: dict[str, Any] | None = None


class VerifyResponse(BaseModel):
    """The answers in the order of the codes."""

    results: list[OldResult]


@router.post("/api/check", response_model=CheckResponse, response_model_exclude_none=True)
@router.post("/api/check/", response_model=CheckResponse, response_model_exclude_none=True, include_in_schema=False)
async def check(body: CheckRequest, request: Request) -> CheckResponse:
    """Check snippets, each a source text of its own."""
    given = [(snippet.id, snippet.code, snippet.statement) for snippet in body.snippets]
    return CheckResponse(results=await _all(request, given, body.timeout, body.debug))


@router.post("/verify", response_model=VerifyResponse)
@router.post("/one_pass_verify_batch", response_model=VerifyResponse)
async def verify(body: VerifyRequest, request: Request) -> VerifyResponse:
    """Check proofs, as older clients ask."""
    names = [str(code.custom_id) for code in body.codes]
    given: list[tuple[str, str, str | None]] = [
        (str(place), code.proof if code.proof is not None else code.code or "", None)
        for place, code in enumerate(body.codes)
    ]
    found = await _all(request, given, body.timeout, False)
    return VerifyResponse(
        results=[
            OldResult(
                custom_id=name,
                error=result.error,
                response=None if result.response is None else {**result.response, "time": result.time},
            )
            for name, result in zip(names, found, strict=True)
        ]
    )


@router.get("/health")
@router.get("/health/", include_in_schema=False)
async def health() -> dict[str, str]:
    """Say that the server is there."""
    return {"status": "ok"}


async def _all(request: Request, given: list[tuple[str, str, str | None]], timeout: int, debug: bool) -> list[Result]:
    service = service_of(request)
    most = service.settings.limits.snippets
    if len(given) > most:
        raise Unanswerable(
            f"{len(given)} snippets are too many: send at most {most} a request, or raise --max-snippets"
        )
    client = client_of(request)
    # As many at once as there are workers: the others of this request wait here, not in the queue.
    turn = asyncio.Semaphore(service.settings.workers)
    begun = False

    async def one(name: str, code: str, statement: str | None) -> Result:
        nonlocal begun
        async with turn:
            # A 429 now would throw away what was judged, and the client would send all of it again.
            found = await _result(service, client, name, code, statement, timeout, debug, begun)
            begun = True
            return found

    async def work() -> list[Result]:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(*snippet)) for snippet in given]
        return [task.result() for task in tasks]

    try:
        return await answered(request, work)
    except ExceptionGroup as several:  # the first one says it: 429 for all, as there
        raise several.exceptions[0] from None


async def _result(
    service: Service,
    client: str,
    name: str,
    code: str,
    statement: str | None,
    timeout: int,
    debug: bool,
    patient: bool,
) -> Result:
    seconds = float(min(timeout, service.settings.limits.seconds))
    asked = Asked(statement=statement) if statement is not None else None
    try:
        found = await service.check(client, code, max(seconds, 0.001), asked, patient)
    except TimedOut:
        # The words are upstream's: clients look for "timed out".
        late = Diagnostics(repl_uuid="", cpu_max=0.0, memory_max=0.0)
        return Result(
            id=name, time=seconds, error=f"Lean REPL command timed out in {seconds:g} seconds", diagnostics=late
        )
    except (LeanFailed, WorkerLost, TooLarge, Unanswerable) as error:
        return Result(id=name, error=str(error))
    return Result(
        id=name,
        time=found.seconds,
        response=response(found.checked),
        diagnostics=_diagnostics(found) if debug else None,
    )


def response(checked: Checked) -> dict[str, Any]:
    """Return what Lean's REPL would answer: messages and holes, without what is empty."""
    found = checked.model_dump(mode="json", include={"messages", "sorries"}, exclude_none=True)
    return {"env": 0, **{name: value for name, value in found.items() if value}}


def _diagnostics(found: CheckedText) -> Diagnostics:
    return Diagnostics(repl_uuid=found.worker, memory_max=found.memory / MEGABYTE)

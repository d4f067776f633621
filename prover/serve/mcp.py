"""The server as tools for agents (Model Context Protocol), over stdio or streamable HTTP at `/mcp`.

Results are structured and bounded: long texts lose their middle. `lean_goal`, `lean_multi_attempt`, `lean_run_code` and
`lean_verify` have the names and shapes of lean-lsp-mcp's; their lines and columns count from 1.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import wraps
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations
from pydantic import Field, TypeAdapter
from starlette.routing import BaseRoute

from prover.config.search import BudgetSpec
from prover.errors import InputError, ProverError
from prover.events import Event, Stepped
from prover.serve.files import read_lean
from prover.serve.jobs import Asked, Checked
from prover.serve.lemmas import Lemma, find_lemmas
from prover.serve.pool import Busy, TimedOut, TooLarge
from prover.serve.service import Service, Unanswerable
from prover.serve.skill import INSTRUCTIONS
from prover.types import Attempt, Frozen, VerifiedProof

MOST_CHARACTERS = 6_000
R = TypeVar("R")
_BUDGETS = TypeAdapter(BudgetSpec)
_RUNS = ToolAnnotations(read_only_hint=False, destructive_hint=False, idempotent_hint=False, open_world_hint=False)
_READS = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)

Statement = Annotated[str, Field(description="`theorem NAME (binders) : goal := by`, or a proposition")]
Budget = Annotated[
    str, Field(description="What the search may cost: lean_calls=N, seconds=N, steps=N; comma-separated")
]
Line = Annotated[int, Field(ge=1, description="Line in the file, from 1")]
File = Annotated[str, Field(description="A .lean file, absolute or below the server's folder")]


class Proved(Frozen):
    """What came of a search. `proof` was accepted by the verifier; None says that there is none within the budget."""

    status: Literal["proved", "refuted", "unproved", "error"]
    proof: str | None
    axioms: tuple[str, ...]
    counterexample: str | None
    message: str
    lean_calls: int
    seconds: float


class Judgement(Frozen):
    """A verdict: `reason` and `message` say why a proof was rejected."""

    accepted: bool
    reason: str | None
    message: str
    axioms: tuple[str, ...]
    kernels: tuple[str, ...]


class Tried(Frozen):
    """What became of a tactic: the goals it leaves, or Lean's message."""

    tactic: str
    outcome: Literal["solved", "advanced", "rejected", "limit"]
    goals: tuple[str, ...]
    message: str


class TriedItems(Frozen):
    """What became of tactics, in order."""

    goals_before: tuple[str, ...]
    items: tuple[Tried, ...]


class Goals(Frozen):
    """The goals after some tactics; none means that nothing is left to prove, which is not yet a verdict."""

    goals: tuple[str, ...]
    failed: str | None
    message: str


class FilledResult(Frozen):
    """A text with its holes filled as far as possible."""

    text: str
    filled: tuple[str, ...]
    remaining: tuple[str, ...]


class LemmaItems(Frozen):
    """Lemmas, the nearest first, and the sources that were looked through."""

    items: tuple[Lemma, ...]
    searched: tuple[str, ...]


class Diagnostic(Frozen):
    """One message, with line and column from 1."""

    severity: str
    message: str
    line: int
    column: int


class RunResult(Frozen):
    """What Lean says of a text."""

    success: bool
    timed_out: bool
    diagnostics: tuple[Diagnostic, ...]


class GoalState(Frozen):
    """The goals at a line."""

    line_context: str
    goals_before: tuple[str, ...] | None
    goals_after: tuple[str, ...] | None
    status: Literal["goals", "complete", "no_goal_at_position"]
    message: str = ""


class AttemptItem(Frozen):
    """What a snippet does at a line."""

    snippet: str
    goals: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]
    timed_out: bool
    proof_status: Literal["complete", "incomplete", "error"]


class AttemptItems(Frozen):
    """What snippets do at a line, in order."""

    items: tuple[AttemptItem, ...]


class AxiomReport(Frozen):
    """What a theorem rests on."""

    axioms: tuple[str, ...]
    trust: Literal["standard", "incomplete", "native", "custom"]
    non_standard_axioms: tuple[str, ...]
    warnings: tuple[Diagnostic, ...]


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
    tools = _Tools(service, folder)
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
            raise ToolError(_short(str(error))) from error

    return telling


class _Tools:
    """The tools, one a method; their docstrings are what agents read."""

    def __init__(self, service: Service, folder: Path | None) -> None:
        self._service = service
        self._folder = folder
        self._seconds = service.settings.limits.seconds

    async def prove(
        self, ctx: Context, statement: Statement, budget: Budget = "lean_calls=200", header: str = ""
    ) -> Proved:
        """Search for a proof of a Lean 4 statement and have it verified. Reports progress; cancelling stops the search.

        `header` is Lean source that stands above the statement. A proof that is returned was accepted by a separate,
        hardened verifier. `refuted` comes with a counterexample whose negation was verified.
        """
        limits = _budget(budget)
        total = limits.get("lean_calls")
        loop = asyncio.get_running_loop()
        sent: set[asyncio.Task[None]] = set()

        def tell(event: Event) -> None:
            if isinstance(event, Stepped):
                said = f"{event.action.splitlines()[0][:80]}: {event.outcome}" if event.action else ""
                task = loop.create_task(ctx.report_progress(event.cost.lean_calls, total, said))
                sent.add(task)
                task.add_done_callback(sent.discard)

        with self._service.pool.admitted(_client(ctx)):
            attempt = await self._service.prove(
                _client(ctx), Asked(statement=statement, header=header), budget=limits, seconds=self._seconds, tell=tell
            )
        return _proved(attempt)

    async def refute(self, ctx: Context, statement: Statement, header: str = "") -> Proved:
        """Look for a counterexample of a statement, and prove its negation. Use it before a long search."""
        with self._service.pool.admitted(_client(ctx)):
            asked = Asked(statement=statement, header=header)
            attempt = await self._service.prove(_client(ctx), asked, budget={}, disprove=True, seconds=self._seconds)
        return _proved(attempt)

    async def verify(self, ctx: Context, statement: Statement, proof: str, header: str = "") -> Judgement:
        """Judge a proof (a block of tactics, or a whole file) of a statement that you trust."""
        with self._service.pool.admitted(_client(ctx)):
            asked = Asked(statement=statement, header=header)
            verdict = await self._service.verify(_client(ctx), asked, proof, self._seconds)
        if isinstance(verdict, VerifiedProof):
            return Judgement(accepted=True, reason=None, message="", axioms=verdict.axioms, kernels=verdict.kernels)
        return Judgement(
            accepted=False, reason=verdict.reason.value, message=_short(verdict.message), axioms=(), kernels=()
        )

    async def fill(
        self, ctx: Context, text: str, only: str | None = None, budget: Budget = "lean_calls=200"
    ) -> FilledResult:
        """Prove every `sorry` of a Lean source text, each within the budget. `only` names one theorem."""
        with self._service.pool.admitted(_client(ctx)):
            filling = await self._service.fill(_client(ctx), text, "text", only, _budget(budget), self._seconds)
        return FilledResult(
            text=filling.text,
            filled=tuple(f"{done.name} (line {done.line})" for done in filling.filled),
            remaining=tuple(
                _short(f"{left.name} (line {left.line}): {left.reason}", 1_000) for left in filling.remaining
            ),
        )

    async def attempt(
        self, ctx: Context, statement: Statement, tactics: list[str], prefix: list[str] | None = None, header: str = ""
    ) -> TriedItems:
        """Try many tactics, each by itself, at one state: that of the statement after the tactics of `prefix`."""
        client = _client(ctx)
        with self._service.pool.admitted(client):
            state, goals = await self._after(client, statement, header, prefix or [])
            moved = await self._service.step(client, state, self._few(tactics), False, self._seconds)
        items = tuple(
            Tried(
                tactic=one.step.tactic,
                outcome=one.step.outcome,
                goals=tuple(_short(goal.text) for goal in one.step.reached.goals) if one.step.reached else (),
                message=_short(one.step.reason, 1_500),
            )
            for one in moved
        )
        return TriedItems(goals_before=goals, items=items)

    async def goal_after(self, ctx: Context, statement: Statement, tactics: list[str], header: str = "") -> Goals:
        """Show the goals of a statement after some tactics, or the tactic that fails and Lean's message."""
        client = _client(ctx)
        with self._service.pool.admitted(client):
            state, reached = await self._service.start(client, Asked(statement=statement, header=header), self._seconds)
            goals = tuple(_short(goal.text) for goal in reached.goals)
            if not tactics:
                return Goals(goals=goals, failed=None, message="")
            moved = await self._service.step(client, state, self._few(tactics), True, self._seconds)
        for one in moved:
            if one.step.outcome in ("rejected", "limit"):
                return Goals(goals=goals, failed=one.step.tactic, message=_short(one.step.reason))
            goals = tuple(_short(goal.text) for goal in one.step.reached.goals) if one.step.reached else ()
        if len(moved) < len(tactics):
            return Goals(goals=(), failed=tactics[len(moved)], message="nothing is left to prove before this tactic")
        return Goals(goals=goals, failed=None, message="")

    async def search_core(self, query: str, limit: Annotated[int, Field(ge=1, le=50)] = 10) -> LemmaItems:
        """Look up lemmas, functions, notation and tactics of the context `core` and of Lean's library by words."""
        found, searched = await asyncio.to_thread(find_lemmas, query, limit)
        return LemmaItems(items=found, searched=searched)

    async def lean_run_code(self, ctx: Context, code: str) -> RunResult:
        """Judge a whole Lean file: every theorem in it is verified. `#check TERM` lines alone are answered too."""
        with self._service.pool.admitted(_client(ctx)):
            try:
                checked = (await self._service.check(_client(ctx), code, self._seconds)).checked
            except TimedOut:
                return RunResult(success=False, timed_out=True, diagnostics=())
        diagnostics = _diagnostics(checked)
        good = not checked.sorries and all(item.severity != "error" for item in diagnostics)
        return RunResult(success=good, timed_out=False, diagnostics=diagnostics)

    async def lean_goal(
        self, ctx: Context, file_path: File, line: Line, column: int | None = None, timeout_s: float | None = None
    ) -> GoalState:
        """Show the goals before and after a line of a proof in a file."""
        text = read_lean(self._folder, file_path)
        with self._service.pool.admitted(_client(ctx)):
            try:
                found = await self._service.goals_at(_client(ctx), text, line, timeout_s or self._seconds)
            except Unanswerable as error:
                return GoalState(
                    line_context="", goals_before=None, goals_after=None, status="no_goal_at_position",
                    message=_short(str(error), 1_500),
                )  # fmt: skip
        return GoalState(
            line_context=found.line_context,
            goals_before=_shorts(found.before),
            goals_after=_shorts(found.after),
            status="complete" if found.after == () else "goals",
            message=_short(found.message, 1_500),
        )

    async def lean_multi_attempt(
        self, ctx: Context, file_path: File, line: Line, snippets: list[str], column: int | None = None
    ) -> AttemptItems:
        """Try several snippets in the place of a line of a proof in a file, each by itself; the file stays as it is."""
        text = read_lean(self._folder, file_path)
        with self._service.pool.admitted(_client(ctx)):
            tried = await self._service.tried_at(_client(ctx), text, line, self._few(snippets), self._seconds)
        return AttemptItems(
            items=tuple(
                AttemptItem(
                    snippet=one.snippet,
                    goals=_shorts(one.goals) or (),
                    diagnostics=()
                    if one.goals is not None
                    else (Diagnostic(severity="error", message=_short(one.message, 1_500), line=line, column=1),),
                    timed_out=False,
                    proof_status="error" if one.goals is None else "incomplete" if one.goals else "complete",
                )
                for one in tried
            )
        )

    async def lean_verify(
        self, ctx: Context, file_path: File, theorem_name: str, scan_source: bool = True
    ) -> AxiomReport:
        """Verify a file and say what a theorem of it rests on. Fails with the reason where the file is rejected."""
        text = read_lean(self._folder, file_path)
        with self._service.pool.admitted(_client(ctx)):
            checked = (await self._service.check(_client(ctx), text, self._seconds)).checked
        diagnostics = _diagnostics(checked)
        if checked.sorries:
            return AxiomReport(
                axioms=("sorryAx",), trust="incomplete", non_standard_axioms=("sorryAx",), warnings=diagnostics
            )
        if any(item.severity == "error" for item in diagnostics):
            raise InputError(_short(diagnostics[0].message))
        if theorem_name not in checked.theorems:
            raise InputError(f"{file_path} has no theorem {theorem_name}; it has {', '.join(checked.theorems[:20])}")
        return AxiomReport(axioms=checked.axioms, trust="standard", non_standard_axioms=(), warnings=())

    # -- within --------------------------------------------------------------------------------------------------------

    async def _after(self, client: str, statement: str, header: str, prefix: list[str]) -> tuple[str, tuple[str, ...]]:
        state, reached = await self._service.start(client, Asked(statement=statement, header=header), self._seconds)
        if not prefix:
            return state, tuple(_short(goal.text) for goal in reached.goals)
        moved = await self._service.step(client, state, self._few(prefix), True, self._seconds)
        last = moved[-1]
        if last.state is None or last.step.reached is None or len(moved) < len(prefix):
            what = last.step.reason or "nothing is left to prove after it"
            raise InputError(f"the tactic {last.step.tactic!r} of the prefix leads to no state: {_short(what, 1_500)}")
        return last.state, tuple(_short(goal.text) for goal in last.step.reached.goals)

    def _few(self, tactics: list[str]) -> tuple[str, ...]:
        most = self._service.settings.limits.tactics
        if not 1 <= len(tactics) <= most:
            raise InputError(f"give 1 to {most} tactics, not {len(tactics)}")
        return tuple(tactics)


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


def _client(ctx: Context) -> str:
    """Return who asks, for turns in the queue."""
    return f"mcp:{id(ctx.session):x}"


def _budget(text: str) -> dict[str, float]:
    try:
        return _BUDGETS.validate_python(text).set()
    except ValueError as error:
        said = str(error).splitlines()[-2] if "\n" in str(error) else str(error)
        raise InputError(f"the budget {text!r} cannot be read: {said.strip()}") from None


def _proved(attempt: Attempt) -> Proved:
    return Proved(
        status=attempt.status,
        proof=attempt.minimised or attempt.proof,
        axioms=attempt.axioms,
        counterexample=attempt.counterexample,
        message=_short(attempt.message or ("" if attempt.proof else _why(attempt))),
        lean_calls=attempt.cost.lean_calls,
        seconds=attempt.cost.wall_seconds,
    )


def _why(attempt: Attempt) -> str:
    if attempt.limit:
        return f"the budget of {attempt.limit} is spent; ask for more, or split the statement with `have`"
    return f"nothing is left to try ({attempt.stop.value if attempt.stop is not None else 'ended'})"


def _diagnostics(checked: Checked) -> tuple[Diagnostic, ...]:
    return tuple(
        Diagnostic(
            severity=message.severity,
            message=_short(message.data),
            line=message.pos.line,
            column=message.pos.column + 1,
        )
        for message in checked.messages
    )


def _shorts(goals: tuple[str, ...] | None) -> tuple[str, ...] | None:
    return None if goals is None else tuple(_short(goal) for goal in goals)


def _short(text: str, most: int = MOST_CHARACTERS) -> str:
    """Return a text, without its middle if it is long."""
    if len(text) <= most:
        return text
    half = (most - 40) // 2
    return f"{text[:half]}\n… {len(text) - 2 * half} characters left out …\n{text[-half:]}"

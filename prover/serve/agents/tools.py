"""The tools for agents over one `Service`. Their names, arguments and docstrings are what agents read."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

from mcp.server.mcpserver import Context
from pydantic import Field

from prover.errors import InputError
from prover.events import Event, Stepped
from prover.serve.agents.files import read_lean
from prover.serve.agents.lemmas import find_lemmas
from prover.serve.agents.shapes import (
    AttemptItem,
    AttemptItems,
    AxiomReport,
    Diagnostic,
    FilledResult,
    Goals,
    GoalState,
    Judgement,
    LemmaItems,
    Proved,
    RunResult,
    Tried,
    TriedItems,
    diagnostics_of,
    proved,
    short,
    shorts,
)
from prover.serve.refusals import TimedOut
from prover.serve.service import Service, Unanswerable
from prover.serve.worker.budgets import read_budget
from prover.serve.worker.jobs import Asked
from prover.types import VerifiedProof

Statement = Annotated[str, Field(description="`theorem NAME (binders) : goal := by`, or a proposition")]
Budget = Annotated[
    str, Field(description="What the search may cost: lean_calls=N, seconds=N, steps=N; comma-separated")
]
Line = Annotated[int, Field(ge=1, description="Line in the file, from 1")]
File = Annotated[str, Field(description="A .lean file, absolute or below the server's folder")]


class Tools:
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
        limits = _units(budget)
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
        return proved(attempt)

    async def refute(self, ctx: Context, statement: Statement, header: str = "") -> Proved:
        """Look for a counterexample of a statement, and prove its negation. Use it before a long search."""
        with self._service.pool.admitted(_client(ctx)):
            asked = Asked(statement=statement, header=header)
            attempt = await self._service.prove(_client(ctx), asked, budget={}, disprove=True, seconds=self._seconds)
        return proved(attempt)

    async def verify(self, ctx: Context, statement: Statement, proof: str, header: str = "") -> Judgement:
        """Judge a proof (a block of tactics, or a whole file) of a statement that you trust."""
        with self._service.pool.admitted(_client(ctx)):
            asked = Asked(statement=statement, header=header)
            verdict = await self._service.verify(_client(ctx), asked, proof, self._seconds)
        if isinstance(verdict, VerifiedProof):
            return Judgement(accepted=True, reason=None, message="", axioms=verdict.axioms, kernels=verdict.kernels)
        return Judgement(
            accepted=False, reason=verdict.reason.value, message=short(verdict.message), axioms=(), kernels=()
        )

    async def fill(
        self, ctx: Context, text: str, only: str | None = None, budget: Budget = "lean_calls=200"
    ) -> FilledResult:
        """Prove every `sorry` of a Lean source text, each within the budget. `only` names one theorem."""
        with self._service.pool.admitted(_client(ctx)):
            filling = await self._service.fill(_client(ctx), text, "text", only, _units(budget), self._seconds)
        return FilledResult(
            text=filling.text,
            filled=tuple(f"{done.name} (line {done.line})" for done in filling.filled),
            remaining=tuple(
                short(f"{left.name} (line {left.line}): {left.reason}", 1_000) for left in filling.remaining
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
                goals=tuple(short(goal.text) for goal in one.step.reached.goals) if one.step.reached else (),
                message=short(one.step.reason, 1_500),
            )
            for one in moved
        )
        return TriedItems(goals_before=goals, items=items)

    async def goal_after(self, ctx: Context, statement: Statement, tactics: list[str], header: str = "") -> Goals:
        """Show the goals of a statement after some tactics, or the tactic that fails and Lean's message."""
        client = _client(ctx)
        with self._service.pool.admitted(client):
            state, reached = await self._service.start(client, Asked(statement=statement, header=header), self._seconds)
            goals = tuple(short(goal.text) for goal in reached.goals)
            if not tactics:
                return Goals(goals=goals, failed=None, message="")
            moved = await self._service.step(client, state, self._few(tactics), True, self._seconds)
        for one in moved:
            if one.step.outcome in ("rejected", "limit"):
                return Goals(goals=goals, failed=one.step.tactic, message=short(one.step.reason))
            goals = tuple(short(goal.text) for goal in one.step.reached.goals) if one.step.reached else ()
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
        diagnostics = diagnostics_of(checked)
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
                    message=short(str(error), 1_500),
                )  # fmt: skip
        return GoalState(
            line_context=found.line_context,
            goals_before=shorts(found.before),
            goals_after=shorts(found.after),
            status="complete" if found.after == () else "goals",
            message=short(found.message, 1_500),
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
                    goals=shorts(one.goals) or (),
                    diagnostics=()
                    if one.goals is not None
                    else (Diagnostic(severity="error", message=short(one.message, 1_500), line=line, column=1),),
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
        diagnostics = diagnostics_of(checked)
        if checked.sorries:
            return AxiomReport(
                axioms=("sorryAx",), trust="incomplete", non_standard_axioms=("sorryAx",), warnings=diagnostics
            )
        if any(item.severity == "error" for item in diagnostics):
            raise InputError(short(diagnostics[0].message))
        if theorem_name not in checked.theorems:
            raise InputError(f"{file_path} has no theorem {theorem_name}; it has {', '.join(checked.theorems[:20])}")
        return AxiomReport(axioms=checked.axioms, trust="standard", non_standard_axioms=(), warnings=())

    # -- within --------------------------------------------------------------------------------------------------------

    async def _after(self, client: str, statement: str, header: str, prefix: list[str]) -> tuple[str, tuple[str, ...]]:
        state, reached = await self._service.start(client, Asked(statement=statement, header=header), self._seconds)
        if not prefix:
            return state, tuple(short(goal.text) for goal in reached.goals)
        moved = await self._service.step(client, state, self._few(prefix), True, self._seconds)
        last = moved[-1]
        if last.state is None or last.step.reached is None or len(moved) < len(prefix):
            what = last.step.reason or "nothing is left to prove after it"
            raise InputError(f"the tactic {last.step.tactic!r} of the prefix leads to no state: {short(what, 1_500)}")
        return last.state, tuple(short(goal.text) for goal in last.step.reached.goals)

    def _few(self, tactics: list[str]) -> tuple[str, ...]:
        most = self._service.settings.limits.tactics
        if not 1 <= len(tactics) <= most:
            raise InputError(f"give 1 to {most} tactics, not {len(tactics)}")
        return tuple(tactics)


def _client(ctx: Context) -> str:
    """Return who asks, for turns in the queue."""
    return f"mcp:{id(ctx.session):x}"


def _units(text: str) -> dict[str, float]:
    try:
        return read_budget(text).set()
    except ValueError as error:
        said = str(error).splitlines()[-2] if "\n" in str(error) else str(error)
        raise InputError(f"the budget {text!r} cannot be read: {said.strip()}") from None

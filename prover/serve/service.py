"""What the server does, whichever protocol asks: REST, MCP and the page all call these."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Callable
from typing import TypeVar

from prover.errors import ProverError, StatementError
from prover.events import Event
from prover.fill.run import Filling
from prover.serve.page.board import Board, Entry
from prover.serve.pool.handle import WorkerLost
from prover.serve.pool.metrics import Metrics
from prover.serve.pool.pool import WorkerPool
from prover.serve.pool.states import State, States
from prover.serve.refusals import TooLarge
from prover.serve.settings import ServeSettings
from prover.serve.worker.answers import (
    Answer,
    Attempted,
    Checked,
    FilledText,
    GoalsAt,
    Judged,
    Opened,
    Reached,
    Ready,
    Refused,
    Stepped,
    SteppedMany,
    TriedAt,
    TriedMany,
)
from prover.serve.worker.jobs import (
    Asked,
    CheckJob,
    FillJob,
    GoalJob,
    Job,
    ProveJob,
    StartJob,
    StepJob,
    TryJob,
    VerifyJob,
)
from prover.strategies import StrategySpec
from prover.types import Attempt, Frozen, Verdict

A = TypeVar("A", bound=Answer)
FACT_SECONDS = 1.0
STOP_SECONDS = 5.0
Style = str


class Unanswerable(ProverError):
    """A question that cannot be answered as it was put."""


class BadStatement(Unanswerable, StatementError):
    """Lean refuses the statement that was asked about."""


class UnknownState(ProverError):
    """The name of a state that this server does not know."""


class LeanFailed(ProverError):
    """Lean could not be used; the same question may be answered another time."""


class CheckedText(Frozen):
    """What came of a source text, with what diagnostics say: the worker's name, seconds and bytes."""

    checked: Checked
    seconds: float
    worker: str
    memory: int


class Moved(Frozen):
    """What became of a tactic; `state` names the new state."""

    step: Stepped
    state: str | None


class Service:
    """Everything over one pool of workers. For one event loop."""

    def __init__(self, settings: ServeSettings) -> None:
        self.settings = settings
        self.metrics = Metrics()
        self.pool = WorkerPool(settings, self.metrics)
        self.board = Board()
        self.states = States()
        self.ready: Ready | None = None
        self._facts: asyncio.Task[None] | None = None
        self.metrics.gauges |= {
            "proofsmith_requests_in_progress": ("Requests in progress or waiting.", lambda: self.pool.in_progress),
            "proofsmith_jobs_waiting": ("Jobs that wait for a worker.", lambda: self.pool.waiting),
            "proofsmith_workers_busy": (
                "Workers at work.", lambda: sum(slot.ticket is not None for slot in self.pool.slots),
            ),
            "proofsmith_workers_memory_bytes": (
                "Resident memory of the workers and their Lean processes.",
                lambda: sum(slot.memory for slot in self.pool.slots),
            ),
        }  # fmt: skip

    async def open(self) -> Ready:
        """Start the workers. Raises `LeanError` where Lean does not come up."""
        self.ready = await self.pool.open()
        self._facts = asyncio.create_task(self._tell_facts())
        return self.ready

    async def close(self) -> None:
        """End the workers and let the readers of the board go."""
        self.board.close()
        if self._facts is not None:
            self._facts.cancel()
        await self.pool.close()

    # -- questions -----------------------------------------------------------------------------------------------------

    async def check(
        self, client: str, code: str, seconds: float, asked: Asked | None = None, patient: bool = False
    ) -> CheckedText:
        """Judge a whole source text. A `patient` one belongs to a request of which others were judged already."""
        job = CheckJob(code=code, asked=asked)
        limit = min(seconds, self.settings.limits.seconds)
        done, worker = await self.pool.run(client, job, limit, patient=patient)
        checked = _expect(done.answer, Checked)
        bad = bool(checked.sorries) or any(message.severity == "error" for message in checked.messages)
        self.metrics.verdicts.inc(verdict="rejected" if bad else "accepted")
        memory = max((slot.memory for slot in self.pool.slots if slot.worker and slot.worker.name == worker), default=0)
        return CheckedText(checked=checked, seconds=done.seconds, worker=worker, memory=memory)

    async def verify(self, client: str, asked: Asked, proof: str, seconds: float) -> Verdict:
        """Judge a proof of a trusted statement."""
        verdict = (await self._ask(client, VerifyJob(asked=asked, proof=proof), seconds, Judged)).verdict
        self.metrics.verdicts.inc(verdict=verdict.verdict)
        return verdict

    async def start(self, client: str, asked: Asked, seconds: float) -> tuple[str, Reached]:
        """Open a statement and return the name of its state."""
        reached = (await self._ask(client, StartJob(asked=asked), seconds, Opened)).reached
        return self.states.add(State(asked, ())), reached

    async def step(
        self, client: str, state: str, tactics: tuple[str, ...], chain: bool, seconds: float
    ) -> tuple[Moved, ...]:
        """Carry out tactics on a state, each by itself or one after the other. Raises `UnknownState`."""
        known = self.states.get(state)
        if known is None:
            raise UnknownState(f"there is no state {state[:80]!r} here (any more): start the statement again")
        job = StepJob(asked=known.asked, trail=known.trail, tactics=tactics, chain=chain)
        steps = (await self._ask(client, job, seconds, SteppedMany)).steps
        return tuple(self._moved(known, step) for step in steps)

    async def prove(
        self,
        client: str,
        asked: Asked,
        *,
        budget: dict[str, float],
        strategy: StrategySpec | None = None,
        seed: int = 0,
        style: Style = "readable",
        disprove: bool = False,
        seconds: float,
        name: str = "",
        tell: Callable[[Event], None] | None = None,
    ) -> Attempt:
        """Search for a proof, or for a counterexample; `name` is that of the search on the board."""
        budget = {**budget, "lean_calls": min(budget.get("lean_calls", 1_000), self.settings.limits.lean_calls)}
        problem = asked.problem
        entry = Entry(
            id=name or uuid.uuid4().hex[:16],
            problem=problem.name if problem is not None else _name(asked.statement),
            statement=problem.statement if problem is not None else asked.statement[:20_000],
            budget=budget,
            policy=self.ready.policy if self.ready is not None else "",
            client=client,
        )

        def told(event: Event) -> None:
            self.board.event(entry, event)
            if tell is not None:
                tell(event)

        job = ProveJob.model_validate(
            {
                "asked": asked, "budget": budget, "strategy": strategy or StrategySpec(), "seed": seed, "style": style,
                "disprove": disprove, "listen": True,
            }
        )  # fmt: skip
        work = asyncio.create_task(self._ask(client, job, seconds, Attempted, told))
        stopped = False

        def stop() -> None:
            """Cancel the search so that its row is still answered; one that waits, or does not heed, is given up."""
            nonlocal stopped
            stopped = True
            if not self.pool.stop(told):
                work.cancel()
            asyncio.get_running_loop().call_later(STOP_SECONDS, work.cancel)

        entry.stop, entry.pause = stop, lambda paused: self.pool.pause(told, paused)
        self.board.begin(entry)
        try:
            attempt = (await work).attempt
            self.board.end(entry, attempt.status, attempt.message, attempt.minimised or attempt.proof)
            return attempt
        except asyncio.CancelledError:
            work.cancel()
            self.board.end(entry, "stopped")
            if stopped:
                raise Unanswerable("the search was stopped") from None
            raise
        except Exception as error:
            self.board.end(entry, "error", str(error))
            raise

    async def goals_at(self, client: str, text: str, line: int, seconds: float) -> GoalsAt:
        """Return the goals at a line of a source text."""
        return await self._ask(client, GoalJob(text=text, line=line), seconds, GoalsAt)

    async def tried_at(
        self, client: str, text: str, line: int, snippets: tuple[str, ...], seconds: float
    ) -> tuple[TriedAt, ...]:
        """Return what snippets would do in the place of a line of a source text."""
        return (await self._ask(client, TryJob(text=text, line=line, snippets=snippets), seconds, TriedMany)).items

    async def fill(
        self, client: str, text: str, source: str, only: str | None, budget: dict[str, float], seconds: float
    ) -> Filling:
        """Fill the holes of a source text."""
        budget = {**budget, "lean_calls": min(budget.get("lean_calls", 1_000), self.settings.limits.lean_calls)}
        job = FillJob(text=text, source=source, only=only, budget=budget)
        return (await self._ask(client, job, seconds, FilledText)).filling

    # -- within --------------------------------------------------------------------------------------------------------

    async def _ask(
        self, client: str, job: Job, seconds: float, wanted: type[A], tell: Callable[[Event], None] | None = None
    ) -> A:
        done, _ = await self.pool.run(client, job, min(seconds, self.settings.limits.seconds), tell)
        return _expect(done.answer, wanted)

    def _moved(self, known: State, step: Stepped) -> Moved:
        if step.outcome == "advanced" and step.reached is not None:
            return Moved(step=step, state=self.states.add(State(known.asked, step.reached.trail)))
        return Moved(step=step, state=None)

    async def _tell_facts(self) -> None:
        began = time.time()
        while True:
            slots = [
                {
                    "busy": slot.ticket is not None,
                    "kind": slot.ticket.job.kind if slot.ticket else "",
                    "memory": slot.memory,
                }
                for slot in self.pool.slots
            ]
            ready = self.ready.model_dump() if self.ready is not None else {}
            self.board.fact(
                workers=slots, waiting=self.pool.waiting, requests=self.pool.in_progress, began=began, lean=ready
            )
            await asyncio.sleep(FACT_SECONDS)


def _expect(answer: Answer, wanted: type[A]) -> A:
    if isinstance(answer, wanted):
        return answer
    if isinstance(answer, Refused):
        if answer.error in ("lean", "internal"):
            raise LeanFailed(answer.message)
        raise (BadStatement if answer.error == "statement" else Unanswerable)(answer.message)
    raise LeanFailed(f"a worker answered with {answer.kind}")


def _name(statement: str) -> str:
    words = statement.split(None, 2)
    return words[1].rstrip(":")[:80] if len(words) > 1 and words[0] in ("theorem", "lemma") else "statement"


__all__ = ["LeanFailed", "Service", "TooLarge", "Unanswerable", "UnknownState", "WorkerLost"]

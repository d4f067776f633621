"""Tactic sessions over the embedded Lean: states are values in one process, rebuilt by replay in another."""

from __future__ import annotations

import time
from collections.abc import Sequence

from prover.errors import HeaderError, LeanError, StatementError, WorkerDied
from prover.lean.context import Context
from prover.lean.core.absent import explained
from prover.lean.embedded import wire
from prover.lean.embedded.install import Installation
from prover.lean.embedded.loading import load
from prover.lean.embedded.process import START_SECONDS, LeanProcess
from prover.lean.goals import parse_goal
from prover.lean.replay import ReplayTable
from prover.lean.session import (
    STATEMENT_HEARTBEATS,
    STATEMENT_SECONDS,
    Limits,
    SessionStats,
    end_process,
    opened,
    problem_key,
)
from prover.lean.unknown import suggestion, without_note
from prover.types import Focus, LeanInfo, Move, Problem, ProofState, Tactic
from search.types import Advanced, Cost, Rejected, RejectionKind, Salvaged, Solved, Step

MEGABYTE = 2**20


class EmbeddedSession:
    """A session over one Lean process, which is started when it is first needed and again whenever it has died.

    Raises `LeanError` where the process cannot be started at all. Everything that happens to a step is a value.
    """

    def __init__(self, installation: Installation, context: Context, limits: Limits = Limits()) -> None:
        self._installation = installation
        self._context = context
        self._limits = limits
        self._process: LeanProcess | None = None
        self._problems: dict[str, Problem] = {}
        self._open: dict[str, int] = {}
        self._states = ReplayTable(limits.states, lambda key: self._opened(key)[1], self._moved, self._forget)
        self._next = 0
        self._version = ""

    # -- the session ---------------------------------------------------------------------------------------------------

    def start(self, problem: Problem) -> ProofState:
        """Open a problem; one that was opened before costs nothing."""
        self.register(problem)
        key = problem_key(problem)
        view, _ = opened(problem, lambda: self._opened(key), self._replace_process)
        return _state(key, view, ())

    def register(self, problem: Problem) -> None:
        """Take note of a problem, so that its states can be rebuilt here."""
        self._problems[problem_key(problem)] = problem

    def step(self, state: ProofState, tactic: str) -> Step[ProofState]:
        """Run a block of tactics. What ends the process is a `Rejected` of its own kind; the process is replaced."""
        began = time.monotonic()
        heartbeats = 0

        def cost() -> Cost:
            return Cost(lean_calls=1, heartbeats=heartbeats, lean_seconds=time.monotonic() - began)

        try:
            self._recycle_if_large()
            origin = self._states.resident(state)
            number = self._number()
            view = self._ask(
                wire.StepRequest(
                    op="step", origin=origin, state=number, tactic=tactic, heartbeats=self._limits.for_step(tactic)
                ),
                wire.View,
            )
            heartbeats = view.heartbeats
            if view.status == "solved":
                return Solved(cost(), view.hints)
            if view.status == "advanced":
                trail = (*state.trail, Tactic(tactic))
                self._states.remember(state.problem, trail, number)
                return Advanced(_state(state.problem, view, trail), cost(), view.hints)
            if view.status == "heartbeats":
                limit = self._limits.for_step(tactic)
                reason = f"{view.message} (the limit of this step is {limit} thousand; raise --heartbeats)"
                return Rejected(RejectionKind.HEARTBEATS, reason, cost())
            salvaged = self._salvage(state, origin, tactic) if "\n" in tactic.strip() else None
            return Rejected(RejectionKind.ERROR, view.message, cost(), salvaged)
        except WorkerDied as died:
            self._replace_process()
            return Rejected(died.kind, str(died), cost())

    def split(self, state: ProofState) -> tuple[ProofState, ...]:
        """Return the independent parts of a state; goals that depend on another goal stay together in the last part."""
        alone = [part[0] for part in state.parts if len(part) == 1]
        together = tuple(sorted(goal for part in state.parts if len(part) > 1 for goal in part))
        if len(alone) + bool(together) <= 1:
            return (state,)
        return tuple(self._focused(state, (goal,)) for goal in alone) + (
            (self._focused(state, together),) if together else ()
        )

    def is_loaded(self, state: ProofState) -> bool:
        return state in self._states

    @property
    def info(self) -> LeanInfo:
        return LeanInfo(
            version=self._installation.version,
            backend="embedded",
            context=self._context.name,
            context_sha256=self._context.sha256,
        )

    @property
    def stats(self) -> SessionStats:
        return self._states.stats

    @property
    def pid(self) -> int | None:
        """Process id of the Lean process, if one runs."""
        return self._process.pid if self._process is not None else None

    def ready(self) -> None:
        """Start the process now rather than at the first question."""
        self._running(self._context)

    def interrupt(self) -> None:
        """End the process in the middle of a step. May be called from any thread."""
        end_process(self.pid)

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process = None
        self._states.clear()
        self._open.clear()

    # -- states --------------------------------------------------------------------------------------------------------

    def _focused(self, state: ProofState, goals: tuple[int, ...]) -> ProofState:
        groups = {goal: index for index, goal in enumerate(goals)}
        parts = tuple(tuple(groups[goal] for goal in part) for part in state.parts if part[0] in groups)
        trail = (*state.trail, Focus(goals))
        return ProofState(state.problem, tuple(state.goals[goal] for goal in goals), trail, parts)

    def _opened(self, key: str) -> tuple[wire.View, int]:
        problem = self._problems[key]
        where = self._context.of(problem)
        process = self._running(where)
        number = self._number()
        view = process.ask(
            wire.Start(
                problem=number,
                state=number,
                header=where.header(problem),
                statement=problem.statement,
                heartbeats=STATEMENT_HEARTBEATS,
            ),
            wire.View,
            max(self._limits.wall_seconds, STATEMENT_SECONDS),
        )
        if view.status != "ok" and view.stage == "header":
            raise header_error(problem, where, view.messages[0])
        if view.status != "ok":
            raise StatementError(statement_message(problem, where, view.messages))
        self._open[key] = number
        self._states.remember(key, (), number)
        return view, number

    def _moved(self, problem: str, origin: int, move: Move) -> int:
        """Carry a move out again and return the number of the state it leads to."""
        fresh = self._number()
        request = (
            wire.FocusRequest(origin=origin, state=fresh, goals=move.goals)
            if isinstance(move, Focus)
            else wire.StepRequest(
                op="step", origin=origin, state=fresh, tactic=move.text, heartbeats=self._limits.for_step(move.text)
            )
        )
        view = self._ask(request, wire.View)
        if view.status not in ("ok", "advanced"):
            raise LeanError(f"the state could not be rebuilt: {view.status} {view.message}")
        return fresh

    def _forget(self, numbers: Sequence[int]) -> None:
        self._ask(wire.Forget(states=tuple(numbers), problems=()), wire.Forgotten)

    def release(self, problem: Problem) -> None:
        """Free everything that is kept of a problem, once its search has ended."""
        key = problem_key(problem)
        numbers = self._states.drop(key)
        opened = self._open.pop(key, None)
        if self._process is not None and (numbers or opened is not None):
            try:
                problems = (opened,) if opened is not None else ()
                self._ask(wire.Forget(states=tuple(numbers), problems=problems), wire.Forgotten)
            except WorkerDied:
                self._replace_process()

    def _salvage(self, state: ProofState, origin: int, tactic: str) -> Salvaged[ProofState] | None:
        number = self._number()
        request = wire.StepRequest(
            op="salvage", origin=origin, state=number, tactic=tactic, heartbeats=self._limits.for_step(tactic)
        )
        view = self._ask(request, wire.View)
        if view.status != "ok" or not view.prefix.strip():
            return None
        trail = (*state.trail, Tactic(view.prefix))
        self._states.remember(state.problem, trail, number)
        return Salvaged(view.prefix, _state(state.problem, view, trail))

    # -- the process ---------------------------------------------------------------------------------------------------

    def _ask(self, request: wire.Request, reply: type[wire.R]) -> wire.R:
        if self._process is None:
            raise WorkerDied(RejectionKind.CRASH, "the Lean process is not running")
        return self._process.ask(request, reply, self._limits.wall_seconds)

    def _running(self, where: Context) -> LeanProcess:
        """Return the process, started if it does not run, with this context as the one that problems stand on."""
        if self._process is not None:
            if not self._process.is_full(where.name):
                try:
                    load(self._process, self._installation, where, START_SECONDS)
                    return self._process
                except WorkerDied:
                    pass  # what it did before may have filled its memory
            self._replace_process()
        process = LeanProcess(self._installation)
        try:
            load(process, self._installation, where, START_SECONDS)
        except WorkerDied as died:
            process.kill()
            raise LeanError(f"Lean does not start: {died}; run `prover doctor`") from died
        self._process = process
        self._version = process.version
        return process

    def _replace_process(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process = None
        self._open.clear()
        self._states.lost()

    def _recycle_if_large(self) -> None:
        process = self._process
        if process is not None and process.heap > self._limits.recycle_mb * MEGABYTE * 0.6 and process.pid is not None:
            import psutil  # seldom needed, and not before the process has worked for long

            # The heap of a wasm module never shrinks; resident memory is what matters to the machine.
            try:
                resident = psutil.Process(process.pid).memory_info().rss
            except psutil.Error:
                resident = 0
            if resident > self._limits.recycle_mb * MEGABYTE:
                self._replace_process()

    def _number(self) -> int:
        self._next += 1
        return self._next


def _state(problem: str, view: wire.View, trail: tuple[Move, ...]) -> ProofState:
    goals = tuple(parse_goal(goal.text, goal.digest) for goal in view.goals)
    return ProofState(problem, goals, trail, view.parts)


def header_error(problem: Problem, where: Context, message: wire.Message) -> HeaderError:
    """Return Lean's message about what stands above a statement, with the line of the problem's header."""
    number = where.line_of(problem, message.line)
    lines = problem.header.split("\n")
    place = ""
    if number:
        place = f"\nline {number} above it:{message.column}\n{_pointed(lines[number - 1], message.column)}"
    hint = suggestion(message.text, problem.header, where.name)
    text = without_note(message.text)
    told = f"{text}\n{hint}" if hint else text
    said = f"Lean does not accept what stands above {problem.name} (context {where.name}): {told}{place}"
    return HeaderError(number, message.text, said)


def statement_message(problem: Problem, context: Context, messages: tuple[wire.Message, ...]) -> str:
    """Return Lean's message about a statement, with the line and a caret under the place."""
    message = messages[0]
    lines = problem.statement.split("\n")
    text = without_note(message.text)
    said = explained(text) if context.name == "core" else text
    hint = suggestion(message.text, problem.statement, context.name)
    said = f"{said}\n{hint}" if hint and said == text else said
    told = f"Lean does not accept the statement of {problem.name} (context {context.name}): {said}"
    if not 1 <= message.line <= len(lines):
        return told
    pointed = _pointed(lines[message.line - 1], message.column)
    return f"{told}\n{problem.name}:{message.line}:{message.column}\n{pointed}"


def _pointed(line: str, column: int) -> str:
    """Return a line, or what surrounds the place in a long one, with a caret under the place."""
    if len(line) > 200:
        line, column = line[max(0, column - 100) : column + 100], min(column, 100)
    return f"  {line}\n  {' ' * column}^"

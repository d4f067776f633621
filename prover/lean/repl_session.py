"""A session over a connection that knows numbered states.

What the process knows is a list of goals. Focusing on one of them rotates it to the front and hides the others, which
stay in the process behind it; a step that touches a hidden goal is refused. Which goals depend on each other is read
off the print: where one mentions a metavariable, all of them stay together.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass

from prover.errors import InputError, LeanError, StatementError, WorkerDied
from prover.lean.goals import parse_goal
from prover.lean.repl_connection import (
    Answer,
    Reached,
    Refused,
    ReplConnection,
    clamped,
    gives_up,
    mentions_metavariable,
    on_first_goal,
)
from prover.lean.replay import ReplayTable
from prover.lean.session import Limits, SessionStats, opened, problem_key
from prover.lean.source_text import theorems
from prover.types import Focus, LeanInfo, Move, Problem, ProofState, Tactic
from search.types import Advanced, Cost, Rejected, Salvaged, Solved, Step

WEIGHED_EVERY = 16
"""Steps between two looks at the memory of the process, each of which reads the table of all processes."""
# A line in the first column begins a new tactic unless it carries on the one before.
_CARRIES_ON = re.compile(r"[|)\]}⟩]|<;>|$")


@dataclass(frozen=True, slots=True)
class _Kept:
    """Where a state is in the process: its number, the goals it shows, and those hidden behind them."""

    number: int
    shown: tuple[str, ...]
    hidden: tuple[str, ...] = ()


class ReplSession:
    """The session that every backend offers, over a connection that knows numbered states. Not thread-safe.

    Raises `StatementError` for statements and `LeanError` where Lean cannot start; what happens to a step is a value.
    """

    def __init__(self, connection: ReplConnection, limits: Limits = Limits()) -> None:
        self._connection = connection
        self._limits = limits
        self._problems: dict[str, Problem] = {}
        self._states = ReplayTable(limits.states, self._opened, self._moved)
        self._asked = 0

    def start(self, problem: Problem) -> ProofState:
        """Open a problem."""
        self.register(problem)
        _one_theorem(problem)
        key = problem_key(problem)
        return _state(key, opened(problem, lambda: self._opened(key), self._states.lost), ())

    def register(self, problem: Problem) -> None:
        """Take note of a problem, so that its states can be rebuilt here."""
        self._problems[problem_key(problem)] = problem

    def step(self, state: ProofState, tactic: str) -> Step[ProofState]:
        """Run a block of tactics. What ends the process is a `Rejected` of its own kind."""
        began = time.monotonic()
        heartbeats = 0

        def cost() -> Cost:
            return Cost(lean_calls=1, heartbeats=heartbeats, lean_seconds=time.monotonic() - began)

        try:
            kept = self._resident(state)
            answer = self._run(state.problem, kept, tactic)
            heartbeats = answer.heartbeats
            if isinstance(answer, Refused):
                several = "\n" in tactic.strip()
                salvaged = self._salvage(state, kept, tactic) if several and answer.kind.is_verdict else None
                return Rejected(answer.kind, answer.message, cost(), salvaged)
            reached = _below(kept, answer)
            if not reached.shown:
                return Solved(cost())
            trail = (*state.trail, Tactic(tactic))
            self._states.remember(state.problem, trail, reached)
            return Advanced(_state(state.problem, reached, trail), cost())
        except WorkerDied as died:
            self._states.lost()
            return Rejected(died.kind, str(died), cost())

    def split(self, state: ProofState) -> tuple[ProofState, ...]:
        """Return the independent parts of a state: its goals one by one, or all of them together."""
        if len(state.parts) <= 1:
            return (state,)
        return tuple(
            ProofState(state.problem, (goal,), (*state.trail, Focus((position,))), ((0,),))
            for position, goal in enumerate(state.goals)
        )

    def is_loaded(self, state: ProofState) -> bool:
        return state in self._states

    def release(self, problem: Problem) -> None:
        """Free what is kept of a problem, once its search has ended."""
        self._states.drop(problem_key(problem))
        self._connection.drop(problem)

    @property
    def info(self) -> LeanInfo:
        return self._connection.info

    @property
    def stats(self) -> SessionStats:
        return self._states.stats

    def interrupt(self) -> None:
        """End the process in the middle of a step. May be called from any thread."""
        self._connection.interrupt()

    def close(self) -> None:
        """End the process."""
        self._connection.close()
        self._states.clear()

    # -- steps -----------------------------------------------------------------------------------------------------

    def _run(self, key: str, kept: _Kept, tactic: str) -> Answer:
        hole = gives_up(tactic)
        if hole is not None:
            return Refused(f"the tactic gives up: it contains {hole}")
        block = clamped(tactic.strip("\n"), self._limits.heartbeats)
        alone = kept.hidden and len(kept.shown) == 1
        answer = self._connection.run(self._problems[key], kept.number, on_first_goal(block) if alone else block)
        if isinstance(answer, Reached) and answer.goals[len(answer.goals) - len(kept.hidden) :] != kept.hidden:
            return Refused("the tactic changes goals that it was not given", heartbeats=answer.heartbeats)
        return answer

    def _salvage(self, state: ProofState, kept: _Kept, tactic: str) -> Salvaged[ProofState] | None:
        """Run the block again, tactic by tactic, up to the one that fails."""
        done: list[str] = []
        for piece in _pieces(tactic):
            answer = self._run(state.problem, kept, piece)
            if isinstance(answer, Refused):
                break
            kept = _below(kept, answer)
            done.append(piece)
        if not done or not kept.shown:
            return None
        prefix = "\n".join(done)
        trail = (*state.trail, Tactic(prefix))
        self._states.remember(state.problem, trail, kept)
        return Salvaged(prefix, _state(state.problem, kept, trail))

    # -- states ----------------------------------------------------------------------------------------------------

    def _opened(self, key: str) -> _Kept:
        self._states.drop(key)
        reached = self._connection.open(self._problems[key])
        kept = _Kept(reached.number, reached.goals)
        self._states.remember(key, (), kept)
        return kept

    def _resident(self, state: ProofState) -> _Kept:
        """Return where a state is in a process that is neither too large nor gone."""
        self._asked += 1
        if self._asked % WEIGHED_EVERY == 0 and self._connection.resident_mb() > self._limits.recycle_mb:
            self._connection.close()
            self._states.lost()
        problem = self._problems[state.problem]
        if not self._connection.is_open(problem) and self._states.drop(state.problem):
            self._states.restarted()
        return self._states.resident(state)

    def _moved(self, key: str, kept: _Kept, move: Move) -> _Kept:
        if isinstance(move, Focus):
            (position,) = move.goals
            others = (*kept.shown[position + 1 :], *kept.hidden, *kept.shown[:position])
            if position == 0:
                return _Kept(kept.number, kept.shown[:1], others)
            answer = self._connection.run(self._problems[key], kept.number, f"rotate_left {position}")
        else:
            answer = self._run(key, kept, move.text)
        if isinstance(answer, Refused):
            raise LeanError(f"the state could not be rebuilt: {answer.message}")
        if isinstance(move, Focus):
            return _Kept(answer.number, answer.goals[:1], answer.goals[1:])
        return _below(kept, answer)


def _below(kept: _Kept, answer: Reached) -> _Kept:
    """Return where a step led, the goals hidden before it hidden again."""
    shown = answer.goals[: len(answer.goals) - len(kept.hidden)]
    return _Kept(answer.number, shown, kept.hidden)


def _state(key: str, kept: _Kept, trail: tuple[Move, ...]) -> ProofState:
    goals = tuple(parse_goal(text) for text in kept.shown)
    positions = tuple(range(len(goals)))
    together = len(goals) > 1 and any(mentions_metavariable(goal.text) for goal in goals)
    parts = (positions,) if together else tuple((position,) for position in positions)
    return ProofState(key, goals, trail, parts)


def _pieces(block: str) -> Iterator[str]:
    """Yield the tactics of a block one by one."""
    piece: list[str] = []
    for line in block.strip("\n").split("\n"):
        if piece and not line.startswith(" ") and not _CARRIES_ON.match(line):
            yield "\n".join(piece)
            piece = []
        piece.append(line)
    if piece:
        yield "\n".join(piece)


def _one_theorem(problem: Problem) -> None:
    """Raise `StatementError` unless the statement is one theorem that lacks its proof."""
    try:
        found = theorems(problem.statement, problem.name)
    except InputError as error:
        raise StatementError(str(error)) from error
    if len(found) != 1 or found[0].finished or found[0].header.strip():
        raise StatementError(f"the statement of {problem.name} has to be one theorem that ends in `:= by`")

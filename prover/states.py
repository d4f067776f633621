"""Proof states: goals as Lean prints them, and the moves that led to them.

Plain dataclasses, which stay inside a process: what reads goals in a helper process imports nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """Local hypotheses or variables of one type, as Lean prints them on one line; `value` is set for `let`s."""

    names: tuple[str, ...]
    type: str
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Goal:
    """One goal: as Lean prints it (`text`), taken apart, and `digest`, a hash of the goal's closed expression.

    `text` and `digest` together decide equality: two goals may print alike and differ in what is not printed.
    """

    text: str
    digest: int
    case: str | None = field(compare=False)
    hypotheses: tuple[Hypothesis, ...] = field(compare=False)
    target: str = field(compare=False)


@dataclass(frozen=True, slots=True)
class Tactic:
    """A move: run a tactic on the goals."""

    text: str


@dataclass(frozen=True, slots=True)
class Focus:
    """A move: keep only the goals at these positions (0-based), which are independent of the others."""

    goals: tuple[int, ...]


Move = Tactic | Focus


@dataclass(frozen=True, slots=True)
class Failure:
    """An action that failed: Lean's message, the line where the failing step begins (from 1), and the goals there."""

    action: str
    message: str
    line: int = 1
    goals: str = ""


@dataclass(frozen=True, slots=True)
class ProofState:
    """What remains to be proved. Equal goals are equal states.

    `trail` rebuilds the state from the start of `problem` by replay, on any worker; it takes no part in equality, so
    the same goals reached on two ways are one state. `parts` are the positions of goals that depend on each other.
    `tried` are failures at these goals for a policy to learn from (`prover.policies.repair`): they make another state.
    """

    problem: str
    goals: tuple[Goal, ...]
    trail: tuple[Move, ...] = field(compare=False, repr=False)
    parts: tuple[tuple[int, ...], ...] = field(default=(), compare=False, repr=False)
    tried: tuple[Failure, ...] = field(default=(), repr=False)

    @property
    def text(self) -> str:
        """The goals as Lean prints them, separated by blank lines."""
        return "\n\n".join(goal.text for goal in self.goals)

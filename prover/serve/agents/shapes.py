"""What the tools for agents answer: structured, and bounded, since long texts lose their middle.

`GoalState`, `AttemptItems`, `RunResult` and `AxiomReport` are lean-lsp-mcp's; their lines and columns count from 1.
"""

from __future__ import annotations

from typing import Literal

from prover.serve.agents.lemmas import Lemma
from prover.serve.worker.answers import Checked
from prover.types import Attempt, Frozen

MOST_CHARACTERS = 6_000


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


def proved(attempt: Attempt) -> Proved:
    return Proved(
        status=attempt.status,
        proof=attempt.minimised or attempt.proof,
        axioms=attempt.axioms,
        counterexample=attempt.counterexample,
        message=short(attempt.message or ("" if attempt.proof else _why(attempt))),
        lean_calls=attempt.cost.lean_calls,
        seconds=attempt.cost.wall_seconds,
    )


def _why(attempt: Attempt) -> str:
    if attempt.limit:
        return f"the budget of {attempt.limit} is spent; ask for more, or split the statement with `have`"
    return f"nothing is left to try ({attempt.stop.value if attempt.stop is not None else 'ended'})"


def diagnostics_of(checked: Checked) -> tuple[Diagnostic, ...]:
    return tuple(
        Diagnostic(
            severity=message.severity,
            message=short(message.data),
            line=message.pos.line,
            column=message.pos.column + 1,
        )
        for message in checked.messages
    )


def shorts(goals: tuple[str, ...] | None) -> tuple[str, ...] | None:
    return None if goals is None else tuple(short(goal) for goal in goals)


def short(text: str, most: int = MOST_CHARACTERS) -> str:
    """Return a text, without its middle if it is long."""
    if len(text) <= most:
        return text
    half = (most - 40) // 2
    return f"{text[:half]}\n… {len(text) - 2 * half} characters left out …\n{text[-half:]}"

"""Repair: a failure becomes a state of its own, the same goals with what Lean said, and a policy is asked once more.

`Repairing` is the environment in which an action that fails leads to such a state, for a number of rounds. What is
proposed there is up to the policies: a model whose recipe has the slot is shown its failures (proof repair in Baldur,
2303.04910; self-correction in Goedel-Prover-V2, 2508.03613); `ToolCorrection` answers first, without a model, with
other automation (Lyra). Since every round is a node that is expanded and an action that is carried out, any strategy
can use it and every budget counts it. A proof found in this way runs over failed actions; `without_failures` takes
them out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from prover.policies.models.tools import corrected
from prover.policies.protocol import NamedPolicy
from prover.policies.recipes import Complaint, Tried
from prover.types import Failure, ProofState
from search.proof import Proof
from search.types import Advanced, Environment, Proposals, Rejected, RejectionKind, Resampling, Step, Suggestion

_POSITION = re.compile(r"^(\d+):\d+: ")


class Repairing:
    """An environment whose failures are states, `rounds` times for the model and once for each tool correction."""

    def __init__(self, inner: Environment[ProofState], context: str, rounds: int, correct: bool) -> None:
        self._inner = inner
        self._context = context
        self._rounds = rounds
        self._correct = correct

    def step(self, state: ProofState, action: str) -> Step[ProofState]:
        return self.step_many([(state, action)])[0]

    def step_many(self, requests: Sequence[tuple[ProofState, str]]) -> list[Step[ProofState]]:
        """Carry out actions. One that is known to have failed at its state is not tried again and costs nothing."""
        fresh = [request for request in requests if not _known(*request)]
        steps = iter(self._inner.step_many([(_bare(state), action) for state, action in fresh]) if fresh else [])
        return [
            Rejected(RejectionKind.ERROR, "this failed here before")
            if _known(state, action)
            else self._after(state, action, next(steps))
            for state, action in requests
        ]

    def split(self, state: ProofState) -> Sequence[ProofState]:
        # A state with failures was reached from a part, which is divided no further.
        return (state,) if state.tried else self._inner.split(state)

    def _after(self, state: ProofState, action: str, step: Step[ProofState]) -> Step[ProofState]:
        if not isinstance(step, Rejected) or not step.kind.is_verdict:
            return step
        tried = (*state.tried, _failure(action, step))
        if not self._worth(tried):
            return step
        return Advanced(replace(state, tried=tried), step.cost)

    def _worth(self, tried: tuple[Failure, ...]) -> bool:
        if self._correct and correction(tried, self._context) is not None:
            return True
        answers = [record for place, record in enumerate(tried) if not _is_correction(tried, place, self._context)]
        return len(answers) <= self._rounds


class ToolCorrection:
    """A policy that answers a failed call of automation with others of its kind, and asks another for the rest."""

    def __init__(self, inner: NamedPolicy, context: str) -> None:
        self._inner = inner
        self._context = context

    @property
    def name(self) -> str:
        return self._inner.name

    def suggest(self, states: Sequence[ProofState], k: int) -> list[Proposals]:
        fixes = [correction(state.tried, self._context) for state in states]
        rest = [state for state, fix in zip(states, fixes, strict=True) if fix is None]
        asked = iter(self._inner.suggest(rest, k) if rest else [])
        return [next(asked) if fix is None else Proposals((Suggestion(fix, 0.0),)) for fix in fixes]

    def suggest_again(self, states: Sequence[ProofState], k: int, asked: int) -> list[Proposals]:
        """Ask the other policy again: it says `more` only of states that it answered itself."""
        inner = self._inner
        return inner.suggest_again(states, k, asked) if isinstance(inner, Resampling) else inner.suggest(states, k)


def correction(tried: Sequence[Failure], context: str) -> str | None:
    """Return the last failure with other automation in it, unless it holds none or is such a correction itself."""
    if not tried or _is_correction(tried, len(tried) - 1, context):
        return None
    return corrected(tried[-1].action, context)


def tried(failure: Failure, answer: str) -> Tried:
    """Return a failure as recipes take it; `answer` is the raw text it was read from."""
    line = failure.action.split("\n")[failure.line - 1]
    feedback = f"line {failure.line}, `{line.strip()}`: {failure.message}"
    if failure.goals:
        feedback += f"\nThe goals there:\n{failure.goals}"
    goals = tuple(failure.goals.split("\n\n")) if failure.goals else ()
    complaint = Complaint(failure.message, failure.line, len(line) - len(line.lstrip()), goals=goals)
    return Tried(answer, failure.action, feedback, (complaint,))


def without_failures(proof: Proof[ProofState]) -> Proof[ProofState]:
    """Return a proof without the actions that failed on the way: they left the goals as they were."""
    while len(proof.children) == 1 and len(proof.children[0].state.tried) > len(proof.state.tried):
        proof = proof.children[0]
    return Proof(_bare(proof.state), proof.action, tuple(without_failures(child) for child in proof.children))


def _failure(action: str, step: Rejected[ProofState]) -> Failure:
    """Find where an action failed: where Lean's message says so, or behind the longest prefix that was carried out."""
    lines = action.split("\n")
    place = _POSITION.match(step.reason)
    if place and 1 <= int(place[1]) <= len(lines):
        return Failure(action, step.reason[place.end() :], int(place[1]))
    if step.salvaged is None:
        return Failure(action, step.reason)
    behind = step.salvaged.action.count("\n") + 2
    return Failure(action, step.reason, min(behind, len(lines)), step.salvaged.state.text)


def _is_correction(tried: Sequence[Failure], place: int, context: str) -> bool:
    return place > 0 and tried[place].action == corrected(tried[place - 1].action, context)


def _known(state: ProofState, action: str) -> bool:
    return any(failure.action == action for failure in state.tried)


def _bare(state: ProofState) -> ProofState:
    return replace(state, tried=()) if state.tried else state

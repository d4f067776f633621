"""A toy Lean for tests of the server: `theorem NAME : A + B = C := by` is proved by writing C. Some proofs misbehave.

`sleep N` takes N seconds unless it is interrupted, `stubborn N` takes them anyway, `die` ends the worker process,
`grow N` takes N MB of memory.
"""

from __future__ import annotations

import hashlib
import os
import re
import threading
import time
from typing import Any

from prover.errors import LeanError, StatementError
from prover.lean.backend import Progress
from prover.lean.context import Context
from prover.lean.goals import parse_goal
from prover.lean.session import Limits, SessionFactory, SessionStats, problem_key
from prover.lean.verifier import Verifier
from prover.types import LeanInfo, Move, Problem, ProofState, Rejection, RejectReason, Tactic, Verdict, VerifiedProof
from search import Advanced, Cost, Rejected, RejectionKind, Solved, Step

_SUM = re.compile(r"theorem \S+ : (\d+) \+ (\d+) = (\d+) := by")
_CONTEXT = Context("core", (), "")
_INFO = LeanInfo(version="toy 1", backend="toy", context="core", context_sha256=_CONTEXT.sha256)
_ONE = Cost(lean_calls=1, heartbeats=1)
_KEPT: list[bytes] = []


class ToyLean:
    """Sums of two numbers, judged by Python."""

    contexts = ("core",)

    def context(self, name: str) -> Context:
        return _CONTEXT

    def install(self, context: str, progress: Progress) -> dict[str, str]:
        return {"version": _INFO.version}

    def open_session(self, context: str, limits: Limits, progress: Progress | None) -> SessionFactory:
        return ToySession

    def open_verifier(self, context: str, limits: Limits, progress: Progress | None) -> Verifier:
        return ToyVerifier()


class ToySession:
    """States are the digits that are left to write; `step` writes them one by one, or all."""

    info = _INFO
    stats = SessionStats()

    def __init__(self) -> None:
        self._interrupted = threading.Event()
        self._problems: dict[str, Problem] = {}

    def start(self, problem: Problem) -> ProofState:
        self.register(problem)
        return self._state(problem_key(problem), ())

    def register(self, problem: Problem) -> None:
        self._problems[problem_key(problem)] = problem

    def step(self, state: ProofState, tactic: str) -> Step[ProofState]:
        if misbehaves(tactic, self._interrupted):
            return Rejected(RejectionKind.KILLED, "interrupted", _ONE)
        first, second, _ = _numbers(self._problems[state.problem])
        left = str(first + second)[len(state.trail) :]
        if tactic.strip() == left:
            return Solved(_ONE)
        if left.startswith(tactic.strip()) and len(tactic.strip()) == 1:
            return Advanced(self._state(state.problem, (*state.trail, Tactic(tactic.strip()))), _ONE)
        return Rejected(RejectionKind.ERROR, f"{tactic} is not the sum", _ONE)

    def split(self, state: ProofState) -> tuple[ProofState, ...]:
        return (state,)

    def is_loaded(self, state: ProofState) -> bool:
        return True

    def release(self, problem: Problem) -> None: ...

    def interrupt(self) -> None:
        self._interrupted.set()

    def close(self) -> None: ...

    def _state(self, key: str, trail: tuple[Move, ...]) -> ProofState:
        first, second, _ = _numbers(self._problems[key])
        written = "".join(move.text for move in trail if isinstance(move, Tactic))
        goal = parse_goal(f"⊢ {first} + {second} = {written}?", first * 1000 + second + len(trail))
        return ProofState(key, (goal,), trail)


class ToyVerifier:
    """Adds up."""

    def __init__(self) -> None:
        self._interrupted = threading.Event()

    def verify(self, problem: Problem, proof: str, steps: int = 0) -> Verdict:
        self._interrupted.clear()
        if misbehaves(proof, self._interrupted):
            raise LeanError("the verdict was interrupted; ask again")
        first, second, third = _numbers(problem)
        given: dict[str, Any] = {"problem": problem.name, "statement_sha256": problem.statement_sha256, "lean": _INFO}
        written = "".join(proof.rpartition(":= by")[2].split())
        if written == str(third) == str(first + second):
            digest = hashlib.sha256(problem.statement.encode()).hexdigest()
            return VerifiedProof(**given, proof=proof, axioms=(), heartbeats=1, type_digest=digest)
        return Rejection(**given, reason=RejectReason.ELABORATION, message=f"{written} is not the sum")

    def interrupt(self) -> None:
        self._interrupted.set()

    def check_statement(self, problem: Problem) -> None:
        _numbers(problem)

    def info(self, problem: Problem) -> LeanInfo:
        return _INFO

    def close(self) -> None: ...


def misbehaves(text: str, interrupted: threading.Event) -> bool:
    """Do what a text asks for, and tell whether it was interrupted."""
    found = re.search(r"(sleep|stubborn|grow|die)(?: ([\d.]+))?", text)
    if found is None:
        return False
    word, amount = found[1], float(found[2] or 0)
    if word == "die":
        os._exit(9)
    if word == "grow":
        _KEPT.append(b"\1" * int(amount * 2**20))
        return interrupted.wait(30.0)
    if word == "stubborn":
        time.sleep(amount)
        return False
    return interrupted.wait(amount)


def _numbers(problem: Problem) -> tuple[int, int, int]:
    found = _SUM.fullmatch(problem.statement.strip())
    if found is None:
        raise StatementError(f"{problem.name} is no sum: write `theorem NAME : A + B = C := by`")
    first, second, third = map(int, found.groups())
    return first, second, third

"""A backend: a toy Lean, in which `theorem NAME : A + B = C := by` is proved by saying what C is."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from prover.errors import StatementError, UsageError
from prover.lean.backend import Progress
from prover.lean.context import Context
from prover.lean.goals import parse_goal
from prover.lean.session import Limits, SessionFactory, SessionStats, problem_key
from prover.lean.verifier import Verifier
from prover.types import LeanInfo, Problem, ProofState, Rejection, RejectReason, Verdict, VerifiedProof
from search import Cost, Rejected, RejectionKind, Solved, Step

_SUM = re.compile(r"theorem \S+ : (\d+) \+ (\d+) = (\d+) := by")
_CONTEXT = Context("toy", (), "")
_INFO = LeanInfo(version="toy 1", backend="toy-lean", context="toy", context_sha256=_CONTEXT.sha256)
_ONE = Cost(lean_calls=1, heartbeats=1)


class ToyLean:
    """Sums of two numbers, judged by Python."""

    contexts = ("toy", "core")

    def context(self, name: str) -> Context:
        """Return the one context that there is."""
        if name not in self.contexts:
            raise UsageError(f"there is no context {name!r} for toy Lean; use --context toy")
        return _CONTEXT

    def install(self, context: str, progress: Progress) -> dict[str, str]:
        """Install nothing."""
        return {"version": _INFO.version}

    def open_session(self, context: str, limits: Limits, progress: Progress | None) -> SessionFactory:
        """Return what opens sessions."""
        self.context(context)
        return ToySession

    def open_verifier(self, context: str, limits: Limits, progress: Progress | None) -> Verifier:
        """Return a verifier."""
        return ToyVerifier()


class ToySession:
    """A session that keeps nothing: a state says all that there is to know."""

    info = _INFO
    stats = SessionStats()

    def start(self, problem: Problem) -> ProofState:
        first, second, _ = _numbers(problem)
        return ProofState(problem_key(problem), (parse_goal(f"⊢ {first} + {second} = ?", first * 1000 + second),), ())

    def register(self, problem: Problem) -> None: ...

    def step(self, state: ProofState, tactic: str) -> Step[ProofState]:
        digits = re.findall(r"\d+", state.text)
        if tactic.strip() == str(int(digits[0]) + int(digits[1])):
            return Solved(_ONE)
        return Rejected(RejectionKind.ERROR, f"{tactic} is not the sum", _ONE)

    def split(self, state: ProofState) -> tuple[ProofState, ...]:
        return (state,)

    def is_loaded(self, state: ProofState) -> bool:
        return True

    def release(self, problem: Problem) -> None: ...

    def interrupt(self) -> None: ...

    def close(self) -> None: ...


class ToyVerifier:
    """Adds up."""

    def verify(self, problem: Problem, proof: str, steps: int = 0) -> Verdict:
        first, second, third = _numbers(problem)
        given: dict[str, Any] = {"problem": problem.name, "statement_sha256": problem.statement_sha256, "lean": _INFO}
        if proof.strip() == str(third) == str(first + second):
            digest = hashlib.sha256(problem.statement.encode()).hexdigest()
            return VerifiedProof(**given, proof=proof, axioms=(), heartbeats=1, type_digest=digest)
        return Rejection(**given, reason=RejectReason.ELABORATION, message=f"{proof.strip()} is not the sum")

    def check_statement(self, problem: Problem) -> None:
        _numbers(problem)

    def info(self, problem: Problem) -> LeanInfo:
        return _INFO

    def close(self) -> None: ...


def _numbers(problem: Problem) -> tuple[int, int, int]:
    found = _SUM.fullmatch(problem.statement.strip())
    if found is None:
        raise StatementError(f"{problem.name} is no sum: write `theorem NAME : A + B = C := by`")
    first, second, third = map(int, found.groups())
    return first, second, third

"""What every backend's verifier offers, and what all of them share: input checks, readings, limits, rejections.

A proof is a block of tactics, which may be read in several ways, or a whole file. Nothing here accepts one.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from typing import Protocol, runtime_checkable

from prover.errors import InputError
from prover.lean import block, whole_file
from prover.lean.context import Context
from prover.lean.imitated import unsupported
from prover.lean.session import LARGEST_STEP, Limits
from prover.lean.source_text import check_text
from prover.types import LeanInfo, Problem, Rejection, RejectReason, Verdict, VerifiedProof
from search.types import RejectionKind


class Verifier(Protocol):
    """Says of a proof whether it counts; anything that is wrong with it is a `Rejection`."""

    def verify(self, problem: Problem, proof: str, steps: int = 0) -> Verdict:
        """Judge a block of tactics or a whole file.

        Raises `StatementError` where the trusted statement does not elaborate, and `LeanError` where Lean cannot be
        used.
        """
        ...

    def check_statement(self, problem: Problem) -> None:
        """Raise `StatementError` unless the statement elaborates."""
        ...

    def info(self, problem: Problem) -> LeanInfo:
        """Return which Lean and which context judge a problem."""
        ...

    def close(self) -> None:
        """End its processes."""
        ...


@runtime_checkable
class Interruptible(Protocol):
    """A verifier whose work can be ended from another thread."""

    def interrupt(self) -> None:
        """End the elaboration in progress: `verify` then raises `LeanError`."""
        ...


@runtime_checkable
class Preparing(Protocol):
    """A verifier whose processes take time to start."""

    def prepare(self, problem: Problem) -> None:
        """Start in the background what a verdict on this problem will need; what fails is said at the verdict."""
        ...


class ForwardingVerifier:
    """A verifier that asks another one; what is built on it changes how."""

    def __init__(self, inner: Verifier) -> None:
        self._inner = inner

    def verify(self, problem: Problem, proof: str, steps: int = 0) -> Verdict:
        return self._inner.verify(problem, proof, steps)

    def check_statement(self, problem: Problem) -> None:
        self._inner.check_statement(problem)

    def prepare(self, problem: Problem) -> None:
        if isinstance(self._inner, Preparing):
            self._inner.prepare(problem)

    def info(self, problem: Problem) -> LeanInfo:
        return self._inner.info(problem)

    def close(self) -> None:
        self._inner.close()


class SharedVerifier(ForwardingVerifier):
    """A verifier for several threads: they take turns."""

    def __init__(self, inner: Verifier) -> None:
        super().__init__(inner)
        self._turn = threading.Lock()

    def verify(self, problem: Problem, proof: str, steps: int = 0) -> Verdict:
        with self._turn:
            try:
                return self._inner.verify(problem, proof, steps)
            except BaseException as error:
                if not isinstance(error, Exception):
                    self._inner.close()  # Ctrl-C leaves it in the middle of an answer
                raise

    def interrupt(self) -> None:
        """End the elaboration in progress, if the verifier can: `verify` then raises. For any thread."""
        if isinstance(self._inner, Interruptible):
            self._inner.interrupt()

    def check_statement(self, problem: Problem) -> None:
        with self._turn:
            self._inner.check_statement(problem)


LARGEST_PROOF = 16 * 2**20
LONGEST_MESSAGE = 2000


class BaseVerifier(ABC):
    """Takes the text of a proof apart; the verifier of a backend judges what it is given."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits

    def verify(self, problem: Problem, proof: str, steps: int = 0) -> Verdict:
        """Judge a block of tactics or a whole file.

        The heartbeat limit of a declaration is that of a step, for every step of the proof and one more: (steps + 1)
        times, as far as heartbeats can be counted. A proof whose steps nobody counted has one.
        """
        where = self._context(problem)
        check_text(problem.header + problem.statement, "the statement")
        proof = proof.removeprefix("\ufeff")
        if unusable := _unusable(proof):
            return self._reject(problem, where, RejectReason.SYNTAX, unusable)
        limit = min(((steps or 1) + 1) * self._limits.heartbeats, LARGEST_STEP)
        if whole_file.is_whole_file(proof):
            verdict = self._verify_file(problem, where, proof, _above(problem, where, proof), limit)
            return verdict if isinstance(verdict, VerifiedProof) else unsupported(problem, proof, verdict)
        rejections: list[Rejection] = []
        for reading in block.readings(proof):
            if not reading.strip():
                return self._reject(problem, where, RejectReason.INCOMPLETE, "the proof is empty")
            verdict = self._verify_block(problem, where, reading, limit)
            if isinstance(verdict, VerifiedProof):
                return verdict
            rejections.append(verdict)
        # A reading that parses says more about the proof than one that does not.
        chosen = next((r for r in rejections if r.reason is not RejectReason.SYNTAX), rejections[0])
        return unsupported(problem, proof, chosen)

    def info(self, problem: Problem) -> LeanInfo:
        """Return which Lean and which context judge a problem."""
        return self._info(self._context(problem))

    @abstractmethod
    def _verify_block(self, problem: Problem, where: Context, reading: str, limit: int) -> Verdict:
        """Judge one reading of a block of tactics, under a limit in thousands of heartbeats."""

    @abstractmethod
    def _verify_file(self, problem: Problem, where: Context, proof: str, header: str, limit: int) -> Verdict:
        """Judge a whole file that stands below a header."""

    @abstractmethod
    def _context(self, problem: Problem) -> Context:
        """Return what a problem stands on."""

    @abstractmethod
    def _info(self, where: Context) -> LeanInfo:
        """Return which Lean judges in a context."""

    def _guard(self, limit: int) -> float:
        """Return the seconds that guard a number of heartbeats: the same for each of them as in a step."""
        return max(1.0, limit / self._limits.heartbeats) * self._limits.wall_seconds

    def _reject(
        self,
        problem: Problem,
        where: Context,
        reason: RejectReason,
        message: str,
        heartbeats: int = 0,
        kind: RejectionKind = RejectionKind.ERROR,
    ) -> Rejection:
        return Rejection(
            problem=problem.name,
            statement_sha256=problem.statement_sha256,
            reason=reason,
            message=message if len(message) <= LONGEST_MESSAGE else f"{message[:LONGEST_MESSAGE]} …",
            lean=self._info(where),
            heartbeats=heartbeats,
            kind=kind,
        )


def _above(problem: Problem, where: Context, proof: str) -> str:
    """Return what stands above a file: the header of its problem, without what the file repeats of it."""
    header = where.header(problem, proof)
    own = "\n".join(line for line in header.split("\n") if line not in where.given())
    ours = "\n".join(line for line in header.split("\n") if line in where.given())
    return ours if whole_file.repeats(proof, own) else header


def _unusable(proof: str) -> str | None:
    """Say what makes a text unusable as Lean source, or return None."""
    try:
        check_text(proof, "the proof")
    except InputError as error:
        return str(error)
    return f"the proof is longer than {LARGEST_PROOF} characters" if len(proof) > LARGEST_PROOF else None

"""What every backend's verifier offers."""

from __future__ import annotations

import threading
from typing import Protocol, runtime_checkable

from prover.types import LeanInfo, Problem, Verdict


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

    def check_statement(self, problem: Problem) -> None:
        with self._turn:
            self._inner.check_statement(problem)

"""Rewards by the toy verifier, for the faces."""

from __future__ import annotations

from typing import Any

from prover.reward import Rewards
from prover.types import Problem, Verdict
from tests.serve.toy import ToyVerifier

STATEMENT = "theorem t : 40 + 2 = 42 := by"


class Counting(Rewards):
    """Rewards by a toy verifier that is counted."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.asked = 0

    def _verify(self) -> Any:
        def verify(problem: Problem, proof: str) -> Verdict:
            self.asked += 1
            return ToyVerifier().verify(problem, proof)

        return verify

"""One walk through a proof, tactic by tactic, as environments of trainers take it."""

from __future__ import annotations

import threading
from collections.abc import Callable

from prover.errors import InputError, StatementError
from prover.reward.rewards import Rewards
from prover.reward.steps import Stepper, shared_stepper
from prover.types import Problem

DONE = "No goals left. The proof will be verified as a whole."


class TacticWalk:
    """The state of one episode. Only the verifier gives a reward; a walk that only looks finished has none.

    Several walks share one Lean; they take turns.
    """

    def __init__(self, rewards: Callable[[], Rewards], stepper: Callable[[], Stepper] = shared_stepper) -> None:
        self._rewards = rewards
        self._stepper = stepper
        self._lock = threading.Lock()
        self._problem: Problem | None = None
        self.tactics: list[str] = []
        self.goals: tuple[str, ...] = ()
        self.error = ""
        self.solved = False
        self.value = 0.0
        self._judged = False

    def open(self, statement: str) -> str:
        """Begin with a statement and return its goals, or why there are none."""
        self.tactics, self.goals, self.error, self.solved, self.value, self._judged = [], (), "", False, 0.0, False
        try:
            self._problem = self._stepper().read(statement)
            self.goals = self._stepper().goals(self._problem, ())
        except (InputError, StatementError) as error:
            self._problem, self.error = None, str(error)
            return self.error
        return self.text()

    def apply(self, tactic: str) -> str:
        """Run a tactic and return the goals that are left, or Lean's error."""
        with self._lock:
            if self._problem is None or self.solved:
                return self.text()
            try:
                self.goals = self._stepper().goals(self._problem, (*self.tactics, tactic))
            except InputError as error:
                self.error = str(error)
                return f"error: {self.error}"
            self.tactics.append(tactic)
            self.error, self.solved = "", not self.goals
            return self.text()

    def reward(self) -> float:
        """Return 1.0 if the verifier accepts the whole, else 0.0. Raises `LeanError` where Lean cannot be used."""
        if self._problem is not None and self.solved and not self._judged:
            proof = "\n".join(self.tactics)
            (score,) = self._rewards().score([(self._problem, proof)])
            self.value, self._judged = score.value, True
            self.error = score.message
        return self.value

    def judge(self, proof: str) -> float:
        """Have a whole proof judged instead of tactics, and return its reward."""
        if self._problem is None:
            return 0.0
        (score,) = self._rewards().score([(self._problem, proof)])
        self.value, self._judged, self.solved, self.error = score.value, True, score.value == 1.0, score.message
        return self.value

    def text(self) -> str:
        """Return what a model is shown."""
        if self._problem is None:
            return self.error or "There is no statement."
        return DONE if self.solved else "\n\n".join(self.goals)

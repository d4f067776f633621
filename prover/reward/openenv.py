"""OpenEnv's face: an environment in which an action is a tactic or a whole proof, and only the verifier rewards.

uvicorn prover.reward.openenv:app
"""

from __future__ import annotations

import uuid
from typing import Any

from openenv.core.env_server import create_app
from openenv.core.env_server.interfaces import Environment
from openenv.core.env_server.types import Action, Observation, State
from pydantic import Field

from prover.reward.shared import shared_rewards
from prover.reward.tactics import TacticWalk


class LeanAction(Action):
    """A tactic for the current goals, or a whole proof."""

    tactic: str = ""
    proof: str = ""


class LeanObservation(Observation):
    """What is left to prove, as Lean prints it, and Lean's error if the action failed."""

    goals: list[str] = Field(default_factory=list)
    error: str = ""
    solved: bool = False


class LeanState(State):
    """The episode: its statement and the tactics so far."""

    statement: str = ""
    tactics: list[str] = Field(default_factory=list)


class LeanEnvironment(Environment[LeanAction, LeanObservation, LeanState]):
    """One proof an episode. `reset` takes the `statement`."""

    SUPPORTS_CONCURRENT_SESSIONS = True

    def __init__(self) -> None:
        super().__init__()
        self._walk = TacticWalk(shared_rewards)
        self._state = LeanState(episode_id=str(uuid.uuid4()), step_count=0)

    def reset(
        self, seed: int | None = None, episode_id: str | None = None, statement: str = "", **given: Any
    ) -> LeanObservation:
        """Open a statement."""
        self._walk.open(statement)
        self._state = LeanState(episode_id=episode_id or str(uuid.uuid4()), step_count=0, statement=statement)
        return self._observed(0.0)

    def step(self, action: LeanAction, timeout_s: float | None = None, **given: Any) -> LeanObservation:
        """Run a tactic, or have a whole proof judged, which ends the episode."""
        if action.proof:
            reward = self._walk.judge(action.proof)
            return self._observed(reward, done=True)
        self._walk.apply(action.tactic)
        self._state = LeanState(
            episode_id=self._state.episode_id,
            step_count=self._state.step_count + 1,
            statement=self._state.statement,
            tactics=list(self._walk.tactics),
        )
        return self._observed(self._walk.reward(), done=self._walk.solved)

    @property
    def state(self) -> LeanState:
        """The episode so far."""
        return self._state

    def _observed(self, reward: float, done: bool = False) -> LeanObservation:
        walk = self._walk
        return LeanObservation(goals=list(walk.goals), error=walk.error, solved=walk.solved, reward=reward, done=done)


def make_app() -> Any:
    """Return OpenEnv's own server over this environment."""
    return create_app(LeanEnvironment, LeanAction, LeanObservation, env_name="proofsmith")


def __getattr__(name: str) -> Any:
    if name == "app":
        return make_app()
    raise AttributeError(name)

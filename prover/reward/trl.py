"""TRL's faces (1.16): a reward function, and an environment that a model walks tactic by tactic.

GRPOTrainer(model, reward_funcs=lean_reward, train_dataset=rows with `prompt` and `statement`)
GRPOTrainer(model, environment_factory=TacticEnvironment, train_dataset=rows with `prompt` and `statement`)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from prover.reward.rewards import Rewards
from prover.reward.score import metrics
from prover.reward.shared import shared_rewards
from prover.reward.tactics import TacticWalk

Completion = str | Sequence[dict[str, Any]]


async def lean_reward(
    prompts: Sequence[Any],
    completions: Sequence[Completion],
    statement: Sequence[str | None] | None = None,
    log_metric: Callable[[str, float], None] | None = None,
    **columns: Any,
) -> list[float | None]:
    """Return 1.0 for every completion that proves its `statement`, else 0.0, and None for a row without one."""
    return await rewarded(shared_rewards(), completions, statement, log_metric)


lean_reward.__name__ = "lean_reward"


async def rewarded(
    rewards: Rewards,
    completions: Sequence[Completion],
    statement: Sequence[str | None] | None,
    log_metric: Callable[[str, float], None] | None = None,
) -> list[float | None]:
    """Return the rewards of completions by a `Rewards` of one's own."""
    statements = list(statement) if statement is not None else [None] * len(completions)
    asked = [(place, text) for place, text in enumerate(statements) if text]
    scores = await rewards.ascore([(text, said(completions[place])) for place, text in asked])
    if log_metric is not None:
        for name, share in metrics(scores).items():
            log_metric(name, share)
    found: list[float | None] = [None] * len(completions)
    for (place, _), score in zip(asked, scores, strict=True):
        found[place] = score.value
    return found


def said(completion: Completion) -> str:
    """Return the text of a completion, plain or conversational."""
    if isinstance(completion, str):
        return completion
    return "\n".join(str(message.get("content") or "") for message in completion if message.get("role") != "tool")


class TacticEnvironment:
    """An environment of TRL's: `reset` opens the statement, `apply_tactic` is the model's tool."""

    def __init__(self) -> None:
        self._walk = TacticWalk(shared_rewards)

    def reset(self, statement: str = "", **columns: Any) -> str | None:
        """Open a statement and return its goals."""
        return self._walk.open(statement)

    def apply_tactic(self, tactic: str) -> str:
        """Run one Lean tactic on the current goals.

        Args:
            tactic: The Lean 4 tactic to run.

        Returns:
            The goals that are left, or Lean's error; after an error the goals are unchanged.
        """
        return self._walk.apply(tactic)

    def get_reward(self) -> float:
        """Return 1.0 if the tactics prove the statement and the verifier accepts them whole, else 0.0."""
        return self._walk.reward()

"""slime's face: `--custom-rm-path prover.reward.slime.lean_reward`, or `lean_rewards` with `--group-rm`.

The statement of a sample is its `label`. Written to the documented signatures; slime is not on PyPI under its name.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from prover.reward.shared import shared_rewards


class Sample(Protocol):
    """What is used of slime's samples."""

    label: str | None
    response: str


async def lean_reward(args: Any, sample: Sample, **settings: Any) -> float:
    """Return the reward of a sample."""
    return (await lean_rewards(args, [sample]))[0]


async def lean_rewards(args: Any, samples: Sequence[Sample], **settings: Any) -> list[float]:
    """Return the rewards of a group of samples."""
    pairs = [(sample.label or "", sample.response) for sample in samples]
    return [score.value for score in await shared_rewards().ascore(pairs)]

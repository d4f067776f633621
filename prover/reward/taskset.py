"""verifiers' face (v1, 0.4): a taskset whose reward is the verifier's, with no container.

vf-eval proofsmith_lean --env.taskset.dataset minif2f/valid \\
    --env.agent.harness.id null --env.agent.runtime.type subprocess

Without the last line the package asks the model from a sandbox of a cloud, which needs an account.
"""

from __future__ import annotations

from collections.abc import Iterable

import verifiers.v1 as vf

from prover.problems.target import read_target
from prover.reward.score import Score
from prover.reward.shared import shared_rewards
from prover.types import Problem

SYSTEM = "Prove the theorem in Lean 4. Answer with one ```lean code block that holds the whole theorem and its proof."


class LeanData(vf.TaskData):
    """A problem, as it travels."""

    problem: Problem


class LeanConfig(vf.TasksetConfig):
    """Which problems: what `prover prove` takes as its TARGET, and the context that they are read in."""

    dataset: str = "textbook/all"
    context: str = "core"


class LeanTask(vf.Task[LeanData, vf.State, vf.TaskConfig]):
    """One problem. Only the verifier rewards; what kind of failure it was is a metric."""

    NEEDS_CONTAINER = False

    @vf.reward(weight=1.0)
    async def lean_verified(self, trace: vf.Trace) -> float:
        """Return 1.0 for a proof that the verifier accepts."""
        return (await self._score(trace)).value

    @vf.metric
    async def lean_readable(self, trace: vf.Trace) -> float:
        """Return 1.0 for an answer that holds something to judge."""
        return float((await self._score(trace)).kind not in ("unreadable", "statement"))

    async def _score(self, trace: vf.Trace) -> Score:
        (score,) = await shared_rewards().ascore([(self.data.problem, answer_of(trace))])
        trace.info["kind"], trace.info["message"] = score.kind, score.message
        trace.info["axioms"] = list(score.axioms)
        return score


class LeanTaskset(vf.Taskset[LeanTask, LeanConfig]):
    """The problems of a dataset."""

    def load(self) -> Iterable[LeanTask]:
        """Yield a task for each problem."""
        problems = read_target(self.config.dataset, None, self.config.context)
        for place, problem in enumerate(problems):
            data = LeanData(
                idx=place, name=problem.name, prompt=problem.statement, system_prompt=SYSTEM, problem=problem
            )
            yield LeanTask(data, self.config.task)


def answer_of(trace: vf.Trace) -> str:
    """Return the last thing that the model said."""
    said = trace.assistant_messages
    content = said[-1].content if said else ""
    return content if isinstance(content, str) else "".join(str(getattr(part, "text", "")) for part in content or ())


__all__ = ["LeanTaskset"]

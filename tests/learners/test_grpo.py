"""Reinforcement learning by TRL with a verdict as the reward; a resumed step asks nothing that was answered."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path

import pytest

pytest.importorskip("trl", reason="TRL is not installed (the extra ml): nothing is reinforced here")

from prover.learners.grpo import (
    UNREADABLE,
    Judged,
    Question,
    Verdict,
    Verdicts,
    judge,
    log_prob,
    train_grpo,
    write_questions,
)
from prover.learners.models import WHO, load_trainee
from prover.learners.rewards import pass_at_k, unlikely
from prover.learners.sft import train_sft
from prover.policies.models.prompts import as_text
from prover.policies.recipes import find_recipe
from prover.train.job import GrpoJob, Lora, Schedule, SftJob
from prover.train.rows import training_rows, write_rows
from prover.types import Problem
from tests.learners.small import EXAMPLES

QUESTIONS = [
    Question(problem=Problem(name=example.problem, statement=example.statement), goals=example.goals)
    for example in EXAMPLES[:16]
]


def early(block: str) -> bool:
    return block.startswith("exact foo") and block[-1] in "abc"


def judged(pairs: Sequence[tuple[Problem, str]]) -> list[Verdict]:
    """A verifier that is quick: it accepts one of the first three variables."""
    return [Verdict(early(block), int(early(block))) for _, block in pairs]


@pytest.fixture(scope="module")
def tuned(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that says `exact foo x` for some variable."""
    folder = tmp_path_factory.mktemp("tuned")
    write_rows(training_rows(EXAMPLES, find_recipe("step")), folder / "rows.jsonl")
    schedule = Schedule(epochs=16, rate=1e-2, patience=1000, batch_tokens=256, least=1, threads=1)
    train_sft(
        SftJob(
            model=str(base), data=folder / "rows.jsonl", out=folder / "m", work=folder / "w", name="m",
            schedule=schedule,
        )
    )  # fmt: skip
    return folder / "m"


def job(model: Path, folder: Path, **given: object) -> GrpoJob:
    folder.mkdir(exist_ok=True)
    write_questions(QUESTIONS, folder / "questions.jsonl")
    made = GrpoJob(
        model=str(model), data=folder / "questions.jsonl", out=folder / "m", work=folder / "w", name="m", steps=12,
        questions=2, group=4, max_tokens=6, schedule=Schedule(rate=3e-3, warm_up=0.0, threads=1),
    )  # fmt: skip
    return made.model_copy(update=given)


@pytest.mark.slow
def test_the_mean_reward_rises(tuned: Path, tmp_path: Path) -> None:
    record = train_grpo(job(tuned, tmp_path, steps=24), verify=judged)
    rewards = [reward for _, reward in record.losses]
    assert len(rewards) == 24
    assert sum(rewards[-6:]) / 6 > sum(rewards[:6]) / 6 + 0.1


@pytest.mark.slow
def test_a_killed_run_comes_to_the_same_and_asks_nothing_twice(tuned: Path, tmp_path: Path) -> None:
    asked: list[str] = []

    def verify(pairs: Sequence[tuple[Problem, str]]) -> list[Verdict]:
        asked.extend(f"{problem.name} {block}" for problem, block in pairs)
        return judged(pairs)

    whole = train_grpo(job(tuned, tmp_path / "whole"), verify=verify)
    killed = job(tuned, tmp_path / "cut")
    (tmp_path / "job.json").write_text(killed.model_dump_json())
    log = tmp_path / "asked.txt"
    program = f"""
        from pathlib import Path
        from prover.train.job import read_job
        from prover.learners.grpo import Verdict, train_grpo

        def verify(pairs):
            with Path({str(log)!r}).open("a") as file:
                file.writelines(f"{{problem.name}} {{block!r}}\\n" for problem, block in pairs)
            right = [block.startswith("exact foo") and block[-1] in "abc" for _, block in pairs]
            return [Verdict(proves, int(proves)) for proves in right]

        job = read_job(Path({str(tmp_path / "job.json")!r}))
        train_grpo(job, lambda step, steps, loss: print(step, flush=True), verify)
    """
    command = [sys.executable, "-c", textwrap.dedent(program)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    next(line for line in process.stdout if line.strip() == "6")
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    resumed = train_grpo(killed)  # it is there already
    assert len({reward for _, reward in whole.losses}) > 3, "there was something to learn"
    assert resumed.losses == whole.losses and resumed.sha256 == whole.sha256
    lines = log.read_text().splitlines()
    assert len(lines) == len(set(lines)) == len(set(asked))


@pytest.mark.slow
def test_what_is_carried_out_becomes_likelier_though_nothing_is_proved(tuned: Path, tmp_path: Path) -> None:
    """A group without a proof has no spread of rewards: only credit for tactics moves anything."""

    def never(pairs: Sequence[tuple[Problem, str]]) -> list[Verdict]:
        return [Verdict(False, int(early(block))) for _, block in pairs]

    plain, credited = tmp_path / "plain", tmp_path / "credited"
    for folder, credit in ((plain, 0.0), (credited, 0.5)):
        train_grpo(job(tuned, folder, credit=credit), verify=never)
    before, without, after = (_odds(folder) for folder in (tuned, plain / "m", credited / "m"))
    assert without == pytest.approx(before, abs=1e-3)
    assert after > before + 0.5


def _odds(folder: Path) -> float:
    """Return by how much the log-probability of an early variable exceeds that of a late one."""
    trainee = load_trainee(str(folder), Lora())
    recipe, tokenizer = find_recipe("step"), trainee.tokenizer
    prompt = tokenizer(as_text(recipe.prompt(QUESTIONS[0].request), tokenizer, WHO))["input_ids"]
    early, late = (tokenizer(f"exact foo {name}", add_special_tokens=False)["input_ids"] for name in "bg")
    return log_prob(trainee, prompt, early) - log_prob(trainee, prompt, late)


def test_rewards_are_what_the_verdicts_say(tmp_path: Path) -> None:
    verdicts = Verdicts(tmp_path / "verdicts.sqlite", judged)
    recipe = find_recipe("step")
    texts = ["exact foo a", "", "omega", "exact foo a"]
    right = Judged(1.0, "exact foo a", 1)
    expected = [right, Judged(UNREADABLE), Judged(0.0, "omega", 0), right]
    assert judge(recipe, QUESTIONS[:1] * 4, texts, verdicts) == expected
    assert verdicts.asked == 2, "the same answer is judged once"
    again = Verdicts(tmp_path / "verdicts.sqlite", judged)
    assert judge(recipe, QUESTIONS[:1] * 4, texts, again) == expected
    assert again.asked == 0


def test_transforms() -> None:
    assert unlikely([1.0, 1.0, 0.0, 1.0], [-1.0, -3.0, -2.0, -9.0], 0.25) == pytest.approx(
        [0.75, 1 - 0.25 * 2 / 4, 0.0, 1 - 0.25 / 4]
    )
    assert pass_at_k([1.0, 0.0, 0.0, -0.1], 1) == [0.25, 0.0, 0.0, 0.0]
    # Of 4 with 1 right, a wrong one is in a right pair with chance 1/3.
    assert pass_at_k([1.0, 0.0, 0.0, 0.0], 2) == pytest.approx([0.5, 1 / 6, 1 / 6, 1 / 6])
    assert sum(pass_at_k([1.0, 0.0, 0.0, 0.0], 2)) == pytest.approx(1 / 2 + 1 / 2), "pass@2 = 1/2, twice"
    assert pass_at_k([1.0, 1.0], 2) == [1.0, 1.0]

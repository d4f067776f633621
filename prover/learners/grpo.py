"""Group-relative policy optimisation with TRL (2402.03300): Lean's verdict on an answer is its reward.

A question is a theorem with the goals it begins with; an answer is a tactic or a whole proof, as the recipe has it. Its
reward is 1 if Lean carries it out and nothing is left to prove, `UNREADABLE` if the recipe cannot read it, and 0
otherwise. Every verdict is kept in the work folder, so that a step that is done again after a kill asks Lean nothing;
beyond that, Lean answers from the file of answers that all runs share. A group whose answers all have the same reward
moves nothing: advantages are differences from the group's mean, not divided by its spread (2503.20783).
"""

from __future__ import annotations

import hashlib
import json
import random
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from prover.errors import DataError, StatementError
from prover.learners.dpo import reporter, run_trainer, trainer_settings
from prover.learners.loop import Watch
from prover.learners.models import WHO, keep, kept, load_trainee
from prover.learners.rewards import pass_at_k, unlikely
from prover.learners.sft import tempered
from prover.lines import read_lines
from prover.policies.models.prompts import as_text
from prover.policies.models.recording import block_of
from prover.policies.recipes import PromptRequest, Recipe, find_recipe
from prover.train.job import GrpoJob
from prover.train.records import ModelRecord
from prover.types import Frozen, Problem

UNREADABLE = -0.1


class Question(Frozen):
    """A theorem to answer, and its goals as Lean prints them."""

    problem: Problem
    goals: tuple[str, ...]

    @property
    def request(self) -> PromptRequest:
        problem = self.problem
        return PromptRequest(
            statement=problem.statement,
            header=problem.header.strip(),
            informal=problem.informal,
            goals=self.goals,
        )


Verify = Callable[[Sequence[tuple[Problem, str]]], list[bool]]
"""Tells which blocks prove their problems."""
QUESTIONS: TypeAdapter[Question] = TypeAdapter(Question)


class Verdicts:
    """What was judged already, in a file of the work folder. `asked` counts what the verifier had to be asked."""

    def __init__(self, path: Path, verify: Verify) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = sqlite3.connect(path)
        self._file.execute("CREATE TABLE IF NOT EXISTS verdicts (key TEXT PRIMARY KEY, proves INTEGER NOT NULL)")
        self._verify = verify
        self.asked = 0

    def of(self, pairs: Sequence[tuple[Problem, str]]) -> list[bool]:
        """Tell which blocks prove their problems; each is judged once."""
        keys = [hashlib.sha256(f"{problem.statement_sha256}\0{block}".encode()).hexdigest() for problem, block in pairs]
        new = {key: pair for key, pair in zip(keys, pairs, strict=True) if self._known(key) is None}
        if new:
            self.asked += len(new)
            found = self._verify(list(new.values()))
            with self._file:
                self._file.executemany("INSERT INTO verdicts VALUES (?, ?)", zip(new, map(int, found), strict=True))
        return [bool(self._known(key)) for key in keys]

    def _known(self, key: str) -> int | None:
        row = self._file.execute("SELECT proves FROM verdicts WHERE key = ?", (key,)).fetchone()
        return None if row is None else int(row[0])


def group_rewards(
    recipe: Recipe, questions: Sequence[Question], texts: Sequence[str], verdicts: Verdicts
) -> list[float]:
    """Return the reward of every text, the answer to the question at its place."""
    blocks = [
        block_of(recipe.parse(text, question.request).block) for text, question in zip(texts, questions, strict=True)
    ]
    readable = [
        (question.problem, block) for question, block in zip(questions, blocks, strict=True) if block is not None
    ]
    proves = iter(verdicts.of(readable))
    return [UNREADABLE if block is None else float(next(proves)) for block in blocks]


def train_grpo(
    job: GrpoJob, watch: Watch = lambda step, steps, loss: None, verify: Verify | None = None
) -> ModelRecord:
    """Train, or continue training, and return the record of the model in `job.out`; its losses are mean rewards.

    `verify` is Lean unless another one is given. Raises `PolicyError` if the model cannot be loaded, `DataError`
    without questions.
    """
    done = kept(job)
    if done is not None:
        return done
    questions = list(read_lines(job.data, QUESTIONS))
    if not questions:
        raise DataError(f"{job.data} holds no questions: name problems that are sometimes proved and sometimes not")
    trainee = load_trainee(job.model, job.lora)
    import datasets
    from trl import GRPOConfig, GRPOTrainer

    datasets.disable_progress_bars()
    recipe = find_recipe(job.recipe)
    verdicts = Verdicts(job.work / "verdicts.sqlite", verify if verify is not None else lean_verifier(job))
    tokenizer = trainee.tokenizer

    def reward(completions: list[str], place: list[int], completion_ids: list[list[int]], **_: Any) -> list[float]:
        asked = [questions[number] for number in place]
        found = group_rewards(recipe, asked, completions, verdicts)
        return _shaped(job, found, place, completions, log_probs(place, completion_ids))

    def log_probs(place: list[int], ids: list[list[int]]) -> list[float]:
        if not job.unlikeliness:
            return [0.0] * len(ids)
        prompts = [tokenizer(rows[number]["prompt"])["input_ids"] for number in place]
        return [_log_prob(trainee, prompt, said) for prompt, said in zip(prompts, ids, strict=True)]

    rows: list[Mapping[str, Any]] = [
        {"prompt": as_text(recipe.prompt(question.request), tokenizer, WHO), "place": number}
        for number, question in enumerate(questions)
    ]
    order = _order(len(rows), job.steps * job.questions, job.seed)
    settings = GRPOConfig(
        **trainer_settings(job, trainee, job.group),
        max_steps=job.steps,
        num_generations=job.group,
        gradient_accumulation_steps=job.questions,
        steps_per_generation=job.questions,
        max_completion_length=job.max_tokens,
        temperature=job.temperature,
        beta=job.kl,
        shuffle_dataset=False,
        scale_rewards="none",
        loss_type="dr_grpo",
        save_steps=job.checkpoint_steps,
    )
    trainer = GRPOTrainer(
        model=trainee.model,
        args=settings,
        reward_funcs=reward,
        train_dataset=datasets.Dataset.from_list([dict(rows[number]) for number in order]),
        processing_class=tokenizer,
        callbacks=[reporter(watch)],
    )
    curve = run_trainer(trainer, job)
    history = trainer.state.log_history
    curve.losses = [(int(entry["step"]), round(float(entry["reward"]), 6)) for entry in history if "reward" in entry]
    return keep(trainee, job, curve, len(questions), sampling=tempered(trainee, job))


def _order(questions: int, asked: int, seed: int) -> list[int]:
    """Return which question is asked when: one shuffle of all after the other.

    Not left to TRL's sampler, whose shuffles begin anew when a run is resumed in a later epoch: here there is only one.
    """
    draw, order = random.Random(f"{seed} questions"), list[int]()
    while len(order) < asked:
        some = list(range(questions))
        draw.shuffle(some)
        order += some
    return order[:asked]


def _shaped(
    job: GrpoJob, found: list[float], place: list[int], texts: list[str], log_probs: list[float]
) -> list[float]:
    """Return rewards after the transforms that the job asks for, group by group: answers of a group stand together."""
    if not job.unlikeliness and job.pass_at == 1:
        return found
    shaped: list[float] = []
    for at in range(0, len(found), job.group):
        group = found[at : at + job.group]
        if job.pass_at > 1:
            group = pass_at_k(group, job.pass_at)
        if job.unlikeliness:
            group = unlikely(group, log_probs[at : at + job.group], job.unlikeliness)
        shaped += group
    return shaped


def _log_prob(trainee: Any, prompt: list[int], said: list[int]) -> float:
    torch = trainee.torch
    device = next(trainee.model.parameters()).device
    with torch.no_grad():
        logits = trainee.model(input_ids=torch.tensor([[*prompt, *said]], device=device), use_cache=False).logits[0]
    logs = torch.log_softmax(logits[len(prompt) - 1 : -1].float(), dim=-1)
    return float(logs.gather(-1, torch.tensor(said, device=device).unsqueeze(-1)).sum())


def lean_verifier(job: GrpoJob) -> Verify:
    """Return a verifier that carries a block out at the root of its problem, in one Lean process that stays open."""
    from prover.lean.cache import LeanCache
    from prover.lean.open import session_factory
    from prover.lean.pool import Pool
    from prover.lean.session import Limits
    from search.types import Solved

    limits = Limits(heartbeats=job.heartbeats, wall_seconds=max(10.0, job.heartbeats / 200))
    pool = Pool(session_factory("embedded", job.context, limits, answers=LeanCache(job.answers)), 1)

    def verify(pairs: Sequence[tuple[Problem, str]]) -> list[bool]:
        found = []
        for problem, block in pairs:
            try:
                root = pool.start(problem)
            except StatementError:
                found.append(False)
                continue
            found.append(isinstance(pool.step(root, block), Solved))
        return found

    return verify


def write_questions(questions: Sequence[Question], path: Path) -> None:
    """Write questions as JSON lines."""
    path.write_text(
        "".join(f"{json.dumps(question.model_dump(mode='json'), ensure_ascii=False)}\n" for question in questions)
    )

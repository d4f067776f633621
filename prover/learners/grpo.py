"""Group-relative policy optimisation with TRL (2402.03300): Lean's verdict on an answer is its reward.

A question is a theorem with the goals it begins with; an answer is a tactic or a whole proof, as the recipe has it. Its
reward is 1 if Lean carries it out and nothing is left to prove, `UNREADABLE` if the recipe cannot read it, and 0
otherwise. Every verdict is kept in the work folder, so that a step that is done again after a kill asks Lean nothing;
beyond that, Lean answers from the file of answers that all runs share. A group whose answers all have the same reward
moves nothing: advantages are differences from the group's mean, not divided by its spread (2503.20783). With `credit`
each tactic of a whole proof has an advantage of its own (`prover.learners.credit`).
"""

from __future__ import annotations

import hashlib
import json
import random
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import TypeAdapter

from prover.errors import DataError, StatementError
from prover.learners.credit import Decode, spans, spread
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
from prover.types import Frozen, Problem, ProofState
from search.types import Rejected, RejectionKind, Solved, Step

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


class Verdict(NamedTuple):
    """Whether a block proves its problem, and how many of its lines were carried out: None if a limit decided that."""

    proves: bool
    carried: int | None = None


class Judged(NamedTuple):
    """What became of an answer: `block` is None where the recipe could not read it."""

    reward: float
    block: str | None = None
    carried: int | None = None


Verify = Callable[[Sequence[tuple[Problem, str]]], list[Verdict]]
"""Judges blocks, each with its problem."""
QUESTIONS: TypeAdapter[Question] = TypeAdapter(Question)


class Verdicts:
    """What was judged already, in a file of the work folder. `asked` counts what the verifier had to be asked."""

    def __init__(self, path: Path, verify: Verify) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = sqlite3.connect(path)
        self._file.execute(
            "CREATE TABLE IF NOT EXISTS judged (key TEXT PRIMARY KEY, proves INTEGER NOT NULL, carried INTEGER)"
        )
        self._verify = verify
        self.asked = 0

    def of(self, pairs: Sequence[tuple[Problem, str]]) -> list[Verdict]:
        """Judge blocks, each with its problem; each pair is judged once."""
        keys = [hashlib.sha256(f"{problem.statement_sha256}\0{block}".encode()).hexdigest() for problem, block in pairs]
        known = {key: found for key in keys if (found := self._known(key)) is not None}
        new = {key: pair for key, pair in zip(keys, pairs, strict=True) if key not in known}
        if new:
            self.asked += len(new)
            known |= zip(new, self._verify(list(new.values())), strict=True)
            with self._file:
                rows = [(key, int(known[key].proves), known[key].carried) for key in new]
                self._file.executemany("INSERT INTO judged VALUES (?, ?, ?)", rows)
        return [known[key] for key in keys]

    def _known(self, key: str) -> Verdict | None:
        row = self._file.execute("SELECT proves, carried FROM judged WHERE key = ?", (key,)).fetchone()
        return None if row is None else Verdict(bool(row[0]), row[1])


def judge(recipe: Recipe, questions: Sequence[Question], texts: Sequence[str], verdicts: Verdicts) -> list[Judged]:
    """Judge every text, the answer to the question at its place."""
    blocks = [
        block_of(recipe.parse(text, question.request).block) for text, question in zip(texts, questions, strict=True)
    ]
    readable = [
        (question.problem, block) for question, block in zip(questions, blocks, strict=True) if block is not None
    ]
    found = iter(verdicts.of(readable))
    return [Judged(UNREADABLE) if block is None else _judged(block, next(found)) for block in blocks]


def _judged(block: str, verdict: Verdict) -> Judged:
    return Judged(float(verdict.proves), block, verdict.carried)


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
    said: list[Answer] = []

    def reward(completions: list[str], place: list[int], completion_ids: list[list[int]], **_: Any) -> list[float]:
        found = judge(recipe, [questions[number] for number in place], completions, verdicts)
        said[:] = zip(completions, completion_ids, found, strict=True)
        return _shaped(job, [one.reward for one in found], log_probs(place, completion_ids))

    def log_probs(place: list[int], ids: list[list[int]]) -> list[float]:
        if not job.unlikeliness:
            return [0.0] * len(ids)
        prompts = [tokenizer(rows[number]["prompt"])["input_ids"] for number in place]
        return [log_prob(trainee, prompt, said) for prompt, said in zip(prompts, ids, strict=True)]

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
    if job.credit:
        credit_tactics(trainer, job, said, partial(tokenizer.decode, skip_special_tokens=True))
    curve = run_trainer(trainer, job)
    history = trainer.state.log_history
    curve.losses = [(int(entry["step"]), round(float(entry["reward"]), 6)) for entry in history if "reward" in entry]
    return keep(trainee, job, curve, len(questions), sampling=tempered(trainee, job))


Answer = tuple[str, Sequence[int], Judged]
"""What a model wrote, its tokens, and what became of it."""


def credit_tactics(trainer: Any, job: GrpoJob, said: Sequence[Answer], decode: Decode) -> None:
    """Have a trainer of TRL give each token its own advantage; `said` are the answers it was last rewarded for.

    TRL's loss takes advantages a token for trainers that make them; this is where it makes its own.
    """
    score = trainer._generate_and_score_completions

    def scored(inputs: Any) -> Any:
        found = score(inputs)
        judged = [
            None if one.block is None or one.carried is None else spans(text, ids, one.block, one.carried, decode)
            for text, ids, one in said
        ]
        plain, width = found["advantages"], found["completion_ids"].size(1)
        rows = spread(plain.tolist(), judged, width, job.group, job.credit)
        found["advantages"] = plain.new_tensor(rows)
        return found

    trainer._generate_and_score_completions = scored


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


def _shaped(job: GrpoJob, found: list[float], log_probs: list[float]) -> list[float]:
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


def log_prob(trainee: Any, prompt: list[int], said: list[int]) -> float:
    """Return the log-probability of an answer's tokens behind those of a prompt."""
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

    limits = Limits(heartbeats=job.heartbeats, wall_seconds=max(10.0, job.heartbeats / 200))
    pool = Pool(session_factory("embedded", job.context, limits, answers=LeanCache(job.answers)), 1)

    def verify(pairs: Sequence[tuple[Problem, str]]) -> list[Verdict]:
        found = []
        for problem, block in pairs:
            try:
                root = pool.start(problem)
            except StatementError:
                found.append(Verdict(False))
                continue
            found.append(verdict_of(block, pool.step(root, block)))
        return found

    return verify


def verdict_of(block: str, step: Step[ProofState]) -> Verdict:
    """Return what a step says of the block that was carried out at the root."""
    if not isinstance(step, Rejected):
        return Verdict(isinstance(step, Solved), len(block.split("\n")))
    if step.kind is not RejectionKind.ERROR:
        return Verdict(False)
    return Verdict(False, 0 if step.salvaged is None else step.salvaged.action.count("\n") + 1)


def write_questions(questions: Sequence[Question], path: Path) -> None:
    """Write questions as JSON lines."""
    path.write_text(
        "".join(f"{json.dumps(question.model_dump(mode='json'), ensure_ascii=False)}\n" for question in questions)
    )

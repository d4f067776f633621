"""Small tasks for reinforcement learning with Lean's verdict: which of a few answers proves which statement.

The model of a few thousand weights is first taught to give any of the answers to everything, so that some are right by
chance; what it is rewarded for is all that tells it which. `TACTICS` asks for one tactic of five, `PROOFS` for two
tactics, each of four.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prover.lean.open import session_factory
from prover.lean.pool import Pool
from prover.lean.session import Limits
from prover.learners.grpo import Question, write_questions
from prover.learners.sft import train_sft
from prover.policies.recipes import find_recipe
from prover.policies.recipes.recipe import TextPrompt
from prover.train.decoder import DecoderSize, build_decoder, build_tokenizer
from prover.train.job import GrpoJob, Schedule, SftJob
from prover.train.rows import Asked, TrainingRow, write_rows
from prover.types import Problem

SIZE = DecoderSize(vocabulary=300, width=48, layers=2, heads=2, inner=96)


@dataclass(frozen=True, slots=True)
class Task:
    """Statements without their names, the answers that a beginner gives, and the recipe that asks for them."""

    recipe: str
    answers: tuple[str, ...]
    statements: tuple[str, ...]
    longest: int

    def problems(self) -> list[Problem]:
        return [
            Problem(name=f"task_{number}", statement=f"theorem task_{number} {text} := by")
            for number, text in enumerate(self.statements)
        ]


TACTICS = Task(
    recipe="step",
    answers=("omega", "exact h", "exact ⟨h, k⟩", "exact Or.inl h", "decide"),
    statements=(
        *(f"(a b : ℕ) (h : a = b + {n}) (k : b = {n + 1}) : a = {2 * n + 1}" for n in (1, 2, 3, 4)),
        *(f"({p} {q} : Prop) (h : {p}) (k : {q}) : {p}" for p, q in ("pq", "qr", "rs", "ps")),
        *(f"({p} {q} : Prop) (h : {p}) (k : {q}) : {p} ∧ {q}" for p, q in ("pq", "qr", "rs", "ps")),
        *(f"({p} {q} : Prop) (h : {p}) : {p} ∨ {q}" for p, q in ("pq", "qr", "rs", "ps")),
        *(f": {n} * {n + 2} = {n * (n + 2)}" for n in (2, 3, 4, 5)),
    ),
    longest=10,
)
PROOFS = Task(
    recipe="proof",
    answers=tuple(
        f"{first}\n{second}"
        for first in ("intro k", "constructor", "left", "right")
        for second in ("exact h", "exact k", "all_goals exact h", "omega")
    ),
    statements=(
        *(f"({p} {q} : Prop) (h : {p}) : {q} → {q}" for p, q in ("pq", "qr", "rs", "ps")),
        *(f"({p} {q} : Prop) (h : {p}) : {p} ∧ {p}" for p, q in ("pq", "qr", "rs", "ps")),
        *(f"({p} {q} : Prop) (h : {p}) : {p} ∨ {q}" for p, q in ("pq", "qr", "rs", "ps")),
        *(f"({p} {q} : Prop) (h : {p}) : {q} ∨ {p}" for p, q in ("pq", "qr", "rs", "ps")),
        *(f"(a b : ℕ) (h : a < {n}) : a ≤ b → a < {n + 1}" for n in (2, 3, 4, 5)),
    ),
    longest=24,
)


def questions(task: Task = TACTICS) -> list[Question]:
    """Return the statements with their goals, as Lean prints them."""
    pool = Pool(session_factory("embedded", "core", Limits(heartbeats=1_000)), 1)
    try:
        roots = [(problem, pool.start(problem)) for problem in task.problems()]
        return [Question(problem=problem, goals=tuple(goal.text for goal in root.goals)) for problem, root in roots]
    finally:
        pool.close()


def beginner(asked: Sequence[Question], folder: Path, task: Task = TACTICS) -> Path:
    """Return the folder of a model that gives any of the answers to everything."""
    from transformers import PreTrainedTokenizerFast

    recipe = find_recipe(task.recipe)
    prompts = {question.problem.name: recipe.prompt(question.request) for question in asked}
    texts = [prompt.text for prompt in prompts.values() if isinstance(prompt, TextPrompt)]
    tokenizer = build_tokenizer([*texts, *task.answers * 4], SIZE)
    build_decoder(tokenizer, SIZE, 0).save_pretrained(folder / "random")
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<end>", pad_token="<pad>")
    fast.save_pretrained(folder / "random")
    rows = [
        TrainingRow(
            problem=question.problem.name,
            asked=Asked.of(prompts[question.problem.name]),
            completion=answer,
        )
        for question in asked
        for answer in task.answers
    ]
    write_rows(rows, folder / "rows.jsonl")
    job = SftJob(
        model=str(folder / "random"), data=folder / "rows.jsonl", out=folder / "beginner", work=folder / "work",
        name="beginner", recipe=task.recipe,
        schedule=Schedule(epochs=24, rate=1e-2, batch_tokens=1024, patience=1000, least=1, threads=1),
    )  # fmt: skip
    train_sft(job)
    return folder / "beginner"


def job(model: Path, asked: Sequence[Question], folder: Path, task: Task = TACTICS, **given: Any) -> GrpoJob:
    """Return the job; its model, checkpoints and verdicts go to `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    write_questions(asked, folder / "questions.jsonl")
    made = GrpoJob(
        model=str(model), data=folder / "questions.jsonl", out=folder / "m", work=folder / "w", name="m", steps=100,
        recipe=task.recipe, questions=4, group=8, max_tokens=task.longest, heartbeats=1_000,
        answers=folder / "answers.sqlite", schedule=Schedule(rate=2e-3, warm_up=0.0, threads=1),
    )  # fmt: skip
    return made.model_copy(update=given)

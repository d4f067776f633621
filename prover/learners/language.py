"""The learner of a pretrained language model, for `prover iterate`: fine-tuning, then preferences if they are wanted.

Every model is trained from the base on all examples so far, never from the last round's model: nothing is forgotten,
and a bad round leaves no trace. Every phase is a process of its own, so that its memory is free when it ends.

While data are gathered the templates propose, and from the second round on the last model beside them: what the model
alone can write is tried by Lean and learnt from. What is measured is the model by itself.
"""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from prover.errors import DataError
from prover.lean.context import LIBRARY
from prover.learners.critic import critic_job, critic_recipe, of_both_kinds, value_rows
from prover.learners.models import trained
from prover.learners.phase import run_phase
from prover.learners.rounds import Round
from prover.lines import write_whole
from prover.policies.models.cards import CARD, SOLVED, read_model_card
from prover.policies.models.critic import valued
from prover.policies.models.weights import folder_sha256
from prover.policies.odds import Odds
from prover.policies.protocol import ProblemPolicy
from prover.policies.recipes import Recipe, Sampling, find_recipe
from prover.train.examples import TrainingExample, data_sha256
from prover.train.job import DpoJob, GrpoJob, Job, Lora, Reinforcement, Schedule, SftJob, is_off
from prover.train.records import ModelRecord
from prover.train.rows import preference_rows, training_rows, write_rows
from prover.train.solved import retrieval_of, shown, solved_steps
from prover.types import Frozen

Phase = Literal["sft", "dpo", "grpo", "critic"]
TEMPERATURE = 0.7
"""What a model is sampled at where no held-out state says better."""


def asked_with(recipe: Recipe) -> Sampling:
    """Return how a model that was trained here is sampled: one of tactics writes a line, and stops at its end."""
    if recipe.kind != "tactic":
        return recipe.sampling
    return Sampling(temperature=TEMPERATURE, max_tokens=recipe.sampling.max_tokens, stop=("\n",))


def _write_questions(made: Round, path: Path) -> None:
    """Write the roots of the problems that were searched, each once; those with a context of their own are left out."""
    from prover.learners.grpo import Question, write_questions

    found: dict[str, Question] = {}
    for problem, states in made.searched():
        root = next((state for state in states if state.depth == 0), None)
        if root is not None and problem.where.kind != LIBRARY:
            found.setdefault(problem.name, Question(problem=problem, goals=root.goals))
    path.parent.mkdir(parents=True, exist_ok=True)
    write_questions(list(found.values()), path)


def _critic(folder: Path, number: int) -> Path:
    """Return where the critic of a round is, beside the folder of its model."""
    return folder.with_name(f"critic-{number}")


def _is_one(samples: int) -> bool:
    """Tell whether coverage is off. A switch that is off is not written down: older runs have none."""
    return samples == 1


class LanguageLearner(Frozen):
    """Trains a language model to answer the prompts of a recipe.

    `base`: a folder, a name in the cache (`smollm2`), or an id on the hub. `learn`: the phases of the first round, of
    the second, and so on; the last stands for all that follow; `critic` makes a second model, which values states.
    `most`: tactics of one state; `balance`: how much rare tactics are favoured (`training_rows`); `coverage`: for how
    many samples fine-tuning is (`prover.train.coverage`); `pairs`: preferences of one state. `reinforcement` is by
    Lean's verdict at the roots of problems that were searched (`grpo`), `answers` a file of Lean's results for it.
    `examples`: how many solved steps of the run so far a prompt shows, in training and when the model is asked
    (`prover.train.solved`). `samples` are drawn of a state. `settings` is added to the specification of its models,
    such as `dtype=bfloat16`.
    `companions` are the policies that a model is put on one scale with (`prover.policies.odds`), for `mix:`.
    """

    base: str = "smollm2"
    recipe: str = "step"
    learn: tuple[tuple[Phase, ...], ...] = (("sft",),)
    lora: Lora = Lora()
    schedule: Schedule = Schedule()
    preferences: Schedule = Schedule(epochs=1, rate=5e-6, longest=512)
    most: int = Field(default=4, ge=1)
    balance: float = Field(default=0.5, ge=0)
    coverage: int = Field(default=1, ge=1, exclude_if=_is_one)
    pairs: int = Field(default=8, ge=1)
    reinforcement: Reinforcement = Reinforcement(steps=50, heartbeats=1_000)
    reinforced: Schedule = Schedule(rate=1e-6, warm_up=0.0, longest=512)
    answers: Path | None = None
    examples: int = Field(default=0, ge=0, exclude_if=is_off)
    samples: int = Field(default=8, ge=1)
    kind: Literal["hf", "vllm"] = "hf"
    settings: str = ""
    companions: tuple[str, ...] = ("automation", "certificates")

    @property
    def spec(self) -> str:
        return f"language {self.model_dump_json()} {folder_sha256(self.base)}"

    @property
    def baseline_name(self) -> str:
        return "untuned base"

    @property
    def premises(self) -> int:
        return 0

    @property
    def without(self) -> float:
        return 0.0  # a state without a proof gives no row

    def phases(self, number: int) -> tuple[Phase, ...]:
        """Return the phases of a round, which count from 1."""
        return self.learn[min(max(number, 1), len(self.learn)) - 1]

    def train(self, examples: Sequence[TrainingExample], parent: Path | None, seed: int, out: Path) -> ModelRecord:
        """Train on examples, as in a first round."""
        return self.train_round(examples, parent, seed, out, Round(1, out.name))

    def train_round(
        self, examples: Sequence[TrainingExample], parent: Path | None, seed: int, out: Path, made: Round
    ) -> ModelRecord:
        """Train into a folder and return the model's record. `parent` plays no part: the base is the parent.

        Raises `DataError` where nothing was proved, `PolicyError` if a phase fails; the next call continues there.
        """
        recipe = find_recipe(self.recipe)
        work = out.with_name(f".{out.name}.training")
        tactics = recipe.kind == "tactic"
        solved, similar = shown(examples, self.examples, work / SOLVED)
        rows = training_rows(examples, recipe, most=self.most, balance=self.balance, lines=tactics, similar=similar)
        write_rows(rows, work / "sft.jsonl")
        hashed = data_sha256(examples)
        model, record = self.base, None
        phases = [phase for phase in self.phases(made.number) if phase != "critic"]
        for phase in phases:
            last = phase == phases[-1]
            target = out if last else work / phase
            given: dict[str, Any] = {
                "model": model,
                "data": work / f"{phase}.jsonl",
                "out": target,
                "work": work / f"{phase}.work",
                "name": made.name,
                "seed": seed,
                "round": made.number,
                "command": made.command,
                "data_sha256": hashed,
                "recipe": self.recipe,
                "sampling": asked_with(recipe),
                "tempered": work / "sft.jsonl" if tactics and last else None,
                "samples": self.samples,
                "examples": self.examples,
                "solved": solved,
                "lora": self.lora,
            }
            job: Job
            if phase == "sft":
                job = SftJob(**given, schedule=self.schedule, coverage=self.coverage)
            elif phase == "grpo":
                _write_questions(made, work / "grpo.jsonl")
                rules = self.reinforcement.model_dump()
                job = GrpoJob(**given, **rules, schedule=self.reinforced, answers=self.answers)
            else:
                pairs = preference_rows(examples, recipe, most=self.pairs, lines=tactics, similar=similar)
                write_rows(pairs, work / "dpo.jsonl")
                job = DpoJob(**given, schedule=self.preferences)
            record = run_phase(job, made.watch)
            model = str(target)
        if record is None:
            raise DataError("the learner has no phase that trains a policy: write --learn sft, or sft,dpo")
        if self.criticises(made.number):
            self._train_critic(seed, _critic(out, made.number), made)
        shutil.rmtree(work, ignore_errors=True)
        return record

    def _train_critic(self, seed: int, out: Path, made: Round) -> None:
        """Train a critic into a folder, for `--value hf:FOLDER`; without states of both kinds there is none."""
        recipe = critic_recipe(self.recipe)
        shown = find_recipe(recipe)
        rows = [row for _, states in made.searched() for row in value_rows(states, shown)]
        if not of_both_kinds(rows):
            return
        job = critic_job(
            rows, out, model=self.base, seed=seed, round=made.number, command=made.command, recipe=recipe,
            lora=self.lora, schedule=self.schedule,
        )  # fmt: skip
        run_phase(job, made.watch)
        shutil.rmtree(job.data.parent, ignore_errors=True)

    def criticises(self, number: int) -> bool:
        """Tell whether a round is to have a critic."""
        return "critic" in self.phases(number)

    def critic(self, folder: Path, number: int) -> ModelRecord | None:
        """Return the record of the critic of a round, None if there is none."""
        return trained(_critic(folder, number))

    def valued(self, folder: Path, number: int) -> ProblemPolicy:
        """Return the policy of a trained folder with the critic of its round."""
        return valued(self.policy(folder), f"hf:{_critic(folder, number)}")

    def policy(self, folder: Path) -> ProblemPolicy:
        """Return the policy of a trained folder."""
        return self._policy(str(folder))

    def first(self, examples: Sequence[TrainingExample] = ()) -> ProblemPolicy:
        """Return what searches before there is a model: the templates, which know Lean already."""
        from prover.train.explore import first_policy
        from prover.train.learn import table_of

        return first_policy(table_of(examples) if examples else None, 0)

    def searcher(self, folder: Path, examples: Sequence[TrainingExample]) -> ProblemPolicy:
        """Return the templates with a model beside them, as one policy."""
        from prover.policies.hybrid import HybridPolicy

        return HybridPolicy(
            f"templates and {folder.name}", [("templates", self.first(examples)), (self.kind, self.policy(folder))]
        )

    def sources(self, folder: Path) -> list[tuple[str, ProblemPolicy]]:
        """Return the companions and the model of a folder, each with the name that odds are kept under."""
        from prover.config import PolicySpec, make_policy

        specs = [PolicySpec.model_validate(companion) for companion in self.companions]
        return [*((spec.name, make_policy(spec)) for spec in specs), (self.kind, self.policy(folder))]

    def keep_odds(self, odds: Odds, folder: Path) -> None:
        """Write odds on the card of a trained folder."""
        card = read_model_card(folder)
        assert card is not None
        text = card.model_copy(update={"odds": odds}).model_dump_json(indent=1)
        write_whole(folder / CARD, f"{text}\n".encode())

    def baseline(self, examples: Sequence[TrainingExample]) -> ProblemPolicy | None:
        """Return the untuned base, asked as its children are."""
        from prover.policies.models.model import ModelPolicy

        made = self._policy(self.base, f"recipe={self.recipe}")
        assert isinstance(made, ModelPolicy)
        made = dataclasses.replace(made, sampling=asked_with(find_recipe(self.recipe)))
        if not self.examples:
            return made
        told = made.settings.model_copy(update={"examples": self.examples})
        return dataclasses.replace(made, settings=told, retriever=retrieval_of(solved_steps(examples)))

    def _policy(self, target: str, *given: str) -> ProblemPolicy:
        from prover.config import PolicySpec, make_policy

        query = "&".join([f"samples={self.samples}", *given, *([self.settings] if self.settings else [])])
        made = make_policy(PolicySpec.model_validate(f"{self.kind}:{target}?{query}"))
        assert isinstance(made, ProblemPolicy)
        return made

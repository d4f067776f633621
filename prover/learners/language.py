"""The learner of a pretrained language model, for `prover iterate`: fine-tuning, then preferences if they are wanted.

Every model is trained from the base on all examples so far, never from the last round's model: nothing is forgotten,
and a bad round leaves no trace. Every phase is a process of its own.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from prover.errors import DataError
from prover.learners.loop import Watch
from prover.learners.phase import run_phase
from prover.lines import sync_folder, write_whole
from prover.policies.models.cards import CARD, AskedWith, ModelCard, model_folder
from prover.policies.models.weights import folder_sha256
from prover.policies.protocol import ProblemPolicy
from prover.policies.recipes import Sampling, find_recipe
from prover.train.examples import TrainingExample, data_sha256
from prover.train.job import DpoJob, Job, Lora, Schedule, SftJob
from prover.train.records import ModelRecord
from prover.train.rows import preference_rows, training_rows, write_rows
from prover.types import Frozen


class LanguageLearner(Frozen):
    """Trains a language model to answer the prompts of a recipe.

    `base`: a folder, a name in the cache (`smollm2`), or an id on the hub. `learn`: the phases, in their order. `most`:
    tactics of one state; `balance`: how much rare tactics are favoured (`training_rows`); `pairs`: preferences of one
    state. `sampling` is what its models are asked with. `settings` is added to their specification, such as
    `dtype=bfloat16`.
    """

    base: str = "smollm2"
    recipe: str = "step"
    learn: tuple[Literal["sft", "dpo"], ...] = ("sft",)
    lora: Lora = Lora()
    schedule: Schedule = Schedule()
    preferences: Schedule = Schedule(epochs=1, rate=5e-6, longest=512)
    most: int = 4
    balance: float = 0.5
    pairs: int = 8
    sampling: Sampling = Sampling(temperature=0.7, max_tokens=64)
    kind: Literal["hf", "vllm"] = "hf"
    settings: str = ""

    @property
    def name(self) -> str:
        return "+".join(self.learn)

    @property
    def spec(self) -> str:
        return f"{self.name} {self.model_dump_json()} {folder_sha256(self.base)}"

    @property
    def premises(self) -> int:
        return 0

    @property
    def without(self) -> float:
        return 0.0

    def train(
        self,
        examples: Sequence[TrainingExample],
        corpus: Sequence[str],
        parent: Path | None,
        seed: int,
        out: Path,
        *,
        name: str,
        number: int = 0,
        command: str = "",
        watch: Watch = lambda step, steps, loss: None,
    ) -> ModelRecord:
        """Train into a folder and return the model's record. `corpus` and `parent` play no part.

        Raises `DataError` where nothing was proved, `PolicyError` if a phase fails; the next call continues there.
        """
        recipe = find_recipe(self.recipe)
        work = out.with_name(f".{out.name}.training")
        hashed = data_sha256(examples)
        model, record = self.base, None
        for phase in self.learn:
            last = phase == self.learn[-1]
            target = out if last else work / phase
            given: dict[str, Any] = {
                "model": model,
                "data": work / f"{phase}.jsonl",
                "out": target,
                "work": work / f"{phase}.work",
                "name": name,
                "seed": seed,
                "round": number,
                "command": command,
                "data_sha256": hashed,
                "recipe": self.recipe,
                "sampling": self.sampling,
                "lora": self.lora,
            }
            job: Job
            if phase == "sft":
                write_rows(training_rows(examples, recipe, most=self.most, balance=self.balance), work / "sft.jsonl")
                job = SftJob(**given, schedule=self.schedule)
            else:
                write_rows(preference_rows(examples, recipe, most=self.pairs), work / "dpo.jsonl")
                job = DpoJob(**given, schedule=self.preferences)
            record = run_phase(job, watch)
            model = str(target)
        if record is None:
            raise DataError("the learner has no phase: write --learn sft, or sft,dpo")
        shutil.rmtree(work, ignore_errors=True)
        return record

    def policy(self, folder: Path) -> ProblemPolicy:
        """Return the policy of a trained folder."""
        from prover.config import PolicySpec, make_policy

        query = f"?{self.settings}" if self.settings else ""
        made = make_policy(PolicySpec.model_validate(f"{self.kind}:{folder}{query}"))
        assert isinstance(made, ProblemPolicy)
        return made

    def first(self, examples: Sequence[TrainingExample] = ()) -> ProblemPolicy:
        """Return what searches while no model is promoted: the templates, which know Lean already."""
        from prover.train.explore import first_policy
        from prover.train.learn import table_of

        return first_policy(table_of(examples) if examples else None, 0)

    def baseline(self, examples: Sequence[TrainingExample], name: str, out: Path) -> bool:
        """Write the untuned base, asked as its children are, to a folder; False for a base that is on a hub."""
        folder = model_folder(self.base)
        if folder is None:
            return False
        partial = out.with_name(f".{out.name}.part")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        for path in folder.iterdir():
            if path.is_file() and path.name != CARD:
                (partial / path.name).symlink_to(path.resolve())
        card = ModelCard(name=name, recipe=AskedWith.of(find_recipe(self.recipe)), sampling=self.sampling)
        write_whole(partial / CARD, f"{card.model_dump_json(indent=1)}\n".encode())
        shutil.rmtree(out, ignore_errors=True)
        partial.replace(out)
        sync_folder(out.parent)
        return True

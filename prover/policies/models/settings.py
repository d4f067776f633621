"""What a model policy can be told behind the `?` of its specification: one model of settings a kind."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from prover.policies.models.cards import asked_recipe
from prover.policies.recipes import Recipe, Sampling, recipe_for
from prover.types import Frozen

Dtype = Literal["auto", "float32", "bfloat16", "float16"]


class ModelSettings(Frozen):
    """What every model policy can be told; what is None is as the recipe has it.

    `samples`: sequences a request, by default as many as actions are asked for. `repair`: rounds in which a failed
    action is shown to the model with Lean's message. `correct`: whether a failing automation call is replaced by others
    of its kind before the model is asked. `premises`, `examples`: how many lemmas and solved steps are retrieved
    for a prompt, the steps from the file `examples_from`, both by default as the model's card has it; `retriever` is
    `bm25` or `dense:PATH_OR_ID` of an encoder.
    `keep`: an SQLite file in which every sample is kept (`prover.policies.models.recording`).
    """

    recipe: str = ""
    temperature: float | None = Field(default=None, ge=0)
    top_p: float | None = Field(default=None, gt=0, le=1)
    top_k: int | None = Field(default=None, ge=0)
    max_tokens: int | None = Field(default=None, ge=1)
    beam: bool | None = None
    samples: int | None = Field(default=None, ge=1)
    seed: int = Field(default=0, ge=0)
    repair: int = Field(default=0, ge=0)
    correct: bool = False
    premises: int = Field(default=0, ge=0)
    examples: int | None = Field(default=None, ge=0)
    examples_from: str = ""
    retriever: str = Field(default="bm25", pattern=r"^(bm25|dense:.+)$")
    keep: str = ""

    def recipe_of(self, model: str) -> Recipe:
        """Return the recipe of the model's card, the one that is named, or the one that suits the model.

        Raises `UsageError` for a recipe that is not there, or not the one that the model was trained with.
        """
        return asked_recipe(model, self.recipe, recipe_for)

    def sampling_of(self, recipe: Recipe) -> Sampling:
        """Return how to sample: as the recipe's source does, but for what is set here.

        Temperature and beams exclude each other: who sets one of them switches the other off.
        """
        given = {name: getattr(self, name) for name in ("temperature", "top_p", "top_k", "max_tokens", "beam")}
        if self.temperature is not None and self.beam is None:
            given["beam"] = False
        return recipe.sampling.model_copy(update={name: value for name, value in given.items() if value is not None})


class LocalSettings(ModelSettings):
    """The further settings of `hf:`.

    `batch`: most sequences decoded at once. `context`: most tokens of prompt and answer, by default the model's own.
    `revision`: of a model on the hub. `base`: the model that an adapter stands on, where it is not the one on its card.
    """

    base: str = ""
    dtype: Dtype = "auto"
    device: str = Field(default="auto", pattern=r"^(auto|cpu|mps|cuda(:\d+)?)$")
    batch: int = Field(default=64, ge=1)
    context: int | None = Field(default=None, ge=8)
    revision: str = ""


class VllmSettings(ModelSettings):
    """The further settings of `vllm:`. `gpu_memory` is the fraction of a GPU's memory that vLLM takes.

    `base`: as for `hf:`; an adapter is merged into its base once, and the result kept in the cache.
    """

    base: str = ""
    dtype: Dtype = "auto"
    context: int | None = Field(default=None, ge=8)
    revision: str = ""
    tensor_parallel: int = Field(default=1, ge=1)
    gpu_memory: float = Field(default=0.9, gt=0, le=1)
    eager: bool = False


class EndpointSettings(ModelSettings):
    """The further settings of `openai:`.

    `key_env` names the environment variable that holds the key; the key itself is never a setting. `timeout` is in
    seconds for one request, `retries` how often one is repeated. `concurrency` bounds requests in flight, `per_minute`
    those begun in a minute. `max_cost` ends the run's requests once prices in USD per million tokens (`price_in`,
    `price_out`) add up to it. `log_probs=false` for servers that give none: then equal answers are counted instead.
    """

    key_env: str = Field(default="OPENAI_API_KEY", pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")
    timeout: float = Field(default=600.0, gt=0)
    retries: int = Field(default=6, ge=0)
    concurrency: int = Field(default=32, ge=1)
    per_minute: float | None = Field(default=None, gt=0)
    price_in: float | None = Field(default=None, ge=0)
    price_out: float | None = Field(default=None, ge=0)
    max_cost: float | None = Field(default=None, gt=0)
    log_probs: bool = True

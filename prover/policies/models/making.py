"""Make the policy of a language model from its settings, and say how the model is asked."""

from __future__ import annotations

from pathlib import Path

from prover.policies.entry import Asking
from prover.policies.models.cards import shown_examples
from prover.policies.models.generation import Generator
from prover.policies.models.model import ModelPolicy
from prover.policies.models.recording import Recorder
from prover.policies.models.settings import ModelSettings
from prover.policies.recipes import describe
from prover.policies.retrieval.open import open_retriever
from prover.registry import Spec


def model_policy(settings: ModelSettings, spec: Spec, generator: Generator) -> ModelPolicy:
    """Return the policy of a model that a generator asks. Raises `UsageError` for settings that exclude each other."""
    recipe = settings.recipe_of(model_name(spec))
    settings = _with_examples(settings, model_name(spec))
    return ModelPolicy(
        name=str(spec),
        recipe=recipe,
        sampling=settings.sampling_of(recipe),
        generator=generator,
        settings=settings,
        retriever=open_retriever(settings),
        recorder=Recorder(Path(settings.keep).expanduser()) if settings.keep else None,
    )


def _with_examples(settings: ModelSettings, model: str) -> ModelSettings:
    """Return the settings with the examples that the model was trained to be shown, where nothing else is asked for."""
    count, path = shown_examples(model)
    given: dict[str, object] = {}
    if settings.examples is None:
        given["examples"] = count
    if not settings.examples_from and path is not None:
        given["examples_from"] = str(path)
    return settings.model_copy(update=given)


def asked_as(settings: ModelSettings, spec: Spec) -> Asking:
    """Return how a model is asked: name, version, hash and source of its recipe; what the recipe says of sampling.

    Deterministic are beams, and samples at temperature 0.
    """
    recipe = settings.recipe_of(model_name(spec))
    sampling, found = settings.sampling_of(recipe), describe(recipe)
    given = {name: _shown(value) for name, value in spec.settings.items() if name != "recipe"}
    shown = {name: _shown(value) for name, value in sampling.model_dump().items()} | given
    return Asking(
        recipe=f"{found.name}/{found.version} (template {found.template_sha256[:12]}, {found.source})",
        sampling=dict(sorted(shown.items())),
        deterministic=sampling.beam or sampling.temperature == 0.0,
    )


def model_name(spec: Spec) -> str:
    """Return the model's own name: of an endpoint what stands behind the `#`."""
    return spec.target.rpartition("#")[2]


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return ", ".join(map(repr, value)) or "none" if isinstance(value, tuple) else str(value)

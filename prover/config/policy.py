"""A policy as people write it: `automation`, `hf:PATH_OR_ID?recipe=NAME&temperature=0.8`, `openai:BASE_URL#MODEL`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from pydantic import Field, model_serializer, model_validator

from prover.errors import UsageError
from prover.types import Frozen

if TYPE_CHECKING:
    from prover.policies.models.generation import Generator
    from prover.policies.models.model import ModelPolicy
    from prover.policies.protocol import AnyPolicy
    from prover.policies.recipes import Recipe, Sampling

KINDS = ("automation", "tiny", "hf", "vllm", "openai")
_WITH_TARGET = {"hf": "hf:PATH_OR_ID", "vllm": "vllm:PATH_OR_ID", "openai": "openai:BASE_URL#MODEL"}


class PolicySpec(Frozen):
    """Which policy, where it is, and how it is asked. In files it is one text, the same as on the command line."""

    kind: str = "automation"
    target: str = ""
    settings: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _read(cls, given: Any) -> Any:
        if not isinstance(given, str):
            return given
        address, _, query = given.partition("?")
        kind, _, target = address.partition(":")
        return {
            "kind": kind,
            "target": target,
            "settings": dict(parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query))),
        }

    @model_validator(mode="after")
    def _known(self) -> PolicySpec:
        if self.kind not in KINDS:
            raise ValueError(f"there is no policy {self.kind!r}; there are {', '.join(KINDS)}")
        if self.kind in _WITH_TARGET and not self.target:
            raise ValueError(f"{self.kind} needs a model; write {_WITH_TARGET[self.kind]}")
        if self.kind not in _WITH_TARGET and self.target:
            raise ValueError(f"{self.kind} takes no model, and {self.target!r} was given")
        if self.kind == "openai" and "#" not in self.target:
            raise ValueError("openai needs the model after the server's address; write openai:BASE_URL#MODEL")
        if "temperature" in self.settings:
            try:
                cold = float(self.settings["temperature"]) < 0
            except ValueError:
                cold = True
            if cold:
                raise ValueError(f"temperature={self.settings['temperature']} has to be a number, 0 or above")
        return self

    @model_serializer
    def _text(self) -> str:
        return str(self)

    def __str__(self) -> str:
        address = f"{self.kind}:{self.target}" if self.target else self.kind
        query = urlencode(sorted(self.settings.items()), safe="/:,")
        return f"{address}?{query}" if query else address

    @property
    def model(self) -> str:
        """The model's own name: of an endpoint what stands behind the `#`."""
        return self.target.rpartition("#")[2]

    @property
    def recipe(self) -> str:
        """The prompt recipe: name, version, hash of its template, source; empty for a policy without prompts."""
        if self.kind not in _WITH_TARGET:
            return ""
        from prover.policies.recipes import describe

        found = describe(self._asked()[0])
        return f"{found.name}/{found.version} (template {found.template_sha256[:12]}, {found.source})"

    @property
    def sampling(self) -> dict[str, str]:
        """How the policy samples: its settings without the recipe, and what the recipe says where they are silent."""
        given = {name: value for name, value in self.settings.items() if name != "recipe"}
        if self.kind in _WITH_TARGET:
            _, sampling = self._asked()
            given = {name: _shown(value) for name, value in sampling.model_dump().items()} | given
        return dict(sorted(given.items()))

    @property
    def deterministic(self) -> bool:
        """Whether asking again gives the same answer, so that samples are copies and pass@k means nothing."""
        if self.kind not in _WITH_TARGET:
            return True
        _, sampling = self._asked()
        return sampling.beam or sampling.temperature == 0.0

    def _asked(self) -> tuple[Recipe, Sampling]:
        """Return the recipe and how it samples. Raises `UsageError` for a setting that makes no sense."""
        from prover.policies.models.settings import TABLES, read_settings

        settings = read_settings(TABLES[self.kind], self.settings, self.kind)
        recipe = settings.recipe_of(self.model)
        return recipe, settings.sampling_of(recipe)


def make_policy(spec: PolicySpec) -> AnyPolicy:
    """Return the policy that a specification names. Raises `UsageError` for one that this installation lacks."""
    if spec.kind == "automation":
        from prover.policies.templates.automation import AutomationPolicy

        premises = spec.settings.get("premises", "0")
        if set(spec.settings) - {"premises"} or not premises.isdigit():
            raise UsageError(f"--policy {spec}: automation takes premises=N, lemmas to look for at every goal")
        return AutomationPolicy(int(premises))
    if spec.kind == "tiny":
        from prover.policies.tiny.policy import load_tiny, tiny_folder

        samples = spec.settings.get("samples", "0")
        if set(spec.settings) - {"model", "samples"} or not samples.isdigit():
            raise UsageError(f"--policy {spec}: tiny takes model=FOLDER, of `prover iterate`, and samples=N")
        return load_tiny(tiny_folder(spec.settings.get("model")), int(samples))
    return _model_policy(spec)


def _model_policy(spec: PolicySpec) -> ModelPolicy:
    from prover.policies.models.model import ModelPolicy
    from prover.policies.models.settings import TABLES, read_settings
    from prover.retrieval.open import open_retriever

    settings = read_settings(TABLES[spec.kind], spec.settings, spec.kind)
    recipe = settings.recipe_of(spec.model)
    return ModelPolicy(
        name=str(spec),
        recipe=recipe,
        sampling=settings.sampling_of(recipe),
        generator=_generator(spec),
        settings=settings,
        retriever=open_retriever(settings),
    )


def _generator(spec: PolicySpec) -> Generator:
    from prover.policies.models.batcher import Batcher
    from prover.policies.models.settings import EndpointSettings, LocalSettings, VllmSettings, read_settings

    if spec.kind == "hf":
        from prover.policies.models.huggingface import HfGenerator

        return Batcher(HfGenerator(spec.target, read_settings(LocalSettings, spec.settings, spec.kind)))
    if spec.kind == "vllm":
        from prover.policies.models.vllm_engine import VllmGenerator

        return Batcher(VllmGenerator(spec.target, read_settings(VllmSettings, spec.settings, spec.kind)))
    from prover.policies.models.endpoint import EndpointGenerator

    url, _, model = spec.target.rpartition("#")
    # A server makes batches itself: requests go out one by one, many at a time.
    return EndpointGenerator(url, model, read_settings(EndpointSettings, spec.settings, spec.kind))


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return ", ".join(map(repr, value)) or "none" if isinstance(value, tuple) else str(value)

"""A policy as people write it: `automation`, `hf:PATH_OR_ID?recipe=NAME&temperature=0.8`, `openai:BASE_URL#MODEL`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from pydantic import Field, model_serializer, model_validator

from prover.errors import UsageError
from prover.types import Frozen

if TYPE_CHECKING:
    from prover.prove import NamedPolicy

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
    def recipe(self) -> str:
        """The prompt recipe; empty for a policy without prompts, `default` where none is named."""
        return self.settings.get("recipe", "default" if self.kind in _WITH_TARGET else "")

    @property
    def sampling(self) -> dict[str, str]:
        """How the policy samples: its settings without the recipe."""
        return {name: value for name, value in sorted(self.settings.items()) if name != "recipe"}

    @property
    def deterministic(self) -> bool:
        """Whether asking again gives the same answer, so that samples are copies and pass@k means nothing."""
        return self.kind == "automation" or float(self.settings.get("temperature", 1.0)) == 0.0


def make_policy(spec: PolicySpec) -> NamedPolicy:
    """Return the policy that a specification names. Raises `UsageError` for one that this installation lacks."""
    if spec.kind == "automation":
        if spec.settings:
            raise UsageError(f"--policy: automation has no setting {next(iter(spec.settings))!r}; it takes none")
        from prover.policy.automation import AutomationPolicy

        return AutomationPolicy()
    raise UsageError(f"--policy {spec}: this version has no policy {spec.kind!r} yet; use automation")

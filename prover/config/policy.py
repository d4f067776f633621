"""A policy as people write it: `automation`, `hf:PATH_OR_ID?recipe=NAME&temperature=0.8`, `openai:BASE_URL#MODEL`."""

from __future__ import annotations

from typing import ClassVar

from pydantic import model_validator

from prover.policies.entry import POLICIES, Asking, PolicyEntry
from prover.policies.protocol import ProblemPolicy
from prover.registry import Registry, Spec


class PolicySpec(Spec):
    """Which policy, where it is, and how it is asked. In files it is one text, the same as on the command line."""

    registry: ClassVar[Registry[PolicyEntry]] = POLICIES

    name: str = "automation"

    @model_validator(mode="after")
    def _complete(self) -> PolicySpec:
        if self.name == "openai" and "#" not in self.target:
            raise ValueError("openai needs the model after the server's address; write openai:BASE_URL#MODEL")
        return self

    @property
    def recipe(self) -> str:
        """The prompt recipe: name, version, hash of its template, source; empty for a policy without prompts."""
        return self._asking.recipe

    @property
    def sampling(self) -> dict[str, str]:
        """How the policy samples: its settings without the recipe, and what the recipe says where they are silent."""
        return dict(self._asking.sampling)

    @property
    def deterministic(self) -> bool:
        """Whether asking again gives the same answer, so that samples are copies and pass@k means nothing."""
        return self._asking.deterministic

    @property
    def sha256(self) -> str:
        """One hash over what the policy consists of, as far as that is on this machine."""
        entry: PolicyEntry = self.entry
        return entry.fingerprint(self.read, self)

    @property
    def _asking(self) -> Asking:
        entry: PolicyEntry = self.entry
        return entry.asking(self.read, self)


def make_policy(spec: PolicySpec) -> ProblemPolicy:
    """Return the policy that a specification names. Raises `UsageError` for one that this installation lacks."""
    made: ProblemPolicy = spec.make()
    return made

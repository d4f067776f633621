"""The registry of policies: what may be written after `--policy`, and what an entry says of itself."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from pydantic import model_validator

from prover.errors import UsageError
from prover.policies.protocol import ProblemPolicy
from prover.registry import MARK, Entry, NoSettings, Registry, Spec, summary_of
from prover.types import Frozen
from search.types import Suggestion

Propose = Callable[..., "Iterable[str | tuple[str, float] | Suggestion]"]
"""The simplest policy: takes a `Goal` (and its settings, if it has any) and returns tactics, best first.

A tactic is a text, a text with a probability, or a `Suggestion`.
"""


@dataclass(frozen=True, slots=True)
class Asking:
    """How a policy is asked: its prompt recipe, how it samples, and whether asking again gives the same answer.

    Where it does, samples are copies of one another and pass@k means nothing.
    """

    recipe: str = ""
    sampling: Mapping[str, str] = field(default_factory=dict)
    deterministic: bool = True


def plainly(settings: Frozen, spec: Spec) -> Asking:
    """Return how a policy without prompts is asked: by its settings alone."""
    return Asking(sampling={name: str(value) for name, value in sorted(spec.settings.items())})


def unknown(settings: Frozen, spec: Spec) -> str:
    """Return that nothing is known of what a policy consists of."""
    return ""


@dataclass(frozen=True, kw_only=True)
class PolicyEntry(Entry[ProblemPolicy]):
    """A policy that can be named. `asking` says how it is asked; raises `UsageError` for what cannot be asked so.

    `fingerprint` is one hash over what it consists of on this machine (code, weights), so that a run notices a change;
    empty where that is elsewhere.
    """

    asking: Callable[[Any, Spec], Asking] = plainly
    fingerprint: Callable[[Any, Spec], str] = unknown


def wrapped(name: str, value: Any) -> PolicyEntry:
    """Return the entry that a value is, or that is made of it.

    It may be a function from a goal to tactics, a policy of `search`, or a class or an instance of a policy that is
    told the problem (`prover.policies.protocol.ProblemPolicy`).
    """
    if isinstance(value, PolicyEntry):
        return value
    if inspect.isclass(value) and (hasattr(value, "prepare") or hasattr(value, "suggest")):
        return _entry(name, value, lambda settings, spec: _ready(str(spec), value()))
    if hasattr(value, "prepare") or hasattr(value, "suggest"):
        return _entry(name, value, lambda settings, spec: _ready(str(spec), value))
    if callable(value):
        return function_entry(name, value)
    raise UsageError(
        f"the policy {name} is a {type(value).__name__}; name a function from a goal to tactics, a policy, "
        "or a PolicyEntry"
    )


def function_entry(name: str, propose: Propose, settings: type[Frozen] = NoSettings) -> PolicyEntry:
    """Return the entry of a function from a goal to tactics."""

    def make(given: Frozen, spec: Spec) -> ProblemPolicy:
        from prover.policies.function import FunctionPolicy

        bound = propose if settings is NoSettings else lambda goal: propose(goal, given)
        return FunctionPolicy(str(spec), bound)

    return _entry(name, propose, make, settings)


def policy(name: str, *, settings: type[Frozen] = NoSettings) -> Callable[[Propose], Propose]:
    """Make a function from a goal to tactics a policy of this name, in this process.

    An installed package names the function as an entry point of the group `proofsmith.policies` as well. With a model
    of settings, the function takes the settings as its second argument. Raises `UsageError` if the name is taken.

        @policy("mine")
        def mine(goal: Goal) -> list[str]:
            return ["simp", "omega"]
    """

    def decorate(propose: Propose) -> Propose:
        entry = function_entry(name, propose, settings)
        POLICIES.register(entry, propose.__module__)
        setattr(propose, MARK, entry)
        return propose

    return decorate


def _entry(
    name: str, value: Any, make: Callable[[Any, Spec], ProblemPolicy], settings: type[Frozen] = NoSettings
) -> PolicyEntry:
    code = inspect.unwrap(value) if callable(value) else type(value)

    def fingerprint(given: Frozen, spec: Spec) -> str:
        from prover.policies.fingerprint import code_sha256

        file = inspect.getsourcefile(code)
        return code_sha256(Path(file)) if file is not None and Path(file).is_file() else ""

    return PolicyEntry(
        name=name, summary=summary_of(value, name), make=make, settings=settings, fingerprint=fingerprint
    )


def _ready(name: str, value: Any) -> ProblemPolicy:
    from prover.policies.function import ready

    return ready(value, name)


POLICIES: Registry[PolicyEntry] = Registry(
    "policy",
    "proofsmith.policies",
    {
        "automation": "prover.policies.templates.automation:POLICY",
        "certificates": "prover.policies.certificates.policy:POLICY",
        "mix": "prover.policies.hybrid:POLICY",
        "tiny": "prover.policies.tiny.policy:POLICY",
        "hf": "prover.policies.models.huggingface:POLICY",
        "vllm": "prover.policies.models.vllm_engine:POLICY",
        "openai": "prover.policies.models.endpoint:POLICY",
        "samples": "prover.policies.models.sampled:POLICY",
    },
    wrapped,
)
"""Every policy by name."""


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

"""What a run is: everything that decides its outcomes and that a report has to state, frozen, with a hash."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pydantic import Field

from prover.config import PolicySpec, SearchConfig
from prover.problems.dataset import Dataset, digest
from prover.types import Frozen, LeanInfo

MANY_FILES = 8
_GROWS = frozenset({"dataset.problems", "dataset.statements_sha256", "dataset.selection", "samples"})
"""What a run may be extended in: its problems, where those before stay the first ones, and its samples."""


class DatasetFacts(Frozen):
    """Which problems exactly. `files` maps what was read to its sha256; of many files there is one hash of hashes.

    `selection` says which of them were taken, and is empty for all.
    """

    name: str
    split: str
    revision: str
    files: dict[str, str]
    problems: int
    statements_sha256: str
    selection: str = ""

    @classmethod
    def of(cls, dataset: Dataset, selection: str = "") -> DatasetFacts:
        """Return the facts of a dataset."""
        files = dict(dataset.files)
        if len(files) > MANY_FILES:
            files = {f"{len(files)} files": digest(f"{sha256}  {path}" for path, sha256 in files.items())}
        return cls(
            name=dataset.name,
            split=dataset.split,
            revision=dataset.revision,
            files=files,
            problems=len(dataset.problems),
            statements_sha256=dataset.statements_sha256,
            selection=selection,
        )


class PolicyFacts(Frozen):
    """Who proposes, and how it is asked. `sha256` pins what it consists of, where that is on this machine."""

    name: str
    recipe: str
    sampling: dict[str, str]
    deterministic: bool
    sha256: str = ""

    @classmethod
    def of(cls, spec: PolicySpec) -> PolicyFacts:
        """Return the facts of a policy."""
        return cls(
            name=str(spec),
            recipe=spec.recipe,
            sampling=spec.sampling,
            deterministic=spec.deterministic,
            sha256=spec.sha256,
        )


class RunConfig(Frozen):
    """A run. Attempt number i at a problem is seeded with `search.seed` + i; there are `samples` of them.

    `strategy_options` holds every option of the strategy, so that a changed default is noticed too. `allocation` is the
    hash of the model by which one budget is spent over the whole run, empty where every problem has its own.
    """

    format: Literal["proofsmith-run/1"] = "proofsmith-run/1"
    dataset: DatasetFacts
    lean: LeanInfo
    policy: PolicyFacts
    search: SearchConfig
    strategy_options: dict[str, bool | int | float | str | None]
    reads_budget: bool
    samples: int = Field(default=1, ge=1)
    allocation: str = ""

    @property
    def sha256(self) -> str:
        """Hash of all but the number of workers, on which no outcome depends."""
        return hashlib.sha256(json.dumps(_decides(self), sort_keys=True, ensure_ascii=False).encode()).hexdigest()

    def differences(self, other: RunConfig) -> list[str]:
        """Say, a line each, in what another configuration differs: `search.seed: 0 here, 1 there`."""
        here, there = dict(_flat(_decides(self))), dict(_flat(_decides(other)))
        names = [*here, *(name for name in there if name not in here)]
        return [
            f"{name}: {_shown(here.get(name))} here, {_shown(there.get(name))} there"
            for name in names
            if here.get(name) != there.get(name)
        ]

    def extended_by(self, other: RunConfig) -> bool:
        """Say whether another configuration asks for the same and more: more problems, more samples, or both."""
        here, there = dict(_flat(_decides(self))), dict(_flat(_decides(other)))
        same = all(here.get(name) == there.get(name) for name in (here.keys() | there.keys()) - _GROWS)
        larger = other.dataset.problems >= self.dataset.problems and other.samples >= self.samples
        return same and larger and self.sha256 != other.sha256


def run_config(
    dataset: Dataset,
    lean: LeanInfo,
    search: SearchConfig,
    *,
    samples: int = 1,
    selection: str = "",
    allocation: str = "",
) -> RunConfig:
    """Return the configuration of a run of these problems under these settings."""
    # The pool retries, as `prover.prove` has it.
    options = dataclasses.asdict(search.strategy.chosen().options(retries=0))
    # These two say how requests are batched; they change neither the graph nor what is found.
    speed = ("width", "batch")
    return RunConfig(
        dataset=DatasetFacts.of(dataset, selection),
        lean=lean,
        policy=PolicyFacts.of(search.policy),
        search=search,
        strategy_options={name: value for name, value in options.items() if name not in speed},
        reads_budget=search.strategy.reads_budget,
        samples=samples,
        allocation=allocation,
    )


def _decides(config: RunConfig) -> dict[str, Any]:
    found = config.model_dump(mode="json", exclude={"search": {"workers"}})
    # Runs from before there was this field keep their hash.
    return found if config.allocation else {name: value for name, value in found.items() if name != "allocation"}


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        if isinstance(value, Mapping) and value:
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _shown(value: Any) -> str:
    text = "nothing" if value is None or value == {} else str(value)
    return f"{text[:16]}…" if len(text) == 64 else text

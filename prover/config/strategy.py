"""A strategy as people write it: `best-first`, `mcts?exploration=1.4&parallel=8`."""

from __future__ import annotations

import math
from typing import Any, get_type_hints
from urllib.parse import parse_qsl

from pydantic import Field, TypeAdapter, ValidationError, model_serializer, model_validator

from prover.types import Frozen
from search.strategies import STRATEGIES

Scalar = bool | int | float | str | None


class StrategySpec(Frozen):
    """The name of a strategy, and those of its options that differ from the defaults. In files it is one text."""

    name: str = "best-first"
    options: dict[str, Scalar] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _read(cls, given: Any) -> Any:
        if isinstance(given, str):
            name, _, query = given.partition("?")
            options = dict(parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query)))
            given = {"name": name, "options": options}
        if isinstance(given, dict) and given.get("name") in STRATEGIES:
            given = given | {"options": _typed(given["name"], given.get("options", {}))}
        return given

    @model_validator(mode="after")
    def _known(self) -> StrategySpec:
        if self.name not in STRATEGIES:
            raise ValueError(f"there is no strategy {self.name!r}; there are {', '.join(STRATEGIES)}")
        options: dict[str, Any] = self.options
        STRATEGIES[self.name].options(**options)  # raises ValueError naming the option
        return self

    @model_serializer
    def _text(self) -> str:
        return str(self)

    def __str__(self) -> str:
        query = "&".join(f"{name}={_shown(value)}" for name, value in sorted(self.options.items()))
        return f"{self.name}?{query}" if query else self.name

    @property
    def reads_budget(self) -> bool:
        """Whether what the strategy does depends on its budget, so that a short run is no prefix of a long one."""
        return STRATEGIES[self.name].reads_budget


def _typed(name: str, options: dict[str, Any]) -> dict[str, Scalar]:
    kinds = get_type_hints(STRATEGIES[name].options)
    typed: dict[str, Scalar] = {}
    for option, value in options.items():
        if option not in kinds:
            raise ValueError(f"{name} has no option {option!r}; it has {', '.join(kinds)}")
        try:
            found = TypeAdapter(kinds[option]).validate_python(None if value == "none" else value)
        except ValidationError as error:
            raise ValueError(f"option {option}={value}: {error.errors()[0]['msg']}") from None
        if isinstance(found, float) and not math.isfinite(found):
            raise ValueError(f"option {option}={value}: a finite number is needed")
        typed[option] = found
    return typed


def _shown(value: Scalar) -> str:
    return "none" if value is None else str(value).lower() if isinstance(value, bool) else str(value)

"""The registry of strategies: what may be written after `--strategy`, over the entries of `search`."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from functools import partial
from typing import Any, ClassVar, get_type_hints

from pydantic import create_model, model_validator

from prover.errors import UsageError
from prover.registry import MARK, Entry, Registry, Spec, summary_of
from prover.types import Frozen
from search.context import Options
from search.hooks import Hooks
from search.result import SearchResult
from search.strategies import STRATEGIES as OURS
from search.strategies import Body, StrategyEntry, strategy_of
from search.subgoal import Sketcher
from search.types import Budget, Environment, Policy, Value


@dataclass(frozen=True, slots=True)
class Chosen:
    """A strategy with the options that were given; those that were not are the caller's defaults, then its own."""

    entry: StrategyEntry
    given: Mapping[str, Any]

    def options(self, **defaults: Any) -> Options:
        """Return all options."""
        return self.entry.options(**{**defaults, **self.given})

    def search(
        self,
        root: Any,
        env: Environment[Any],
        policy: Policy[Any],
        budget: Budget,
        *,
        options: Options,
        seed: int,
        hooks: Hooks,
        sketcher: Sketcher[Any],
        value: Value[Any] | None = None,
    ) -> SearchResult[Any]:
        """Search; a strategy that makes sketches gets the sketcher."""
        more = {"sketcher": sketcher} if self.entry.sketches else {}
        return self.entry.search(
            root, env, policy, budget, seed=seed, value=value, hooks=hooks, options=options, **more
        )


@dataclass(frozen=True, kw_only=True)
class NamedStrategy(Entry[Chosen]):
    """A strategy that can be named.

    Where `reads_budget` is true, what it does depends on its budget, so that a short run is no prefix of a long one.
    """

    reads_budget: bool = False


def named(name: str, entry: StrategyEntry) -> NamedStrategy:
    """Return a strategy of `search` as an entry: its options become the settings."""
    return NamedStrategy(
        name=name,
        summary=entry.summary or name,
        settings=_settings(name, entry.options),
        make=lambda settings, spec: Chosen(entry, spec.settings),
        reads_budget=entry.reads_budget,
        needed=name in OURS,
    )


def wrapped(name: str, value: Any) -> NamedStrategy:
    """Return the entry that a value is, or is made into: a `search.StrategyEntry`, or a function over a context."""
    if isinstance(value, NamedStrategy):
        return value
    if isinstance(value, StrategyEntry):
        return named(name, value)
    if inspect.isfunction(value):
        return named(name, strategy_of(value, summary=summary_of(value)))
    raise UsageError(
        f"the strategy {name} is a {type(value).__name__}; name a function over a search.SearchContext, or a "
        "search.StrategyEntry"
    )


def strategy(name: str, *, options: type[Options] = Options, reads_budget: bool = False) -> Callable[[Body], Body]:
    """Make a function over a search in progress a strategy of this name, in this process.

    An installed package names the function as an entry point of the group `proofsmith.strategies` as well. The function
    takes a `search.SearchContext`, its options and the seed. Raises `UsageError` if the name is taken.

        @strategy("shallow")
        def shallow(run: SearchContext, options: Options, seed: int) -> None:
            for suggestion in run.expand(0).proposals or ():
                run.step(0, suggestion)
    """

    def decorate(body: Body) -> Body:
        entry = named(name, strategy_of(body, options, summary_of(body), reads_budget))
        STRATEGIES.register(entry, body.__module__)
        setattr(body, MARK, entry)
        return body

    return decorate


def _settings(name: str, options: type[Options]) -> type[Frozen]:
    """Return the model of a strategy's options, which have to make sense together as their dataclass says."""
    hints = get_type_hints(options)
    defined: dict[str, Any] = {
        field.name: (hints[field.name], ... if field.default is MISSING else field.default) for field in fields(options)
    }

    def sensible(settings: Frozen) -> Frozen:
        given = {name: getattr(settings, name) for name in settings.model_fields_set}
        for option, value in given.items():
            if isinstance(value, float) and not math.isfinite(value):
                raise ValueError(f"option {option}={value}: a finite number is needed")
        options(**given)  # raises ValueError that names the option
        return settings

    validators: dict[str, Any] = {"sensible": model_validator(mode="after")(sensible)}
    return create_model(f"{options.__name__}Settings", __base__=Frozen, __validators__=validators, **defined)


def _ours(name: str) -> NamedStrategy:
    return named(name, OURS[name])


STRATEGIES: Registry[NamedStrategy] = Registry(
    "strategy",
    "proofsmith.strategies",
    {name: partial(_ours, name) for name in OURS},
    wrapped,
)
"""Every strategy by name."""


class StrategySpec(Spec):
    """The name of a strategy, and those of its options that differ from the defaults. In files it is one text."""

    registry: ClassVar[Registry[NamedStrategy]] = STRATEGIES

    name: str = "best-first"

    @property
    def options(self) -> dict[str, bool | int | float | str | None]:
        """The options that were given."""
        return self.settings

    @property
    def reads_budget(self) -> bool:
        """Whether what the strategy does depends on its budget, so that a short run is no prefix of a long one."""
        entry: NamedStrategy = self.entry
        return entry.reads_budget

    def chosen(self) -> Chosen:
        """Return what searches."""
        made: Chosen = self.make()
        return made

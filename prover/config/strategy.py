"""A strategy as people write it: `best-first`, `mcts?exploration=1.4&parallel=8`."""

from __future__ import annotations

from typing import ClassVar

from prover.registry import Registry, Spec
from prover.strategies import STRATEGIES, Chosen, NamedStrategy


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

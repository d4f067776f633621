"""What a search is told: the options that every searching command shares, from the command line and from a file.

A command takes the annotated types below as they are and hands what it was given to `search_config`:

    def run(policy: PolicyOption = None, strategy: StrategyOption = None, ..., config: ConfigOption = None) -> int:
        settings = search_config(policy=policy, strategy=strategy, ..., config=config)
        outcome = prove(problem, pool, verifier, make_policy(settings.policy), settings.strategy.name,
                        settings.budget.limits(), seed=settings.seed, options=settings.strategy.options)

What the command line says overrides what the file says, and that overrides the defaults.
"""

from prover.config.budget import BudgetSpec
from prover.config.options import (
    BudgetOption,
    CacheOption,
    ConfigOption,
    ContextOption,
    HeartbeatsOption,
    LeanOption,
    PolicyOption,
    SeedOption,
    StrategyOption,
    ValueOption,
    WorkersOption,
    checked,
    read_table,
    search_config,
)
from prover.config.policy import PolicySpec, make_policy
from prover.config.search import Backend, SearchConfig
from prover.config.strategy import StrategySpec

__all__ = [
    "Backend",
    "BudgetOption",
    "BudgetSpec",
    "CacheOption",
    "ConfigOption",
    "ContextOption",
    "HeartbeatsOption",
    "LeanOption",
    "PolicyOption",
    "PolicySpec",
    "SearchConfig",
    "SeedOption",
    "StrategyOption",
    "StrategySpec",
    "ValueOption",
    "WorkersOption",
    "checked",
    "make_policy",
    "read_table",
    "search_config",
]

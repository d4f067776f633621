"""What a search is told, in one frozen value: from the command line, from a file, from Python."""

from prover.config.budget import BudgetSpec
from prover.config.given import checked, read_table, search_config
from prover.config.policy import PolicySpec, make_policy
from prover.config.search import SearchConfig
from prover.config.strategy import StrategySpec

__all__ = [
    "BudgetSpec",
    "PolicySpec",
    "SearchConfig",
    "StrategySpec",
    "checked",
    "make_policy",
    "read_table",
    "search_config",
]

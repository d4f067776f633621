"""What a search is told, in one frozen value: from the command line, from a file, from Python."""

from prover.config.search import BudgetSpec, SearchConfig, checked, read_table, search_config
from prover.policies.entry import PolicySpec, make_policy
from prover.strategies import StrategySpec

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

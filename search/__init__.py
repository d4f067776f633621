"""Proof search over AND/OR graphs: pure algorithms over three small protocols, `Environment`, `Policy` and `Value`.

`search.testing` has fakes for one's own tests, `search.minimise` shrinks proofs, `search.export` (which alone needs
networkx) draws graphs; they are imported by their own names.
"""

from search.beam import BeamOptions, beam
from search.best_first import BestFirstOptions, best_first
from search.best_of_n import BestOfNOptions, best_of_n
from search.context import Options, SearchContext
from search.hooks import Cancelled, Hooks
from search.mcts import MctsOptions, mcts
from search.proof import Proof, extract, replays
from search.result import SearchResult, Strategy
from search.strategies import STRATEGIES, StrategyEntry, strategy_of
from search.subgoal import Sketcher, SubgoalOptions, subgoal
from search.tree import SPLIT, Edge, Graph, Node, Outcome, Status
from search.types import (
    UNITS,
    Advanced,
    Budget,
    Cost,
    Environment,
    Policy,
    Proposals,
    Rejected,
    RejectionKind,
    Salvaged,
    Solved,
    Step,
    Stop,
    Suggestion,
    Value,
)

__all__ = [
    "SPLIT",
    "STRATEGIES",
    "UNITS",
    "Advanced",
    "BeamOptions",
    "BestFirstOptions",
    "BestOfNOptions",
    "Budget",
    "Cancelled",
    "Cost",
    "Edge",
    "Environment",
    "Graph",
    "Hooks",
    "MctsOptions",
    "Node",
    "Options",
    "Outcome",
    "Policy",
    "Proof",
    "Proposals",
    "Rejected",
    "RejectionKind",
    "Salvaged",
    "SearchContext",
    "SearchResult",
    "Sketcher",
    "Solved",
    "Status",
    "Step",
    "Stop",
    "Strategy",
    "StrategyEntry",
    "SubgoalOptions",
    "Suggestion",
    "Value",
    "beam",
    "best_first",
    "best_of_n",
    "extract",
    "mcts",
    "replays",
    "strategy_of",
    "subgoal",
]

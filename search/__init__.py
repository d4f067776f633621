"""Proof search over AND/OR graphs: pure algorithms over three small protocols, `Environment`, `Policy` and `Value`."""

from search.best_first import BestFirstOptions, best_first
from search.proof import Proof, extract, replays
from search.result import SearchResult
from search.run import Options
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
    "UNITS",
    "Advanced",
    "BestFirstOptions",
    "Budget",
    "Cost",
    "Edge",
    "Environment",
    "Graph",
    "Node",
    "Options",
    "Outcome",
    "Policy",
    "Proof",
    "Proposals",
    "Rejected",
    "RejectionKind",
    "Salvaged",
    "SearchResult",
    "Solved",
    "Status",
    "Step",
    "Stop",
    "Suggestion",
    "Value",
    "best_first",
    "extract",
    "replays",
]

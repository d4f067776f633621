"""What a search has shown after so many Lean calls, read off its recorded graph.

Only what was known at that moment is used: the statuses in a stored graph are the final ones and are left alone.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from prover.bench.folder import Run
from search.export import EdgeDocument, GraphDocument

FEATURES = (
    "calls", "advanced", "heartbeats", "no progress", "arithmetic", "closing", "best value", "recent value", "depth",
    "open goals", "smallest goal", "seconds a call", "length", "hypotheses", "reals", "sums", "quantifiers", "equation",
)  # fmt: skip
"""The names of what `Trace.features` returns, in order.

Calls so far (log); shares of the calls that advanced, ran out of heartbeats, made no progress, failed in arithmetic
(`omega`, `linarith`, `nlinarith`, `norm_num`), failed in a closing call (`grind`, `aesop`, `exact?`); the greatest
log-probability and the mean of the last four; greatest depth; states found (log); the shortest state found, by the
length of the first; seconds a call (log); then the shape of the statement.
"""
RECENT = 4
_ARITHMETIC = re.compile(r"omega|linarith|norm_num|positivity|ring")
_CLOSING = re.compile(r"grind|aesop|exact\?|simp_all|decide")
_PROGRESS = re.compile(r"no progress|did not simplify|nothing")
_SUMS = re.compile(r"[∑∏∫]|Finset")
_QUANTIFIER = re.compile(r"[∀∃]")
_REAL = re.compile(r"[ℝℂ]|√|Real\.")


@dataclass(frozen=True, slots=True)
class Call:
    """One step of a search that asked Lean: how many calls it took, and all that the features need of it."""

    calls: int
    seconds: float
    advanced: bool
    kind: str
    reason: str
    action: str
    log_prob: float
    depth: int
    goals: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Trace:
    """The calls of one attempt, in order. `proved` says that the last of them ended the proof."""

    name: str
    root: str
    calls: tuple[Call, ...]
    proved: bool

    @property
    def total(self) -> int:
        return sum(call.calls for call in self.calls)

    @property
    def seconds(self) -> float:
        return sum(call.seconds for call in self.calls)

    def features(self, calls: int) -> tuple[float, ...]:
        """Return what is known once `calls` Lean calls were made, in the order of `FEATURES`."""
        seen = self.seen(calls)
        made = max(1, len(seen))
        logs = [call.log_prob for call in seen]
        failed = [call for call in seen if not call.advanced and call.kind != "heartbeats"]
        goals = [length for call in seen for length in call.goals]
        target = self.root.rpartition("⊢")[2]
        return (
            math.log1p(sum(call.calls for call in seen)),
            sum(call.advanced for call in seen) / made,
            sum(call.kind == "heartbeats" for call in seen) / made,
            sum(_PROGRESS.search(call.reason[:200]) is not None for call in failed) / made,
            sum(_ARITHMETIC.search(call.action) is not None for call in failed) / made,
            sum(_CLOSING.search(call.action) is not None for call in failed) / made,
            max(logs, default=0.0),
            sum(logs[-RECENT:]) / max(1, len(logs[-RECENT:])),
            float(max((call.depth for call in seen), default=0)),
            math.log1p(len(goals)),
            min([length / max(1, len(self.root)) for length in goals], default=1.0),
            math.log(0.01 + sum(call.seconds for call in seen) / made) if seen else 0.0,
            math.log1p(len(self.root)),
            float(self.root.count("\n")),
            float(_REAL.search(self.root) is not None),
            float(_SUMS.search(self.root) is not None),
            float(_QUANTIFIER.search(target) is not None),
            float("=" in target),
        )

    def seen(self, calls: int) -> tuple[Call, ...]:
        """Return the steps that fit into so many calls."""
        spent, kept = 0, []
        for call in self.calls:
            spent += call.calls
            if spent > calls:
                break
            kept.append(call)
        return tuple(kept)


def trace(name: str, graph: GraphDocument, proved: bool) -> Trace:
    """Return the trace of a search, given its document (`search.export`)."""
    nodes = graph["nodes"]
    calls = tuple(
        _call(edge, nodes[edge["source"]]["depth"], tuple(len(nodes[child]["label"]) for child in edge["children"]))
        for edge in graph["edges"]
        if edge["cost"]["lean_calls"]
    )
    return Trace(name, nodes[0]["label"] if nodes else "", calls, proved)


def traces(run: Run) -> list[Trace]:
    """Return the traces of a run's first attempt at every problem; one that never began, or broke, has none."""
    first = min((attempt.seed for attempt in run.attempts), default=0)
    found = []
    for attempt in run.attempts:
        graph = run.tree(attempt.problem, attempt.seed) if attempt.seed == first and attempt.status != "error" else None
        if graph is not None:
            found.append(trace(attempt.problem, graph, attempt.status == "proved"))
    return found


def _call(edge: EdgeDocument, depth: int, goals: tuple[int, ...]) -> Call:
    return Call(
        calls=int(edge["cost"]["lean_calls"]),
        seconds=float(edge["cost"]["lean_seconds"]),
        advanced=edge["outcome"] != "rejected",
        kind=edge["kind"] or "",
        reason=edge["reason"],
        action=edge["action"],
        log_prob=edge["log_prob"] if edge["log_prob"] is not None else 0.0,
        depth=depth,
        goals=goals,
    )

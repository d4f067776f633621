"""Lean calls with goals searched apart (AND/OR) against the same search without: `make bench-splitting`.

The problems are those of `data/multi_goal.jsonl`, written before anything was measured. Both searches are best-first
with the same policy and budget; a search that fails counts with the whole budget, which can only favour the loser.
"""

from __future__ import annotations

import argparse
import math

from prover.lean.cache import LeanCache
from prover.lean.open import session_factory
from prover.lean.pool import Pool
from prover.lean.session import Limits
from prover.policies.templates.automation import AutomationPolicy
from search.best_first import BestFirstOptions, best_first
from search.types import Budget, Stop
from tests.benchmarks.pool import problems

LIMITS = Limits(heartbeats=2_000, wall_seconds=60.0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=1_000, help="budget of a search in Lean calls")
    given = parser.parse_args()
    ratios = []
    print(f"{'':28}{'apart':>8}{'together':>10}{'ratio':>8}")
    sessions = session_factory("embedded", "core", LIMITS, answers=LeanCache())
    with Pool(sessions) as pool:
        for problem in problems():
            spent = []
            for split in (True, False):
                options = BestFirstOptions(split_goals=split)
                budget = Budget(lean_calls=given.calls)
                found = best_first(pool.start(problem), pool, AutomationPolicy(), budget, options=options)
                spent.append((found.cost.lean_calls, found.stop is Stop.SOLVED))
            (apart, one), (together, other) = spent
            cost = [calls if solved else given.calls for calls, solved in spent]
            ratios.append(cost[0] / cost[1])
            marks = ["" if solved else "!" for solved in (one, other)]
            print(f"{problem.name:28}{apart:>7}{marks[0]:1}{together:>9}{marks[1]:1}{ratios[-1]:>8.2f}", flush=True)
            pool.release(problem)
    mean = math.exp(sum(map(math.log, ratios)) / len(ratios))
    print(f"geometric mean of {len(ratios)} ratios: {mean:.2f}  (! = not solved)")


if __name__ == "__main__":
    main()

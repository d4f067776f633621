"""Attempts a minute with two Ray actors against one, on real Lean: `make bench-ray`. The goal is 1.6 times as many.

The clock runs from the first result to the last, so that the start of Ray, of Lean and of the actors is left out. Two
actors need two free cores.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from prover.bench.choose import choose, in_context
from prover.bench.config import run_config
from prover.bench.folder import open_run
from prover.bench.run import OpenBench, run
from prover.bench.watch import Quiet
from prover.config import search_config
from prover.problems.target import find_dataset
from prover.runs.executor import make_executor
from prover.runs.solver import lean_info
from prover.types import Attempt


class Times(Quiet):
    """Notes when results come."""

    def __init__(self) -> None:
        self.times: list[float] = []

    def row(self, attempt: Attempt) -> None:
        self.times.append(time.perf_counter())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset", nargs="?", default="minif2f/valid")
    parser.add_argument("--problems", type=int, default=40)
    parser.add_argument("--calls", type=int, default=30, help="budget of a problem in Lean calls")
    given = parser.parse_args()
    search = search_config(budget=f"lean_calls={given.calls}", heartbeats=2_000)
    dataset, selection = choose(find_dataset(given.dataset, None, search.context), None, given.problems)
    search = in_context(search, dataset)
    config = run_config(dataset, lean_info(search), search, selection=selection)
    rates = []
    for actors in (1, 2):
        times = Times()
        with tempfile.TemporaryDirectory() as folder, open_run(Path(folder) / "run", config, dataset) as opened:
            work = OpenBench(search, cached=False)
            run(opened, dataset.problems, work, make_executor("ray", actors), times)
        rates.append(60 * (len(times.times) - 1) / (times.times[-1] - times.times[0]))
        print(f"{actors} actor{'s' if actors > 1 else ''}: {rates[-1]:.1f} attempts a minute", flush=True)
    print(f"two against one: {rates[1] / rates[0]:.2f} (goal: 1.6)")


if __name__ == "__main__":
    main()

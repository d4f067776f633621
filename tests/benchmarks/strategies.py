"""What each strategy proves within 50, 200 and 1,000 Lean calls: `make bench-strategies`.

The sample is fixed: the first 60 statements of miniF2F `valid` (as `prover bench minif2f/valid --limit 60` takes them)
that elaborate. A strategy that does not read its budget is run once, with 1,000 calls, and the smaller figures are read
off by the position of the first success; one that reads it is run with each. All runs are those of `prover bench`: they
resume, and their folders hold every attempt.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from prover import cli
from prover.bench.folder import read_run
from prover.types import Attempt
from search.strategies import STRATEGIES

BUDGETS = (50, 200, 1_000)
SAMPLE = 60


def attempts(out: Path, strategy: str, calls: int, options: list[str]) -> tuple[Attempt, ...]:
    """Run a strategy on the sample, or what is left of it, and return its attempts."""
    folder = out / f"{strategy}-{calls}"
    given = ["--strategy", strategy, "--budget", f"lean_calls={calls}", "--limit", str(SAMPLE), "--out", str(folder)]
    if code := cli.run(["bench", "minif2f/valid", *given, *options]):
        raise SystemExit(code)
    return tuple(read_run(folder).attempts)


def within(found: tuple[Attempt, ...], calls: int) -> int:
    """Return how many were proved within so many Lean calls."""
    return sum(
        attempt.status == "proved" and (attempt.first_success or {}).get("lean_calls", calls + 1) <= calls
        for attempt in found
    )


def row(out: Path, strategy: str, options: list[str]) -> Iterator[int]:
    """Yield how many problems a strategy proves within each budget."""
    if STRATEGIES[strategy].reads_budget:
        for calls in BUDGETS:
            yield within(attempts(out, strategy, calls, options), calls)
        return
    found = attempts(out, strategy, BUDGETS[-1], options)
    for calls in BUDGETS:
        yield within(found, calls)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("runs/strategies"), help="where the runs are kept")
    parser.add_argument("--heartbeats", default="500", help="what a step may cost, in thousands")
    parser.add_argument("--workers", default="2")
    given = parser.parse_args()
    options = ["--heartbeats", given.heartbeats, "--workers", given.workers]
    rows = {strategy: list(row(given.out, strategy, options)) for strategy in STRATEGIES}
    print(f"\nproved of {SAMPLE}, at most so many Lean calls a problem, {given.heartbeats} thousand heartbeats a step")
    print(f"{'':12}" + "".join(f"{calls:>8}" for calls in BUDGETS))
    for strategy, solved in rows.items():
        print(f"{strategy:12}" + "".join(f"{count:>8}" for count in solved))


if __name__ == "__main__":
    main()

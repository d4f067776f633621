"""How long each statement of `data/false_statements.jsonl` takes to be refuted, search and proof: `python -m
tests.benchmarks.refute`.

A line a statement: seconds of the search outside Lean until the first counterexample, seconds of the whole search with
the steps in Lean that prove it, seconds of the verifier, Lean calls, and the counterexample. The last lines count; the
process ends with 1 if a false statement was not refuted or a true one was.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import time
from pathlib import Path

from prover.lean.open import LeanEnv, open_lean
from prover.lean.session import Limits
from prover.lean.verifier import Verifier
from prover.problems.formats import read_path
from prover.refute.kinds import Kind
from prover.refute.run import USUAL, refute
from prover.refute.search import counterexamples
from prover.refute.slots import claim
from prover.types import LeanInfo, Problem, Verdict

STATEMENTS = Path(__file__).parents[2] / "data" / "false_statements.jsonl"


class Timed(Verifier):
    """A verifier that adds up how long it took."""

    def __init__(self, inner: Verifier) -> None:
        self._inner = inner
        self.seconds = 0.0

    def verify(self, problem: Problem, proof: str, steps: int = 0) -> Verdict:
        began = time.monotonic()
        verdict = self._inner.verify(problem, proof, steps)
        self.seconds += time.monotonic() - began
        return verdict

    def check_statement(self, problem: Problem) -> None:
        self._inner.check_statement(problem)

    def info(self, problem: Problem) -> LeanInfo:
        return self._inner.info(problem)

    def close(self) -> None: ...


def measure(problem: Problem, env: LeanEnv) -> tuple[bool, float]:
    """Print a statement's line and return whether it was refuted, and the seconds of the search."""
    verifier = Timed(env.verifier)
    root = env.pool.start(problem)
    began = time.monotonic()
    asked = claim(root.goals[0], Kind("Bool"))
    first = next(itertools.islice(counterexamples(asked, USUAL.evaluations), 1), None)
    outside = time.monotonic() - began
    began = time.monotonic()
    found = refute(problem, root, env.pool, verifier)
    seconds = time.monotonic() - began - verifier.seconds
    env.pool.release(problem)
    refuted = found is not None and found.verified is not None
    calls = found.cost.lean_calls if found is not None else 0
    text = found.counterexample if found is not None else "nothing found" if first is None else first.text
    said = "refuted" if refuted else "not refuted"
    times = f"{outside:6.2f} s {seconds:6.2f} s {verifier.seconds:6.2f} s"
    print(f"{problem.name:9} {said:11} {times} {calls:3} calls  {text}", flush=True)
    return refuted, seconds


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--from", dest="first", type=int, default=0, help="the place of the first statement")
    parser.add_argument("--to", dest="last", type=int, default=None, help="the place behind the last one")
    asked = parser.parse_args()
    wrong = 0
    slowest = ("", 0.0)
    counts = {"false": 0, "true": 0}
    with open_lean("embedded", "core", Limits(heartbeats=6_000)) as env:
        for problem in read_path(STATEMENTS)[asked.first : asked.last]:
            refuted, seconds = measure(problem, env)
            counts[problem.split] += refuted
            wrong += refuted != (problem.split == "false")
            slowest = max(slowest, (problem.name, seconds), key=lambda pair: pair[1])
    print(f"{counts['false']} false refuted, {counts['true']} true refuted, {wrong} wrong")
    print(f"slowest search: {slowest[0]}, {slowest[1]:.2f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

"""What automation is worth on miniF2F `valid`: `make bench-automation`.

How many statements elaborate; how many each single tactic closes, variables and hypotheses introduced first, and which
is best; and, where `make bench` has left its run, how many a search proves within 100 Lean calls. Steps a second with
one worker and with two are `make bench-pool`'s.
"""

from __future__ import annotations

import argparse
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from prover.bench.folder import read_run
from prover.errors import StatementError
from prover.lean.cache import LeanCache
from prover.lean.open import open_verifier, session_factory
from prover.lean.pool import Pool
from prover.lean.session import Limits
from prover.problems.target import find_dataset
from prover.types import Problem, VerifiedProof
from search.types import Solved

SINGLE = (
    "rfl", "decide", "omega", "simp", "simp_all", "grind", "norm_num", "ring", "linarith", "nlinarith", "tauto",
    "aesop", "grind (splits := 20) (ematch := 10) (gen := 12)", "simp_all <;> grind", "norm_num at * <;> grind",
)  # fmt: skip


def closed_by(problem: Problem, pool: Pool) -> list[str] | None:
    """Return the single tactics that close a problem, or None if its statement does not elaborate."""
    try:
        root = pool.start(problem)
    except StatementError:
        return None
    proofs = [f"intros\n{tactic}" if root.goals[0].target.startswith("∀") else tactic for tactic in SINGLE]
    steps = pool.step_many([(root, proof) for proof in proofs])
    pool.release(problem)
    return [tactic for tactic, step in zip(SINGLE, steps, strict=True) if isinstance(step, Solved)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--heartbeats", type=int, default=3_000, help="thousands a step")
    parser.add_argument("--run", type=Path, default=Path("runs/valid"), help="the folder of `make bench`")
    given = parser.parse_args()
    problems = find_dataset("minif2f/valid", None, "core").problems
    limits = Limits(heartbeats=given.heartbeats, wall_seconds=30.0)
    sessions = session_factory("embedded", "core", limits, answers=LeanCache())
    with Pool(sessions, 2) as pool, ThreadPoolExecutor(2) as threads:
        found = list(threads.map(lambda problem: closed_by(problem, pool), problems))
    counts = Counter(tactic for closed in found for tactic in closed or ())
    print(f"{sum(closed is not None for closed in found)} of {len(problems)} statements elaborate")
    for tactic, count in counts.most_common():
        print(f"{count:5}  {tactic}")
    best, _ = counts.most_common(1)[0]
    verifier = open_verifier("embedded", "core", limits)
    proved = sum(
        isinstance(verifier.verify(problem, f"intros\n{best}"), VerifiedProof)
        or isinstance(verifier.verify(problem, best), VerifiedProof)
        for problem, closed in zip(problems, found, strict=True)
        if closed and best in closed
    )
    verifier.close()
    print(f"{proved} verified proofs by the best single tactic, {best}; {sum(map(bool, found))} closed by one of them")
    if (given.run / "attempts.jsonl").is_file():
        attempts = read_run(given.run).attempts
        print(f"{sum(attempt.status == 'proved' for attempt in attempts)} proved by search ({given.run})")


if __name__ == "__main__":
    main()

"""What `prover iterate` learnt: its last round against automation, its table and round 1: `make bench-learning`.

Every policy searches the same held-out statements, those of the valid splits of the library and of Lean Workbook, at 64
Lean calls a statement; proofs are verified as ever. Differences are paired by statement, for each dataset and for both
together, and once more without the statements that decided promotions in the loop; then within fewer calls, read off
the positions of the first successes. All runs are runs of `prover bench`: they resume, share the answers of Lean, and
their folders hold every attempt. Of further runs of the loop (other seeds) only the last round is measured.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator
from pathlib import Path

from prover import cli
from prover.bench.folder import read_run
from prover.iterate.loop import TABLE
from prover.runs.intervals import wilson
from prover.runs.paired import Comparison, Pair, compare, holm
from prover.train.records import Role
from prover.train.store import open_locked
from prover.types import Attempt

CALLS = 64
WITHIN = (1, 2, 4, 8, 16, 32, CALLS)
Solved = dict[str, dict[str, float]]
"""Of each dataset, by the hash of the statement: the Lean calls until it was proved; infinite if it was not."""


def policies(runs: list[Path]) -> Iterator[tuple[str, str]]:
    """Yield a label and a `--policy` for what is measured: the last round of the first run, what it is held against."""
    models = runs[0] / "models"
    last = _last(runs[0])
    yield last, f"tiny?model={models / last}"
    yield "automation", "automation"
    yield TABLE, f"tiny?model={models / TABLE}"
    yield "round-1", f"tiny?model={models / 'round-1'}"
    for run in runs[1:]:
        yield f"{_last(run)} of {run.name}", f"tiny?model={run / 'models' / _last(run)}"


def _last(run: Path) -> str:
    return max(
        (entry.name for entry in (run / "models").glob("round-*")), key=lambda name: int(name.removeprefix("round-"))
    )


def measured(out: Path, label: str, policy: str, limits: dict[str, int], options: list[str]) -> Solved:
    """Run a policy on every dataset, or what is left of it."""
    found: Solved = {}
    for dataset, limit in limits.items():
        folder = out / f"{label} {dataset}".replace("/", "-").replace(" ", "_")
        given = [dataset, "--policy", policy, "--limit", str(limit), "--out", str(folder), *options]
        if code := cli.run(["bench", *given]):
            raise SystemExit(code)
        attempts = read_run(folder).attempts
        found[dataset] = {attempt.statement_sha256: calls(attempt) for attempt in attempts}
    return found


def calls(attempt: Attempt) -> float:
    """Return how many Lean calls it took to the first success; infinite without a verified proof."""
    return (attempt.first_success or {})["lean_calls"] if attempt.status == "proved" else math.inf


def paired(first: dict[str, float], second: dict[str, float], most: float) -> Comparison:
    """Compare two policies by what they proved within so many calls."""
    return compare([Pair(name=sha, first=second[sha] <= most, second=first[sha] <= most) for sha in first], [])


def said(gap: Comparison) -> str:
    """Return what only the second proved, what only the first did, and the difference with its interval."""
    points = 100 * gap.difference.value, 100 * gap.difference.low, 100 * gap.difference.high
    return "+{} -{}, {:+.1f} points (95% {:+.1f} to {:+.1f})".format(len(gap.wins), len(gap.losses), *points)


def decided(run: Path) -> set[str]:
    """Return the statements that decided promotions."""
    with open_locked(run) as store:
        return {entry.problem.statement_sha256 for entry in store.problems(Role.PROMOTE)}


def rows(scopes: dict[str, list[str]], without: set[str], found: dict[str, Solved]) -> Iterator[str]:
    """Yield the lines of the report: what each policy proved, and the first one against each other."""
    first, *others = found
    for scope, datasets in scopes.items():
        for name, skipped in ((scope, set[str]()), (f"{scope}, without those that decided promotions", without)):
            flat = {
                label: {
                    sha: after for dataset in datasets for sha, after in solved[dataset].items() if sha not in skipped
                }
                for label, solved in found.items()
            }
            yield f"\n{name}: {len(flat[first])} statements"
            proved = {label: sum(after <= CALLS for after in solved.values()) for label, solved in flat.items()}
            for label, count in proved.items():
                share = wilson(count, len(flat[label]))
                bounds = f"95% {100 * share.low:.1f} to {100 * share.high:.1f}"
                yield f"  {label:28} {count:5}  {100 * share.value:5.1f} %  ({bounds})"
            for label in others:
                gap = paired(flat[first], flat[label], CALLS)
                more = proved[first] / max(1, proved[label]) - 1
                points = f"{100 * gap.difference.value:+.1f} points, 95% {100 * gap.difference.low:+.1f} to "
                chance = f"{100 * gap.difference.high:+.1f}, McNemar p = {gap.p_value:.2g}"
                yield f"  {first} against {label}: {100 * more:+.0f} %; {points}{chance}"
            yield f"  within Lean calls{'':13}" + "".join(f"{most:9}" for most in WITHIN)
            for label, solved in flat.items():
                yield f"  {label:28}" + "".join(
                    f"{sum(calls <= most for calls in solved.values()):9}" for most in WITHIN
                )
            for label in others:
                tests = holm([paired(flat[first], flat[label], most).p_value for most in WITHIN])
                yield f"  {f'p against {label} (Holm)':28}" + "".join(f"{p:9.1g}" for p in tests)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", type=Path, nargs="*", default=[Path("runs/iterate")], help="folders of the loop")
    parser.add_argument("--out", type=Path, default=Path("runs/learning"), help="where the evaluations are kept")
    parser.add_argument("--library", type=int, default=2_000, help="statements of the library, at most")
    parser.add_argument("--workbook", type=int, default=60, help="statements of Lean Workbook, which take longer")
    parser.add_argument("--heartbeats", default="1000", help="what a step may cost, in thousands")
    parser.add_argument("--workers", default="2")
    given = parser.parse_args()
    budget = ["--budget", f"lean_calls={CALLS}", "--heartbeats", given.heartbeats]
    options = [*budget, "--strategy", "best-first?lazy=true", "--workers", given.workers]
    limits = {"library/valid": given.library, "lean_workbook/valid": given.workbook}
    found = {label: measured(given.out, label, policy, limits, options) for label, policy in policies(given.runs)}
    scopes = {name: [name] for name in limits} | {"both": list(limits)}
    for line in rows(scopes, decided(given.runs[0]), found):
        print(line)


if __name__ == "__main__":
    main()

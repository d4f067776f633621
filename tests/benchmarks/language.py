"""What a tuned language model proves, by itself and with others, of held-out statements: `make bench-lm`.

Four policies search the same statements, with 16 Lean calls each: `automation`, the tuned model of the last round of a
run of `prover iterate`, automation with certificates, and a hybrid of all three on one scale; `--value` adds the tuned
model with a critic. A third of the statements are of Lean Workbook `valid`, a third of the library's `valid`, a third
of the reporting half of miniF2F `valid`; what decided promotions in the run is left out. All runs are runs of `prover
bench`: they resume, share the answers of Lean, and their folders hold every attempt.

Printed, and written to OUT/report.txt: what each proved with its interval (Wilson), pairs of policies (McNemar; the
interval of the difference by Newcombe), the same within fewer Lean calls and within heartbeats, read off the positions
of the first successes, the tactics that the tuned model's proofs begin with, and what it proves that automation and
certificates do not.
"""

from __future__ import annotations

import argparse
import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from prover import cli
from prover.bench.folder import read_run
from prover.problems.target import find_dataset
from prover.runs.intervals import wilson
from prover.runs.paired import Comparison, holm
from prover.train.corpus import drawn
from prover.train.records import Role
from prover.train.rows import head
from prover.train.store import open_store
from prover.types import Attempt
from tests.benchmarks.learning import paired, said

CALLS = 16
WITHIN = {"lean_calls": (1, 2, 4, 8, CALLS), "heartbeats": (50, 200, 800, 3_200, 12_800)}
DATASETS = ("lean_workbook/valid", "library/valid", "minif2f/valid")
TUNED, HYBRID, CHEAP, PLAIN = "tuned", "hybrid", "automation+certificates", "automation"
VALUED = "tuned with a critic"
PAIRS = ((TUNED, PLAIN), (HYBRID, CHEAP), (HYBRID, TUNED), (CHEAP, PLAIN), (VALUED, TUNED))
Solved = dict[str, Attempt]
"""Attempts by the hash of their statement."""


def chosen(run: Path, dataset: str, count: int) -> list[str]:
    """Return names of held-out problems in an order that depends on names alone; none decided a promotion."""
    order = drawn(find_dataset(dataset).problems, 0)
    if dataset.startswith("minif2f"):
        order = order[::2]  # the half that reports, as `prover iterate` divides a dataset
    store = open_store(run)
    try:
        decided = {entry.problem.statement_sha256 for entry in store.problems(Role.PROMOTE)}
    finally:
        store.close()
    return [problem.name for problem in order if problem.statement_sha256 not in decided][:count]


def policies(model: Path, samples: int, certificates: str) -> dict[str, str]:
    """Return what is measured by its label."""
    return {
        PLAIN: "automation",
        CHEAP: f"mix:automation+{certificates}",
        TUNED: f"hf:{model}?samples={samples}",
        HYBRID: f"mix:automation+{certificates}+hf:{model}(samples={samples})",
    }


def last_model(run: Path) -> Path:
    """Return the folder of the last round's model. Ends the program if there is none."""
    found = list((run / "models").glob("round-*"))
    if not found:
        raise SystemExit(f"{run} holds no model yet: run `make iterate-lm` first, or name another run")
    return max(found, key=lambda path: int(path.name.removeprefix("round-")))


def measured(out: Path, label: str, policy: str, names: dict[str, list[str]], options: Sequence[str]) -> Solved:
    """Run a policy on the problems of every dataset, or on what is left of them."""
    found: Solved = {}
    for dataset, some in names.items():
        folder = out / f"{label} {dataset}".replace("/", "-").replace(" ", "_")
        pattern = f"^({'|'.join(map(re.escape, some))})$"
        given = [dataset, "--match", pattern, "--policy", policy, "--out", str(folder), *options]
        if code := cli.run(["bench", *given]):
            raise SystemExit(code)
        found |= {attempt.statement_sha256: attempt for attempt in read_run(folder).attempts}
    return found


def spent(attempts: Solved, unit: str) -> dict[str, float]:
    """Return what each statement took to its first success in a unit; infinite without a verified proof."""
    return {
        sha: (attempt.first_success or {}).get(unit, math.inf) if attempt.status == "proved" else math.inf
        for sha, attempt in attempts.items()
    }


def against(name: str, other: str, gap: Comparison) -> str:
    """Return a pair of policies in a line."""
    return f"  {name} against {other}: {said(gap)}, McNemar p = {gap.p_value:.2g}"


def lines(found: dict[str, Solved], scopes: dict[str, set[str]]) -> Iterator[str]:
    """Yield the report."""
    for scope, shas in scopes.items():
        flat = {label: {sha: made for sha, made in solved.items() if sha in shas} for label, solved in found.items()}
        yield f"\n{scope}: {len(shas)} statements, {CALLS} Lean calls each"
        for label, solved in flat.items():
            count = sum(attempt.status == "proved" for attempt in solved.values())
            share = wilson(count, len(solved))
            yield (
                f"  {label:26} {count:5}  {100 * share.value:5.1f} %  "
                f"(95% {100 * share.low:.1f} to {100 * share.high:.1f})"
            )
        for first, second in (pair for pair in PAIRS if set(pair) <= set(flat)):
            one, other = (spent(flat[label], "lean_calls") for label in (first, second))
            yield against(first, second, paired(one, other, CALLS))
        for unit, limits in WITHIN.items():
            said = {"lean_calls": "Lean calls", "heartbeats": "thousand heartbeats"}[unit]
            yield f"  within so many {said}{'':{24 - len(said)}}" + "".join(f"{most:8}" for most in limits)
            costs = {label: spent(solved, unit) for label, solved in flat.items()}
            for label, each in costs.items():
                counts = [sum(cost <= most for cost in each.values()) for most in limits]
                yield f"    {label:36}" + "".join(f"{count:8}" for count in counts)
            tests = holm([paired(costs[HYBRID], costs[CHEAP], most).p_value for most in limits])
            yield f"    {f'p, {HYBRID} against {CHEAP} (Holm)':36}"[:40] + "".join(f"{p:8.2g}" for p in tests)
    yield from _proofs(found)


def _proofs(found: dict[str, Solved]) -> Iterator[str]:
    for label in found:
        proofs = [attempt.proof or "" for attempt in found[label].values() if attempt.status == "proved"]
        heads = Counter(head(proof) for proof in proofs)
        yield f"\n{label}: {len(heads)} different leading tactics in {len(proofs)} proofs: " + ", ".join(
            f"{name} {count}" for name, count in heads.most_common()
        )
    for label in (TUNED, HYBRID):
        new = [
            attempt
            for sha, attempt in found[label].items()
            if attempt.status == "proved" and not any(found[name][sha].status == "proved" for name in (PLAIN, CHEAP))
        ]
        yield f"\nproved by {label}, and neither by {PLAIN} nor by {CHEAP}: {len(new)}"
        for attempt in new:
            yield f"  {attempt.problem}: {' ; '.join((attempt.proof or '').splitlines())}"
    if VALUED in found:
        both = [sha for sha, made in found[VALUED].items() if {made.status, found[TUNED][sha].status} == {"proved"}]
        valued, plain = (sum(found[label][sha].cost.lean_calls for sha in both) for label in (VALUED, TUNED))
        yield f"\nLean calls for the {len(both)} statements proved with and without the critic: {valued} and {plain}"
    for label, solved in found.items():
        costs = [attempt.cost for attempt in solved.values()]
        yield (
            f"{label}: {sum(cost.lean_calls for cost in costs)} Lean calls, "
            f"{sum(cost.heartbeats for cost in costs)} thousand heartbeats, "
            f"{sum(cost.tokens_out for cost in costs)} tokens written, "
            f"{sum(cost.policy_seconds for cost in costs):.0f} s of the policies, "
            f"{sum(attempt.status == 'error' for attempt in solved.values())} errors"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path, nargs="?", default=Path("runs/iterate-lm"), help="a run of prover iterate")
    parser.add_argument("--out", type=Path, default=Path("runs/bench-lm"), help="where the evaluations are kept")
    parser.add_argument("--problems", type=int, default=300, help="statements in all, a third of each dataset")
    parser.add_argument("--dataset", action="append", help=f"instead of {', '.join(DATASETS)}; repeatable")
    parser.add_argument("--samples", type=int, default=8, help="samples of the model at a state")
    parser.add_argument("--value", metavar="SPEC", help="a critic, hf:FOLDER: the tuned model is measured with it, too")
    parser.add_argument("--heartbeats", default="1000", help="what a step may cost, in thousands")
    parser.add_argument("--certificates", default="certificates(effort=1,seconds=10)")
    parser.add_argument("--workers", default="2", help="Lean workers")
    parser.add_argument("--in-flight", default="8", help="problems at once: what waits for the model is asked together")
    given = parser.parse_args()
    model, datasets = last_model(given.run), given.dataset or DATASETS
    names = {name: chosen(given.run, name, max(1, given.problems // len(datasets))) for name in datasets}
    options = ["--budget", f"lean_calls={CALLS}", "--heartbeats", given.heartbeats]
    options += ["--strategy", "best-first?lazy=true"]
    options += ["--workers", given.workers, "--in-flight", given.in_flight]
    found = {
        label: measured(given.out, label, policy, names, options)
        for label, policy in policies(model, given.samples, given.certificates).items()
    }
    if given.value:
        tuned = policies(model, given.samples, given.certificates)[TUNED]
        found[VALUED] = measured(given.out, VALUED, tuned, names, [*options, "--value", given.value])
    scopes = {dataset: _hashes(dataset, some) for dataset, some in names.items()}
    if len(scopes) > 1:
        scopes["all"] = {sha for hashes in list(scopes.values()) for sha in hashes}
    report = [f"{model}, {given.samples} samples a state, {given.heartbeats} thousand heartbeats a step"]
    report += lines(found, scopes)
    (given.out / "report.txt").write_text("\n".join(report) + "\n", encoding="utf-8")
    print("\n".join(report))


def _hashes(dataset: str, names: list[str]) -> set[str]:
    some = set(names)
    return {problem.statement_sha256 for problem in find_dataset(dataset).problems if problem.name in some}


if __name__ == "__main__":
    main()

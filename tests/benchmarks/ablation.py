"""What each source of proposals adds: every template and every finder at the root of the same statements:
`make bench-ablation`.

One audited run a set (those of `make bench-strength`, its samples): at the root of a statement every template says what
it proposes and every finder is asked by itself, with the efforts that a search asks with, and Lean tries each proposal
once. So a row says at how many statements a source has something to propose, how many it proves with one call, how many
of these no other source proves at the root, and what it costs: Lean calls that prove nothing, and seconds of the
finder. A source that adds to one set alone is marked.

The sources that prove most by themselves are confirmed by search: of the statements that they prove at the root (at
most 60, drawn by name), how many are still proved with `without=` that source, at 100 Lean calls. The audit is kept in
OUT, statement by statement, and resumes.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import TypeAdapter

from prover import Prover
from prover.config import search_config
from prover.config.default_policy import MIXED
from prover.errors import StatementError
from prover.helpers import Helpers
from prover.lean.pool import Pool
from prover.lines import Lines, read_lines, write_whole
from prover.policies.certificates.finders import FINDERS
from prover.policies.templates.automation import proposed
from prover.policies.templates.templates import TEMPLATES
from prover.problems.target import find_dataset
from prover.types import Frozen, Goal, Problem, ProofState
from search.types import Solved
from tests.benchmarks.strength import SETS, Set, Trial, sampled, trials

EFFORTS = (0, 1, 2)
MOST = 4
"""Proposals of one source that are tried at a statement."""
SECONDS, MEGABYTES = 10.0, 3_000
HEARTBEATS = 3_000
CONFIRMED = 60
BUDGET = "lean_calls=100,heartbeats=60000,seconds=60"


class Asked(Frozen):
    """What a source proposed at the root of a statement: how much of it was tried, and whether that proved it."""

    source: str
    tried: int
    proved: bool
    failed: int
    seconds: float


class Audited(Frozen):
    """All sources at one statement; a statement that does not elaborate has none."""

    set: str
    name: str
    sources: tuple[Asked, ...]


@dataclass(slots=True)
class Tally:
    """A source's figures: of every set, the statements that it proves, and those that no other source does."""

    asked: int = 0
    failed: int = 0
    seconds: float = 0.0
    proves: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    alone: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def count(self, which: Mapping[str, Sequence[str]]) -> int:
        return sum(map(len, which.values()))


ROWS: TypeAdapter[Audited] = TypeAdapter(Audited)


def audited(which: Set, problem: Problem, pool: Pool, finders: Helpers) -> Audited:
    """Ask every source at the root of a statement."""
    try:
        root = pool.start(problem)
    except StatementError:
        return Audited(set=which.name, name=problem.name, sources=())
    goal = root.goals[0]
    proves: dict[str, bool] = {}
    try:
        sources = [*_templates(goal), *_finders(goal, finders)]
        asked = tuple(_tried(name, tactics, seconds, root, pool, proves) for name, tactics, seconds in sources)
    finally:
        pool.release(problem)
    return Audited(set=which.name, name=problem.name, sources=asked)


def _templates(goal: Goal) -> Iterator[tuple[str, Sequence[str], float]]:
    for name, actions in proposed(goal, TEMPLATES):
        yield f"template {name}", actions[:MOST], 0.0


def _finders(goal: Goal, finders: Helpers) -> Iterator[tuple[str, Sequence[str], float]]:
    for name in FINDERS:
        began = time.monotonic()
        found: list[str] = []
        for effort in EFFORTS:
            answer = finders.ask({"goal": goal.text, "effort": effort, "only": [name]}, SECONDS) or ()
            found = [str(tactic) for finder, tactic in answer if finder != "opened"]
            if found:
                break
        yield f"finder {name}", found[:MOST], time.monotonic() - began


def _tried(
    name: str, tactics: Sequence[str], seconds: float, root: ProofState, pool: Pool, proves: dict[str, bool]
) -> Asked:
    """Let Lean try proposals until one proves the statement; what another source proposed, too, is tried once."""
    failed = 0
    for tactic in tactics:
        if tactic not in proves:
            proves[tactic] = isinstance(pool.step(root, tactic), Solved)
        if proves[tactic]:
            return Asked(source=name, tried=len(tactics), proved=True, failed=failed, seconds=seconds)
        failed += 1
    return Asked(source=name, tried=len(tactics), proved=False, failed=failed, seconds=seconds)


def audit(sets: Sequence[Set], sample: int, workers: int, path: Path) -> list[Audited]:
    """Audit samples of sets, or what is left of them."""
    lines = Lines(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    lines.repair()
    rows = list(read_lines(path, ROWS))
    done = {(row.set, row.name) for row in rows}
    finders = Helpers("prover.policies.certificates.worker", MEGABYTES)
    config = search_config(workers=workers, heartbeats=HEARTBEATS)
    try:
        with Prover.of(config) as prover, ThreadPoolExecutor(workers) as threads:
            pool = prover.lean.pool
            for which in sets:
                problems = find_dataset(which.target).problems
                names = set(sampled([problem.name for problem in problems], min(sample, which.sample)))
                left = [each for each in problems if each.name in names and (which.name, each.name) not in done]
                for number, row in enumerate(
                    threads.map(lambda problem, which=which: audited(which, problem, pool, finders), left), 1
                ):  # fmt: skip
                    lines.append(row)
                    rows.append(row)
                    if number % 10 == 0:
                        print(f"  {which.name}: {number} of {len(left)}", flush=True)
    finally:
        finders.close()
    wanted = {which.name for which in sets}
    return [row for row in rows if row.set in wanted]


def tallies(rows: Sequence[Audited]) -> dict[str, Tally]:
    """Return the figures of every source that proposed something, those first that prove most by themselves."""
    found: dict[str, Tally] = defaultdict(Tally)
    for row in rows:
        proving = [asked.source for asked in row.sources if asked.proved]
        for asked in row.sources:
            tally = found[asked.source]
            tally.asked += asked.tried > 0
            tally.failed += asked.failed
            tally.seconds += asked.seconds
            if asked.proved:
                tally.proves[row.set].append(row.name)
            if proving == [asked.source]:
                tally.alone[row.set].append(row.name)

    def rank(name: str) -> tuple[int, int, str]:
        tally = found[name]
        return -tally.count(tally.alone), -tally.count(tally.proves), name

    return {name: found[name] for name in sorted(found, key=rank) if found[name].asked}


def table(rows: Sequence[Audited], sets: Sequence[Set]) -> Iterator[str]:
    """Yield the table: of every source what it proves and what it alone proves, by sets, and what it costs."""
    found = tallies(rows)
    heads = "".join(f"{which.name[:12]:>14}" for which in sets)
    numbers = "".join(f"{sum(row.set == which.name for row in rows):>14}" for which in sets)
    yield f"{'source':28}{'proposes':>9}{'proves':>8}{'alone':>7}{heads}{'failed calls':>14}{'seconds':>9}"
    yield f"{'statements':28}{len(rows):>9}{'':15}{numbers}"
    for name, tally in found.items():
        by = "".join(f"{f'{len(tally.proves[which.name])} ({len(tally.alone[which.name])})':>14}" for which in sets)
        only = [which.name for which in sets if tally.alone[which.name]]
        note = f"  alone in {only[0]}" if len(only) == 1 else ""
        yield (
            f"{name:28}{tally.asked:>9}{tally.count(tally.proves):>8}{tally.count(tally.alone):>7}{by}"
            f"{tally.failed:>14}{tally.seconds:>9.0f}{note}"
        )


def without(source: str) -> str:
    """Return the policy that searches by default, less a source."""
    kind, name = source.split()
    if kind == "template":
        return MIXED.replace("automation", f"automation(without={name})")
    return f"{MIXED.removesuffix(')')},without={name})"


def confirmed(source: str, tally: Tally, sets: Sequence[Set], out: Path, options: Sequence[str]) -> tuple[int, int]:
    """Search statements that a source proves at the root without it; return how many there are, and are proved."""
    drawn = sampled([name for which in sets for name in tally.proves[which.name]], CONFIRMED)
    found: list[Trial] = []
    for which in sets:
        if names := [name for name in tally.proves[which.name] if name in drawn]:
            given = ["--policy", without(source), "--budget", BUDGET, "--heartbeats", str(HEARTBEATS), *options]
            found += trials(which, names, out / source.replace(" ", "-"), given)
    return len(found), sum(trial.within() for trial in found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("runs/ablation"), help="where the audit and the runs are kept")
    parser.add_argument("--sample", type=int, default=60, help="at most so many statements of each set")
    parser.add_argument("--sets", default=",".join(each.name for each in SETS), help="which sets, with commas between")
    parser.add_argument("--confirm", type=int, default=10, help="so many sources are confirmed by search")
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    wanted = [name.strip() for name in given.sets.split(",")]
    sets = [each for each in SETS if each.name in wanted]
    rows = audit(sets, given.sample, given.workers, given.out / "audit.jsonl")
    report = list(table(rows, sets))
    for source, tally in list(tallies(rows).items())[: given.confirm]:
        asked, proved = confirmed(source, tally, sets, given.out, ["--workers", str(given.workers)])
        report.append(f"without {source}: {proved} of {asked} that it proves with one call are proved by search")
    write_whole(given.out / "report.txt", "".join(f"{line}\n" for line in report).encode())
    print("\n".join(report))


if __name__ == "__main__":
    main()

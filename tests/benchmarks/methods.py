"""Methods of learning one by one, against plain expert iteration on the same held-out statements: `make bench-methods`.

A file says which (docs/examples/config/methods.toml). It holds groups of rows, `tiny` for the small learner, `language`
for a pretrained language model; a row is a run of `prover iterate` with the options of the group's `shared` and its
own, and `plain` of a group is what its other rows are held against. The runs resume, so the whole does. A run begins
with the answers of Lean that the runs of its group before it were given: they are charged as if they had been asked for
again, so the figures are those of separate runs, and what all rows search alike is waited for once.

What is compared is the last round's model, with its critic where the row trains one, on the half of the held-out
statements that decides no promotion, paired by statement (McNemar; the interval of the difference by Newcombe),
p-values by Holm's method over all rows; beside it the Lean calls and the seconds of training that it took, because a
method may have cost more.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import tomllib
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prover import cli
from prover.lean.cache import ANSWERS
from prover.lines import write_whole
from prover.runs.intervals import wilson
from prover.runs.paired import Comparison, Pair, compare, holm
from prover.train.records import Role
from prover.train.store import open_store
from tests.benchmarks.learning import said

PLAIN = "plain"
MOST = 12
GRID = Path("docs/examples/config/methods.toml")


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its name, and all options of its run."""

    name: str
    options: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a run: proved or not by the hash of a held-out statement, and what learning took."""

    proved: Mapping[str, bool]
    lean_calls: int
    seconds: float


def rows(grid: Path, groups: Collection[str] = (), only: Collection[str] = ()) -> dict[str, list[Row]]:
    """Return the rows of a file by their groups, `plain` first. Ends the program if the file has none or too many.

    With `groups` these alone; with `only`, of each group the rows named so beside `plain`.
    """
    found = {}
    for group, tables in tomllib.loads(grid.read_text(encoding="utf-8")).items():
        shared = tables.pop("shared", {})
        if PLAIN not in tables:
            raise SystemExit(f"{grid}: the group {group} needs a table [{group}.{PLAIN}]")
        found[group] = [
            Row(name, shared | tables[name]) for name in (PLAIN, *(each for each in tables if each != PLAIN))
        ]
    if sum(map(len, found.values())) > MOST:
        raise SystemExit(f"{grid} may hold at most {MOST} rows")
    for name in set(groups) - set(found):
        raise SystemExit(f"{grid} has no group {name}; there are {', '.join(found)}")
    return {
        group: [row for row in some if not only or row.name in (PLAIN, *only)]
        for group, some in found.items()
        if not groups or group in groups
    }


def lend(before: Path, to: Path) -> None:
    """Give a run that has not begun the answers of Lean that another was given (see `prover.lean.cache`)."""
    if not to.exists() and (before / ANSWERS).exists():
        to.mkdir(parents=True)
        with closing(sqlite3.connect(before / ANSWERS)) as known, closing(sqlite3.connect(to / ANSWERS)) as copy:
            known.backup(copy)


def run(row: Row, out: Path, before: str | None) -> Outcome:
    """Make a row's run in a folder of its group, or what is left of it. Ends the program if it fails."""
    config = out / f"{row.name}.json"
    if before is not None:
        lend(out / before, out / row.name)
    config.parent.mkdir(parents=True, exist_ok=True)
    write_whole(config, json.dumps(row.options, ensure_ascii=False, indent=1).encode())
    if code := cli.run(["iterate", "--config", str(config), "--out", str(out / row.name)]):
        raise SystemExit(code)
    return outcome(out / row.name)


def outcome(folder: Path) -> Outcome:
    """Read what a finished run came to."""
    store = open_store(folder)
    try:
        phases = store.phases()
        last = max(phase.round for phase in phases)
        calls = sum(
            int(phase.facts.get("lean_calls", 0)) + int(phase.facts.get("audited", 0))
            for phase in phases
            if phase.phase in ("search", "conjecture", "disprove", "calibrate")
        )
        measured = "critic" if any(phase.phase == "critic" and phase.round == last for phase in phases) else "evaluate"
        asked = [entry for entry in store.rows(last, measured) if entry.role is Role.REPORT]
        return Outcome(
            {entry.attempt.statement_sha256: entry.attempt.status == "proved" for entry in asked},
            calls,
            sum(phase.seconds for phase in phases if phase.phase == "train"),
        )
    finally:
        store.close()


def paired(first: Outcome, second: Outcome) -> Comparison:
    """Compare a method (`second`) with plain iteration (`first`)."""
    return compare([Pair(name=sha, first=first.proved[sha], second=second.proved[sha]) for sha in first.proved], [])


def lines(groups: Mapping[str, Mapping[str, Outcome]]) -> Iterator[str]:
    """Yield the table: group by group, the outcomes of its rows by their names."""
    gaps = {
        (group, name): paired(found[PLAIN], made)
        for group, found in groups.items()
        for name, made in found.items()
        if name != PLAIN
    }
    corrected = dict(zip(gaps, holm([gap.p_value for gap in gaps.values()]), strict=True))
    yield f"{'method':22}{'proved':>8}{'of':>6}  {'share (95 %)':20}{'Lean calls':>11}{'training s':>11}  against plain"
    for group, found in groups.items():
        for name, made in found.items():
            count = sum(made.proved.values())
            share = wilson(count, len(made.proved))
            interval = f"{share.value:.3f} ({share.low:.3f} to {share.high:.3f})"
            row = f"{f'{group} {name}':22}{count:>8}{len(made.proved):>6}  {interval:20}"
            row += f"{made.lean_calls:>11}{made.seconds:>11.0f}"
            if gap := gaps.get((group, name)):
                row += f"  {said(gap)}, p = {corrected[group, name]:.2g}"
            yield row


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("grid", type=Path, nargs="?", default=GRID, help="the rows")
    parser.add_argument("--out", type=Path, default=Path("runs/methods"), help="where the runs are kept")
    parser.add_argument("--group", action="append", default=[], help="only this group; repeatable")
    parser.add_argument("--only", action="append", default=[], help="only this row beside `plain`; repeatable")
    given = parser.parse_args()
    found: dict[str, dict[str, Outcome]] = {}
    for group, some in rows(given.grid, given.group, given.only).items():
        before: str | None = None
        for row in some:
            found.setdefault(group, {})[row.name] = run(row, given.out / group, before)
            before = row.name
    report = "\n".join(lines(found))
    write_whole(given.out / "report.txt", f"{report}\n".encode())
    print(report)


if __name__ == "__main__":
    main()

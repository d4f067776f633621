"""Methods of learning one by one, against plain expert iteration on the same held-out statements: `make bench-methods`.

A file of tables says which (docs/examples/config/methods.toml): each is a run of `prover iterate` with the options of
`shared` and its own, and `plain` is what the others are held against. The runs resume, so the whole does. A run begins
with the answers of Lean that the runs before it were given: they are charged as if they had been asked for again, so
the figures are those of separate runs, and what all rows search alike is waited for once.

What is compared is the last round's model on the half of the held-out statements that decides no promotion, paired by
statement (McNemar; the interval of the difference by Newcombe), p-values by Holm's method over all rows; beside it the
Lean calls and the seconds of training that it took, because a method may have cost more.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prover import cli
from prover.lines import write_whole
from prover.runs.intervals import wilson
from prover.runs.paired import Comparison, Pair, compare, holm
from prover.train.records import Role
from prover.train.store import open_store
from tests.benchmarks.learning import said

PLAIN = "plain"
MOST = 12
ANSWERS = "answers.sqlite"
GRID = Path("docs/examples/config/methods.toml")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a run: proved or not by the hash of a held-out statement, and what learning took."""

    proved: Mapping[str, bool]
    lean_calls: int
    seconds: float


def options(table: Mapping[str, Any]) -> str:
    """Return a table of options as a configuration file of `prover iterate`."""
    return "".join(f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in table.items())


def lend(before: Path, to: Path) -> None:
    """Give a run that has not begun the answers of Lean that another was given (see `prover.lean.cache`)."""
    if not to.exists() and (before / ANSWERS).exists():
        to.mkdir(parents=True)
        with closing(sqlite3.connect(before / ANSWERS)) as known, closing(sqlite3.connect(to / ANSWERS)) as copy:
            known.backup(copy)


def run(name: str, table: Mapping[str, Any], out: Path, before: str | None) -> Outcome:
    """Make a row's run, or what is left of it. Ends the program if it fails."""
    config = out / f"{name}.toml"
    if before is not None:
        lend(out / before, out / name)
    config.parent.mkdir(parents=True, exist_ok=True)
    write_whole(config, options(table).encode())
    if code := cli.run(["iterate", "--config", str(config), "--out", str(out / name)]):
        raise SystemExit(code)
    return outcome(out / name)


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
        rows = [row for row in store.rows(last, "evaluate") if row.role is Role.REPORT]
        return Outcome(
            {row.attempt.statement_sha256: row.attempt.status == "proved" for row in rows},
            calls,
            sum(phase.seconds for phase in phases if phase.phase == "train"),
        )
    finally:
        store.close()


def paired(first: Outcome, second: Outcome) -> Comparison:
    """Compare a method (`second`) with plain iteration (`first`)."""
    return compare([Pair(name=sha, first=first.proved[sha], second=second.proved[sha]) for sha in first.proved], [])


def lines(found: Mapping[str, Outcome]) -> Iterator[str]:
    """Yield the table."""
    plain = found[PLAIN]
    gaps = {name: paired(plain, outcome) for name, outcome in found.items() if name != PLAIN}
    corrected = dict(zip(gaps, holm([gap.p_value for gap in gaps.values()]), strict=True))
    yield f"{'method':16}{'proved':>8}{'of':>6}  {'share (95 %)':20}{'Lean calls':>11}{'training s':>11}  against plain"
    for name, made in found.items():
        count = sum(made.proved.values())
        share = wilson(count, len(made.proved))
        interval = f"{share.value:.3f} ({share.low:.3f} to {share.high:.3f})"
        row = f"{name:16}{count:>8}{len(made.proved):>6}  {interval:20}{made.lean_calls:>11}{made.seconds:>11.0f}"
        if name in gaps:
            row += f"  {said(gaps[name])}, p = {corrected[name]:.2g}"
        yield row


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("grid", type=Path, nargs="?", default=GRID, help="the rows")
    parser.add_argument("--out", type=Path, default=Path("runs/methods"), help="where the runs are kept")
    parser.add_argument("--only", action="append", help="only this row beside `plain`; repeatable")
    given = parser.parse_args()
    tables = tomllib.loads(given.grid.read_text(encoding="utf-8"))
    shared = tables.pop("shared", {})
    if PLAIN not in tables or len(tables) > MOST:
        raise SystemExit(f"{given.grid} needs a table [{PLAIN}] and at most {MOST} in all")
    wanted = {PLAIN, *(given.only or tables)}
    found: dict[str, Outcome] = {}
    before: str | None = None
    for name in (name for name in tables if name in wanted):
        found[name] = run(name, shared | tables[name], given.out, before)
        before = name
    report = "\n".join(lines(found))
    write_whole(given.out / "report.txt", f"{report}\n".encode())
    print(report)


if __name__ == "__main__":
    main()

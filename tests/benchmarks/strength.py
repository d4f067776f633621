"""What is proved, set by set, and whether the gain of search is more than memory: `make bench-strength`.

Each development set is run by `prover bench` on a sample of fixed seed, at 400 Lean calls and 60,000 thousand
heartbeats a problem, with 60 s as guard; the runs resume. One table: for each set and half, how many elaborate, are
proved at the first Lean call, within 10, 100 and 400, and within 60 s, and how many ended at the guard. The gain of
search is (proved at 400 calls - at the first call) / n, pooled over all sets, with the interval of a bootstrap over
problems, on either half and as the ratio of both. Only failures of the tuned half are ever listed (`--failures`).
`--show FILE` writes down 20 proofs of the tuned half, picked by a fixed seed, as `prover prove` prints them.
"""

from __future__ import annotations

import argparse
import hashlib
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from prover import Prover, cli
from prover.bench.folder import read_run
from prover.config import search_config
from prover.config.default_policy import MIXED
from prover.lines import write_whole
from prover.problems.halves import Half, half_of
from prover.problems.target import find_dataset
from prover.runs.intervals import Interval, bootstrap, wilson
from prover.runs.store import STATEMENT
from prover.types import Attempt, Problem

CALLS = (1, 10, 100, 400)
SECONDS = 60
SHOWN = 20
BUDGET = f"lean_calls={CALLS[-1]},heartbeats=60000,seconds={SECONDS}"


@dataclass(frozen=True, slots=True)
class Set:
    """A development set: where it lies, how many statements are drawn of it, and whether all of it is tuned on."""

    name: str
    target: str
    sample: int


SETS = (
    Set("lean workbook", "lean_workbook/valid", 300),
    Set("miniF2F valid", "minif2f/valid", 244),
    Set("amc", "competition/amc_dev", 100),
    Set("inequalities", "competition/ineq_dev", 100),
    Set("induction", "competition/induction_dev", 100),
    Set("textbook", "textbook/all", 250),
)


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of a statement. `first` is where it was proved, unit by unit, or None."""

    name: str
    elaborates: bool
    first: dict[str, float] | None
    guarded: bool

    @property
    def half(self) -> Half:
        return half_of(self.name)

    def within(self, calls: float = math.inf, seconds: float = math.inf) -> bool:
        """Whether it was proved within so many Lean calls and so many seconds."""
        return self.first is not None and self.first["lean_calls"] <= calls and self.first["seconds"] <= seconds


def sampled(names: Sequence[str], size: int) -> list[str]:
    """Return a sample of names in their order: the same everywhere, and a smaller one is a part of a larger one."""
    drawn = sorted(names, key=lambda name: hashlib.sha256(f"strength {name}".encode()).digest())[:size]
    return [name for name in names if name in set(drawn)]


def trial(attempt: Attempt) -> Trial:
    """Return what became of a statement by the row of its attempt."""
    proved = attempt.status == "proved"
    failed = attempt.status == "error" and attempt.message.startswith(STATEMENT)
    return Trial(attempt.problem, not failed, attempt.first_success if proved else None, attempt.limit == "seconds")


def trials(which: Set, names: Sequence[str], out: Path, options: Sequence[str]) -> list[Trial]:
    """Attempt statements of a set, or what is left of them, and return what became of each."""
    folder = folder_of(which, out)
    match = rf"\A(?:{'|'.join(map(re.escape, names))})\Z"
    if code := cli.run(["bench", which.target, "--match", match, "--out", str(folder), *options]):
        raise SystemExit(code)
    return [trial(attempt) for attempt in read_run(folder).attempts]


def folder_of(which: Set, out: Path) -> Path:
    """Return the folder of a set's run."""
    return out / which.name.replace(" ", "-").lower()


def page(proofs: Sequence[tuple[Problem, str]], command: str) -> str:
    """Return statements with their proofs as a page."""
    parts = [
        f"# {SHOWN} proofs\n\nAs `prover prove` prints them and Lean accepted them; drawn by a fixed seed from what "
        f"was proved of the half that finders were mended on, by\n`{command}`.\n"
    ]
    for problem, proof in proofs:
        indented = proof.replace("\n", "\n  ")
        parts.append(f"```lean\n{problem.statement.strip()}\n  {indented}\n```\n")
    return "\n".join(parts)


def gain(found: Sequence[Trial]) -> float:
    """Return the share that search adds after the first Lean call."""
    if not found:
        return math.nan
    return sum(each.within() - each.within(calls=1) for each in found) / len(found)


def ratio(found: Sequence[Trial]) -> float:
    """Return the gain on the reporting half divided by that on the tuned half."""
    tuned, reported = (gain([each for each in found if each.half is half]) for half in (Half.TUNED, Half.REPORTING))
    return reported / tuned if tuned else math.nan


def lines(name: str, found: Sequence[Trial]) -> Iterator[str]:
    """Yield the rows of a set, one for each half."""
    for half in Half:
        rows = [each for each in found if each.half is half]
        counts = [sum(each.within(calls) for each in rows) for calls in CALLS]
        timely = sum(each.within(seconds=SECONDS) for each in rows)
        numbers = "".join(f"{count:>7}" for count in (*counts, timely, sum(each.guarded for each in rows)))
        whole = shown(wilson(counts[-1], len(rows)))
        yield f"{name:15}{half:10}{len(rows):>5}{sum(each.elaborates for each in rows):>11}{numbers}   {whole}"


def shown(share: Interval) -> str:
    return f"{share.value:.3f} [{share.low:.3f}, {share.high:.3f}]"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("runs/strength"), help="where the runs are kept")
    parser.add_argument("--sample", type=int, help="at most so many statements of each set")
    parser.add_argument("--sets", default=",".join(each.name for each in SETS), help="which sets, with commas between")
    parser.add_argument("--half", choices=[*Half], help="only statements of this half")
    parser.add_argument("--policy", default=MIXED)
    parser.add_argument("--heartbeats", default="3000", help="what a step may cost, in thousands")
    parser.add_argument("--workers", default="2")
    parser.add_argument("--failures", action="store_true", help="list what was not proved of the tuned half")
    parser.add_argument("--show", type=Path, metavar="FILE", help="write 20 proofs of what was run to a page")
    given = parser.parse_args()
    options = ["--policy", given.policy, "--budget", BUDGET, "--workers", given.workers]
    options += ["--heartbeats", given.heartbeats]
    wanted = [name.strip() for name in given.sets.split(",")]
    every: list[Trial] = []
    table: list[str] = []
    solved: list[Problem] = []
    for which in (each for each in SETS if each.name in wanted):
        problems = find_dataset(which.target).problems
        names = [problem.name for problem in problems]
        if given.half:
            names = [name for name in names if half_of(name) == given.half]
        found = trials(which, sampled(names, given.sample or which.sample), given.out, options)
        every += found
        table += lines(which.name, found)
        if given.show:
            tuned = {each.name for each in found if each.within() and each.half is Half.TUNED}
            solved += [problem for problem in problems if problem.name in tuned]
        if given.failures:
            table += [f"    {each.name}" for each in found if not each.within() and each.half is Half.TUNED]
    heads = "".join(f"{head:>7}" for head in (*CALLS, f"{SECONDS} s", "guard"))
    print(f"\nproved within so many Lean calls, {given.policy}")
    print(f"limits: {BUDGET} a problem, {given.heartbeats} thousand heartbeats a step")
    print(f"{'set':15}{'half':10}{'n':>5}{'elaborate':>11}{heads}   share at {CALLS[-1]} calls")
    print("\n".join(table))
    for half in Half:
        rows = [each for each in every if each.half is half]
        if rows:
            print(f"gain of search after the first call, {half}: {shown(bootstrap(rows, gain))}")
    if len({each.half for each in every}) == 2:
        print(f"the reporting half's gain by the tuned half's: {shown(bootstrap(every, ratio))}")
    if given.show:
        command = f"python -m tests.benchmarks.strength --sets {given.sets} --show {given.show}"
        drawn = set(sampled([problem.name for problem in solved], SHOWN))
        chosen = [problem for problem in solved if problem.name in drawn]
        settings = search_config(policy=given.policy, budget=BUDGET, heartbeats=int(given.heartbeats))
        with Prover.of(settings) as prover:
            attempts = [(problem, prover.prove(problem)) for problem in chosen]
        proofs = [(problem, attempt.minimised or attempt.proof or "") for problem, attempt in attempts]
        write_whole(given.show, page(proofs, command).encode())


if __name__ == "__main__":
    main()

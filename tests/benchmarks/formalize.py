"""Problems in words with a known formal statement: how many does a model state alike? `make bench-formalize`.

The words are those of miniF2F `valid`, of statements of the half that may be looked at and that elaborate, drawn by a
fixed seed. Each is asked of the model as `prover formalize` asks, and checked as it checks; what it keeps is then held
against the known statement: one elaborated type, or each proved from the other by one call that fails without it. That
a model has seen miniF2F is not excluded. Started again, the benchmark continues.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable
from pathlib import Path

from pydantic import TypeAdapter

from prover.api import Prover
from prover.config import search_config
from prover.errors import StatementError
from prover.formalize.agreement import Compared, agree
from prover.formalize.asking import Author
from prover.formalize.checks import Checker
from prover.formalize.records import Formalization, Statement
from prover.formalize.run import formalize
from prover.lines import read_lines
from prover.problems.halves import Half, in_half
from prover.problems.target import find_dataset
from prover.runs.intervals import wilson
from prover.types import Frozen, Problem


class Row(Frozen):
    """What came of a problem; `same` says of its kept statements, by number, how they agree with the known one."""

    name: str
    found: Formalization
    same: dict[int, str]


ROWS: TypeAdapter[Row] = TypeAdapter(Row)


def drawn(prover: Prover, count: int) -> list[Problem]:
    """Return so many problems in words whose statement elaborates."""
    given = [one for one in in_half(find_dataset("minif2f/valid").problems, Half.TUNED) if one.informal]
    random.Random("formalize").shuffle(given)
    found: list[Problem] = []
    for problem in given:
        if len(found) == count:
            break
        try:
            prover.lean.pool.start(problem)
        except StatementError:
            continue
        prover.lean.pool.release(problem)
        found.append(problem)
    return found


def same(problem: Problem, found: Formalization, checker: Checker) -> dict[int, str]:
    """Return how the kept statements agree with the known one, those that do."""
    given = Statement(number=0, statement=problem.statement, samples=1, status="kept")
    known = Compared(given, problem, _digest(problem, checker))
    agreed: dict[int, str] = {}
    for statement in found.kept:
        name = f"statement_{statement.number}"
        stated = problem.model_copy(update={"name": name, "statement": statement.statement, "header": statement.header})
        groups = agree([known, Compared(statement, stated, _digest(stated, checker))], checker)
        if len(groups) == 1:
            agreed[statement.number] = groups[0].links[0].by
    return agreed


def _digest(problem: Problem, checker: Checker) -> int:
    root = checker.pool.start(problem)
    checker.pool.release(problem)
    return root.goals[0].digest if root.goals else 0


def report(rows: list[Row]) -> str:
    """Return the table: of how many problems at least one answer got so far, and of how many answers."""
    stages: dict[str, Callable[[Row, Statement], bool]] = {
        "answered": lambda row, one: True,
        "a theorem": lambda row, one: one.status != "unread",
        "elaborates": lambda row, one: one.status not in ("unread", "ill-formed"),
        "kept": lambda row, one: one.status == "kept",
        "as known": lambda row, one: one.number in row.same,
    }
    lines = [f"{'':12}{'problems':>10}  {'share (95 %)':24}{'answers':>8}"]
    for name, got in stages.items():
        problems = sum(any(got(row, one) for one in row.found.statements) for row in rows)
        answers = sum(one.samples for row in rows for one in row.found.statements if got(row, one))
        share = wilson(problems, len(rows))
        interval = f"{share.value:.3f} ({share.low:.3f} to {share.high:.3f})"
        lines.append(f"{name:12}{problems:>10}  {interval:24}{answers:>8}")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="hf:smollm2?max_tokens=128", help="the model that writes")
    parser.add_argument("--problems", type=int, default=50)
    parser.add_argument("--samples", type=int, default=8, help="answers to a problem")
    parser.add_argument("--out", type=Path, default=Path("runs/formalize.jsonl"))
    given = parser.parse_args()
    given.out.parent.mkdir(parents=True, exist_ok=True)
    rows = list(read_lines(given.out, ROWS)) if given.out.exists() else []
    done = {row.name for row in rows}
    author = Author(given.model)
    author.load()
    with Prover.of(search_config(heartbeats=3_000)) as prover:
        for problem in drawn(prover, given.problems):
            if problem.name in done:
                continue
            checker = Checker(prover.lean.pool, prover.lean.verifier, keep_trivial=True)
            found = formalize(problem.informal, author, checker, samples=given.samples)
            row = Row(name=problem.name, found=found, same=same(problem, found, checker))
            with given.out.open("a", encoding="utf-8") as file:
                file.write(f"{row.model_dump_json()}\n")
            rows.append(row)
            print(f"{len(rows)} of {given.problems} problems", flush=True)
    author.close()
    print(report(rows))


if __name__ == "__main__":
    main()

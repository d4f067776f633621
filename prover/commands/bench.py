"""`prover bench`: attempt every problem of a dataset, under one configuration or a grid of them."""

from __future__ import annotations

import hashlib
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from prover.commands.options import (
    BudgetOption,
    CacheOption,
    ConfigOption,
    ContextOption,
    ExecutorOption,
    HeartbeatsOption,
    InFlightOption,
    KernelOption,
    LeanOption,
    PolicyOption,
    SeedOption,
    StrategyOption,
    ValueOption,
    WorkersOption,
)
from prover.config import SearchConfig, read_table, search_config
from prover.errors import UsageError

if TYPE_CHECKING:
    from prover.allocate.model import AllocationModel
    from prover.allocate.run import OpenAllocated
    from prover.bench.folder import OpenRun
    from prover.bench.summary import Summary
    from prover.events import Listen
    from prover.serve.watch import WatchPage
    from prover.types import Problem


def run(
    dataset: str = typer.Argument(
        help="A dataset (`minif2f/valid`), a .jsonl or .lean file, or a folder of .lean files.", show_default=False
    ),
    out: Path = typer.Option(..., "--out", help="The folder of the run; if it is there, the run is resumed."),
    split: str | None = typer.Option(None, "--split", help="The split, where DATASET names none."),
    match: str | None = typer.Option(None, "--match", metavar="PATTERN", help="Only problems whose name has a match."),
    limit: int | None = typer.Option(None, "--limit", min=1, help="Only the first so many problems."),
    samples: int = typer.Option(1, "--samples", min=1, help="Attempts at each problem, seeded one after the other."),
    retry_errors: bool = typer.Option(
        False,
        "--retry-errors",
        help="Retry attempts that failed because of infrastructure; the report lists their cost.",
    ),
    grid: Path | None = typer.Option(
        None, "--grid", metavar="FILE", help="TOML or JSON file that lists strategies, policies and budgets to combine."
    ),
    allocate: Path | None = typer.Option(
        None,
        "--allocate",
        metavar="FILE",
        help="Spend the sum of the problems' budgets where a model of `prover allocate` expects most.",
    ),
    lean: LeanOption = None,
    context: ContextOption = None,
    policy: PolicyOption = None,
    value: ValueOption = None,
    strategy: StrategyOption = None,
    budget: BudgetOption = None,
    heartbeats: HeartbeatsOption = None,
    workers: WorkersOption = None,
    in_flight: InFlightOption = None,
    executor: ExecutorOption = "threads",
    seed: SeedOption = None,
    kernel: KernelOption = None,
    config: ConfigOption = None,
    cache: CacheOption = True,
    watch: bool = typer.Option(False, "--watch", help="Serve a live page of the searches while they run."),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document on standard output."),
) -> int:
    """Attempt every problem of a dataset and write a report. Started again, it resumes.

    Exits with 0 when every problem has been attempted, however many were proved.

    \b
    Examples:
      prover bench minif2f/valid --out runs/first --budget lean_calls=300 --workers 2
      prover bench problems.jsonl --out runs/mine --limit 20 --strategy mcts
      prover bench minif2f/valid --out runs/sweep --grid grid.toml
    """
    given: dict[str, Any] = {
        "lean": lean, "context": context, "policy": policy, "value": value, "strategy": strategy, "budget": budget,
        "heartbeats": heartbeats, "workers": workers, "seed": seed, "kernel": kernel,
    }  # fmt: skip
    order = _Order(dataset, split, match, limit, samples, retry_errors, cache, executor, in_flight, watch, allocate)
    # A run that is asked to end, ends tidily.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if grid is not None:
        return _grid(grid, given, config, order, out, as_json)
    summary = _bench(order, search_config(**given, config=config), out)
    _say(summary, out, as_json)
    return 0


@dataclass(frozen=True, slots=True)
class _Order:
    """What is to be attempted and how, without the settings of a search."""

    dataset: str
    split: str | None
    match: str | None
    limit: int | None
    samples: int
    retry_errors: bool
    cache: bool
    executor: str
    in_flight: int | None = None
    watch: bool = False
    allocate: Path | None = None


def _bench(order: _Order, search: SearchConfig, out: Path, label: str = "") -> Summary:
    from prover.bench.choose import choose, in_context
    from prover.bench.config import run_config
    from prover.bench.folder import open_run
    from prover.bench.run import OpenBench
    from prover.bench.run import run as run_all
    from prover.bench.watch import RunWatcher
    from prover.commands.progress import SetupProgress, told
    from prover.problems.target import find_dataset
    from prover.report.write import write_report
    from prover.runs.executor import check_in_flight, make_executor
    from prover.runs.solver import lean_info

    found = find_dataset(order.dataset, order.split, search.context, fetch=told)
    dataset, selection = choose(found, order.match, order.limit)
    search = in_context(search, dataset)
    executor = make_executor(order.executor, search.workers, order.in_flight)
    check_in_flight(executor, search.budget)
    search.make_policy()  # an unknown policy is refused before anything is installed
    with SetupProgress() as progress:
        lean = lean_info(search, progress)
    model = _allocation(order, search)
    allocation = "" if model is None else hashlib.sha256(model.model_dump_json().encode()).hexdigest()
    config = run_config(dataset, lean, search, samples=order.samples, selection=selection, allocation=allocation)
    # Where the wall clock is a limit, cached results would change outcomes.
    cached = order.cache and search.budget.seconds is None
    with open_run(out, config, dataset) as opened:
        if order.retry_errors:
            opened.store.withdraw_broken()
        if model is not None:
            open_allocated = _allocated(opened, dataset.problems, search, model, executor.workers)
            run_all(opened, dataset.problems, open_allocated, executor, RunWatcher(label), cached=True)
            return write_report(out)
        if not order.watch:
            run_all(opened, dataset.problems, OpenBench(search, cached), executor, RunWatcher(label), cached=cached)
            return write_report(out)
        with _page(order, out) as page:

            def listen(problem: Problem, seed: int) -> Listen:
                return page.listener(problem, search.budget.set(), str(search.policy))

            open_work = OpenBench(search, cached, listen=listen)
            while True:
                run_all(opened, dataset.problems, open_work, executor, RunWatcher(label), stop=page.stop, cached=cached)
                if not page.stop.is_set():
                    break
                print("prover: stopped on the page; it can continue there, Ctrl-C leaves", file=sys.stderr)
                page.wait()
    return write_report(out)


def _allocation(order: _Order, search: SearchConfig) -> AllocationModel | None:
    """Return the model that spends the budget. Raises `UsageError` where it cannot."""
    if order.allocate is None:
        return None
    from prover.allocate.model import read_model
    from prover.allocate.run import check

    if order.watch or order.executor != "threads" or not order.cache:
        raise UsageError("--allocate decides in this process, from cached results: leave --watch, --executor and "
                         "--no-cache out")  # fmt: skip
    check(search, order.samples, search.policy.deterministic)
    return read_model(order.allocate)


def _allocated(
    opened: OpenRun, problems: Sequence[Problem], search: SearchConfig, model: AllocationModel, workers: int
) -> OpenAllocated:
    from prover.allocate.run import OpenAllocated, allocate
    from prover.lean.cache import ANSWERS

    cache = opened.path.absolute() / ANSWERS
    said = partial(print, file=sys.stderr, flush=True)
    given = allocate(opened.store, problems, search, model, cache, workers=workers, tell=said)
    return OpenAllocated(search, given, cache)


def _page(order: _Order, out: Path) -> WatchPage:
    if order.executor != "threads":
        raise UsageError(f"--watch shows searches of this process: leave --executor {order.executor} out")
    from prover.serve import need_serve

    need_serve("prover bench --watch")
    from prover.serve.watch import WatchPage

    page = WatchPage()
    page.told(str(out))
    return page


def _grid(grid: Path, given: dict[str, Any], config: Path | None, order: _Order, out: Path, as_json: bool) -> int:
    from prover.bench.grid import AXES, read_grid
    from prover.report.write import write_grid_report

    named = [option for option in AXES.values() if given[option] is not None]
    if named:
        raise UsageError(f"--{named[0]} and --grid exclude each other: list it in {grid}")
    shared = {name: value for name, value in given.items() if value is not None}
    cells = read_grid(grid, {**(read_table(config) if config is not None else {}), **shared})
    out.mkdir(parents=True, exist_ok=True)
    for number, cell in enumerate(cells, 1):
        print(f"run {number} of {len(cells)}: {cell.name}", file=sys.stderr, flush=True)
        label = f"{number}/{len(cells)} {cell.name} "
        _bench(order, cell.search, out / cell.name, label)
    report = write_grid_report(out, [out / cell.name for cell in cells])
    if as_json:
        print(report.model_dump_json())
        return 0
    for summary, cell in zip(report.runs, cells, strict=True):
        print(f"{cell.name:50} {_headline(summary)}")
    for comparison in report.comparisons:
        print(comparison.sentence)
    print(f"{out / 'report.html'}")
    return 0


def _say(summary: Summary, out: Path, as_json: bool) -> None:
    if as_json:
        print(summary.model_dump_json())
        return
    print(_headline(summary))
    for kind, names in summary.faulty.items():
        if names:
            print(f"of these {len(names)} with a {kind} statement: {', '.join(names)}")
    failures = len(summary.statement_failures), len(summary.infrastructure_failures)
    if any(failures):
        print(f"{failures[0]} statements do not elaborate, {failures[1]} attempts broke: both count as not proved")
    for note in summary.notes:
        print(note)
    print(f"{out / 'report.html'}")


def _headline(summary: Summary) -> str:
    share = summary.share
    return (
        f"{summary.proved} of {summary.problems} proved: {100 * share.value:.1f} % "
        f"(95 % interval {100 * share.low:.1f} to {100 * share.high:.1f})"
    )

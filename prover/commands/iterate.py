"""`prover iterate`: expert iteration, from problems to a better policy."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import Any

import typer
from pydantic import ValidationError

from prover.commands.options import (
    BudgetOption,
    ContextOption,
    ExecutorOption,
    HeartbeatsOption,
    LeanOption,
    StrategyOption,
    WorkersOption,
)
from prover.config import search_config
from prover.errors import UsageError


def run(
    out: Path = typer.Option(..., "--out", help="The folder of the run; if it is there, the run is resumed."),
    preset: str = typer.Option(
        "tiny", "--preset", metavar="LEARNER", help="What is trained: tiny, a decoder from scratch on the CPU."
    ),
    rounds: int = typer.Option(3, "--rounds", min=1, help="Rounds of search, training and evaluation."),
    train: list[str] = typer.Option(
        ["library/train=8", "lean_workbook/train=1"],
        "--train",
        metavar="DATASET[=SHARE]",
        help="Training dataset and its sampling weight. Repeatable.",
    ),
    valid: list[str] = typer.Option(
        ["library/valid=120", "lean_workbook/valid=20"],
        "--valid",
        metavar="DATASET[=COUNT]",
        help="Evaluation dataset, never trained on, and how many of its problems to measure on (100 if not given).",
    ),
    problems: int = typer.Option(720, "--problems", min=1, help="Problems searched in a round."),
    search_budget: str = typer.Option(
        "lean_calls=24", "--search-budget", metavar="UNIT=N,…", help="Budget of a problem while data are gathered."
    ),
    search_heartbeats: int = typer.Option(
        1_000, "--search-heartbeats", min=1, help="Heartbeats per proof step while data are gathered, in thousands."
    ),
    temperature: float = typer.Option(
        1.0,
        "--temperature",
        min=0.0,
        help="Exploration temperature (Gumbel noise on log-probabilities); 0 follows the policy.",
    ),
    conjecture: float = typer.Option(
        0.0,
        "--conjecture",
        min=0.0,
        max=0.5,
        metavar="SHARE",
        help="The largest share of a round's problems that the run makes itself: open goals, mutated statements.",
    ),
    disproofs: bool = typer.Option(
        False, "--disproofs", help="Learn from proofs of the negations of refuted train statements as well."
    ),
    lean: LeanOption = None,
    budget: BudgetOption = None,
    strategy: StrategyOption = None,
    heartbeats: HeartbeatsOption = None,
    context: ContextOption = None,
    workers: WorkersOption = None,
    executor: ExecutorOption = "threads",
    seed: int = typer.Option(0, "--seed", min=0, help="Seed of all that is random."),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document on standard output."),
) -> int:
    """Search, verify, train, evaluate, round after round. Started again, it resumes.

    --budget, --strategy and --heartbeats say how every policy is measured; if not given, by lean_calls=64,
    best-first?lazy=true and 1000.

    \b
    Examples:
      prover iterate --preset tiny --out runs/first
      prover iterate --preset tiny --out runs/mine --rounds 4 --train problems.jsonl --valid held_out.jsonl=60
    """
    from prover.bench.choose import in_context
    from prover.commands.progress import SetupProgress
    from prover.iterate.loop import IterateConfig, Loop
    from prover.learners import LearnerSpec
    from prover.learners.rounds import in_rounds
    from prover.problems.target import find_dataset
    from prover.report.rounds import write_rounds
    from prover.runs.executor import make_executor
    from prover.runs.solver import lean_info
    from prover.train.store import open_locked
    from prover.train.watch import Screen

    try:
        named = LearnerSpec.model_validate(preset)
    except ValidationError as error:
        raise UsageError(f"--preset: {error.errors()[0]['msg'].removeprefix('Value error, ')}") from error
    shares = {name: _number("--train", text) for name, text in (_named(given, "1") for given in train)}
    counts = {name: _count("--valid", text) for name, text in (_named(given, "100") for given in valid)}
    named.entry.examine()  # what the learner needs is missed before anything is searched
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    shared: dict[str, Any] = {"lean": lean, "context": context, "workers": workers, "seed": seed}
    evaluation = search_config(
        **shared,
        budget=budget or "lean_calls=64",
        strategy=strategy or "best-first?lazy=true",
        heartbeats=heartbeats or 1_000,
    )
    search = search_config(**shared, budget=search_budget, heartbeats=search_heartbeats)
    chosen, learner = make_executor(executor, evaluation.workers), in_rounds(str(named), named.make())
    config = IterateConfig(
        train=tuple(shares),
        valid=counts,
        shares=shares,
        rounds=rounds,
        seed=seed,
        problems=problems,
        search=search.model_copy(update={"workers": 1}),
        evaluation=evaluation.model_copy(update={"workers": 1}),
        temperature=temperature,
        learner=learner.spec,
        conjecture=conjecture,
        disproofs=disproofs,
    )
    learnt, measured = ([find_dataset(name, None, evaluation.context) for name in names] for names in (shares, counts))
    for dataset in (*learnt, *measured):
        in_context(evaluation, dataset)  # a backend that would import what is to be proved is refused
    with SetupProgress() as progress:
        lean_info(evaluation, progress)
    with open_locked(out) as store:
        command = f"prover {' '.join(sys.argv[1:])}"
        Loop(store, out, config, learner, learnt, measured, Screen(), command, chosen).run()
        summary = write_rounds(store, out)
    if as_json:
        print(summary.model_dump_json())
        return 0
    for line in summary.lines:
        print(line)
    print(f"{out / 'rounds.html'}")
    return 0


def _named(text: str, otherwise: str) -> tuple[str, str]:
    """Read `library/train=4`."""
    name, equals, number = text.rpartition("=")
    return (name, number) if equals else (text, otherwise)


def _number(option: str, text: str, least: float = 0.0) -> float:
    try:
        found = float(text)
    except ValueError:
        found = 0.0
    if not least < found < 1e6:
        raise UsageError(f"{option} …={text}: that has to be a number above {least:g}")
    return found


def _count(option: str, text: str) -> int:
    return int(_number(option, text, 1.0))

"""`prover iterate`: expert iteration, from problems to a better policy."""

from __future__ import annotations

import signal
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import typer

from prover.config import BudgetOption, ContextOption, HeartbeatsOption, StrategyOption, WorkersOption, search_config
from prover.errors import SetupError, UsageError


def run(
    out: Path = typer.Option(..., "--out", help="The folder of the run; if it is there, the run is resumed."),
    preset: str = typer.Option("tiny", "--preset", help="What is trained: tiny, a decoder from scratch on the CPU."),
    rounds: int = typer.Option(3, "--rounds", min=1, help="Rounds of search, training and evaluation."),
    train: list[str] = typer.Option(
        ["library/train=4", "lean_workbook/train=1"],
        "--train",
        metavar="DATASET[=SHARE]",
        help="Problems to learn from, and how many beside those of the others; may be given several times.",
    ),
    valid: list[str] = typer.Option(
        ["library/valid", "lean_workbook/valid"],
        "--valid",
        metavar="DATASET",
        help="Problems to measure on; never learnt from.",
    ),
    problems: int = typer.Option(600, "--problems", min=1, help="Problems searched in a round."),
    each: int = typer.Option(100, "--each", min=2, help="Problems of every --valid that are measured on, in the loop."),
    search_budget: str = typer.Option(
        "lean_calls=96", "--search-budget", metavar="UNIT=N,…", help="What a problem may cost while data are gathered."
    ),
    search_heartbeats: int = typer.Option(
        8_000, "--search-heartbeats", min=1, help="What a step may cost Lean while data are gathered, in thousands."
    ),
    temperature: float = typer.Option(1.0, "--temperature", min=0.0, help="How far data are gathered off the policy."),
    budget: BudgetOption = None,
    strategy: StrategyOption = None,
    heartbeats: HeartbeatsOption = None,
    context: ContextOption = None,
    workers: WorkersOption = None,
    seed: int = typer.Option(0, "--seed", min=0, help="Seed of all that is random."),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document on standard output."),
) -> int:
    """Search, verify, train, evaluate, round after round. Started again, it goes on where it was.

    --budget, --strategy and --heartbeats say how every policy is measured (lean_calls=64 if not given).

    \b
    Examples:
      prover iterate --preset tiny --out runs/first
      prover iterate --preset tiny --out runs/mine --rounds 4 --train problems.jsonl --valid held_out.jsonl --workers 2
    """
    from prover.commands.progress import SetupProgress
    from prover.lean.embedded.install import install
    from prover.problems.find import find_dataset
    from prover.report.rounds import write_rounds
    from prover.train.loop import IterateConfig, Loop
    from prover.train.store import held
    from prover.train.watch import Screen

    if preset != "tiny":
        raise UsageError(f"--preset {preset}: the loop trains tiny; for others, export and use `prover train`")
    shares = dict(map(_share, train))
    if any(find_spec(it) is None for it in ("torch", "transformers", "tokenizers")):
        raise SetupError("the loop trains a model and needs PyTorch: pip install 'proofsmith[ml]'")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    shared: dict[str, Any] = {"context": context, "workers": workers, "seed": seed}
    evaluation = search_config(
        **shared,
        budget=budget or "lean_calls=64",
        strategy=strategy,
        heartbeats=heartbeats,
    )
    search = search_config(**shared, budget=search_budget, heartbeats=search_heartbeats)
    config = IterateConfig(
        train=tuple(shares),
        valid=tuple(valid),
        shares=shares,
        rounds=rounds,
        seed=seed,
        problems=problems,
        each=each,
        search=search.model_copy(update={"workers": 1}),
        evaluation=evaluation.model_copy(update={"workers": 1}),
        temperature=temperature,
    )
    learnt, measured = ([find_dataset(name, None, evaluation.context) for name in names] for names in (shares, valid))
    with SetupProgress() as progress:
        install(progress)
    with held(out) as store:
        command = f"prover {' '.join(sys.argv[1:])}"
        Loop(store, out, config, learnt, measured, Screen(), command, evaluation.workers).run()
        summary = write_rounds(store, out)
    if as_json:
        print(summary.model_dump_json())
        return 0
    for line in summary.lines:
        print(line)
    print(f"{out / 'rounds.html'}")
    return 0


def _share(text: str) -> tuple[str, float]:
    """Read `library/train=4`."""
    name, equals, share = text.partition("=")
    try:
        found = float(share) if equals else 1.0
    except ValueError:
        found = 0.0
    if not 0.0 < found < 1e6:
        raise UsageError(f"--train {text}: the share has to be a number above 0")
    return name, found

"""`prover iterate`: expert iteration, from problems to a better policy."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import Any

import typer

from prover.commands.options import (
    BudgetOption,
    ConfigOption,
    ContextOption,
    ExecutorOption,
    HeartbeatsOption,
    InFlightOption,
    LeanOption,
    StrategyOption,
    WorkersOption,
)
from prover.config import search_config
from prover.errors import UsageError


def run(
    out: Path = typer.Option(..., "--out", help="The folder of the run; if it is there, the run is resumed."),
    policy: str | None = typer.Option(
        None,
        "--policy",
        "--preset",
        metavar="SPEC",
        help="What is trained: tiny, a decoder from scratch on the CPU, or a language model: hf:PATH_OR_ID.",
    ),
    learn: list[str] | None = typer.Option(
        None,
        "--learn",
        metavar="PHASES",
        help="How a language model learns: of sft, dpo, grpo and critic. Repeated, the second is for round 2.",
    ),
    generate: str | None = typer.Option(
        None, "--generate", metavar="NAME", help="What asks the trained model: hf, or vllm."
    ),
    lora: int | None = typer.Option(None, "--lora", min=0, help="Rank of an adapter; 0 (the default) trains it whole."),
    rounds: int | None = typer.Option(None, "--rounds", min=1, help="Rounds of search, training and evaluation (3)."),
    train: list[str] | None = typer.Option(
        None,
        "--train",
        metavar="DATASET[=SHARE]",
        help="Training dataset and its sampling weight. Repeatable. By default library/train=8, lean_workbook/train=1.",
    ),
    valid: list[str] | None = typer.Option(
        None,
        "--valid",
        metavar="DATASET[=COUNT]",
        help="Evaluation dataset, never trained on, and how many of its problems to measure on (100 if not given). By "
        "default library/valid=120, lean_workbook/valid=20.",
    ),
    problems: list[int] | None = typer.Option(
        None, "--problems", min=1, help="Problems searched in a round (720). Repeat it for later rounds, as --learn."
    ),
    search_budget: str | None = typer.Option(
        None,
        "--search-budget",
        metavar="UNIT=N,…",
        help="Budget of a problem while data are gathered (lean_calls=24).",
    ),
    search_heartbeats: int | None = typer.Option(
        None,
        "--search-heartbeats",
        min=1,
        help="Heartbeats per proof step while data are gathered, in thousands (1000).",
    ),
    temperature: float | None = typer.Option(
        None,
        "--temperature",
        min=0.0,
        help="Exploration temperature (Gumbel noise on log-probabilities), 1.0 by default; 0 follows the policy.",
    ),
    conjecture: float | None = typer.Option(
        None,
        "--conjecture",
        min=0.0,
        max=0.5,
        metavar="SHARE",
        help="The largest share of a round's problems that the run makes itself: open goals, mutated statements.",
    ),
    conjecturer: list[str] | None = typer.Option(
        None,
        "--conjecturer",
        metavar="SPEC",
        help="What makes them: open-goals, mutations, model:SPEC (a language model, such as model:hf:PATH). "
        "Repeatable; by default all that need no model.",
    ),
    disproofs: bool | None = typer.Option(
        None, "--disproofs", help="Learn from proofs of the negations of refuted train statements as well."
    ),
    coverage: int | None = typer.Option(
        None, "--coverage", min=1, help="Fine-tune for being right once in so many samples (1: cross-entropy)."
    ),
    curriculum: bool | None = typer.Option(
        None, "--curriculum", help="Double a problem's budget after each failure, and give up for a while in the end."
    ),
    lean: LeanOption = None,
    budget: BudgetOption = None,
    strategy: StrategyOption = None,
    heartbeats: HeartbeatsOption = None,
    context: ContextOption = None,
    workers: WorkersOption = None,
    in_flight: InFlightOption = None,
    executor: ExecutorOption = "threads",
    seed: int | None = typer.Option(None, "--seed", min=0, help="Seed of all that is random."),
    config: ConfigOption = None,
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document on standard output."),
) -> int:
    """Search, verify, train, evaluate, round after round. Started again, it resumes.

    --budget, --strategy and --heartbeats say how every policy is measured; if not given, by lean_calls=64,
    best-first?lazy=true and 1000. A language model is tuned, and searches beside the templates from round 2 on.

    \b
    Examples:
      prover iterate --policy tiny --out runs/first
      prover iterate --policy hf:smollm2 --learn sft --learn sft,dpo --out runs/lm
      prover iterate --config docs/examples/config/iterate-lm.toml --out runs/iterate-lm
      prover iterate --out runs/mine --rounds 4 --train problems.jsonl --valid held_out.jsonl=60
    """
    from prover.bench.choose import in_context
    from prover.commands.progress import SetupProgress, told
    from prover.conjecture.round import conjecturers
    from prover.iterate.config import IterateConfig
    from prover.iterate.loop import Loop
    from prover.iterate.settings import iterate_settings
    from prover.problems.target import find_dataset
    from prover.report.rounds import write_rounds
    from prover.runs.executor import check_in_flight, make_executor
    from prover.runs.solver import lean_info
    from prover.train.store import open_locked
    from prover.train.watch import Screen

    given: dict[str, Any] = {
        "policy": policy, "learn": learn, "generate": generate, "lora": lora, "rounds": rounds, "train": train,
        "valid": valid, "problems": problems, "search_budget": search_budget, "search_heartbeats": search_heartbeats,
        "temperature": temperature, "lean": lean, "budget": budget, "strategy": strategy, "heartbeats": heartbeats,
        "context": context, "workers": workers, "seed": seed, "conjecture": conjecture, "disproofs": disproofs,
        "conjecturers": conjecturer, "curriculum": curriculum, "coverage": coverage, "in_flight": in_flight,
    }  # fmt: skip
    settings = iterate_settings(given, config)
    if learn and not settings.language:
        raise UsageError(f"--learn is for language models: write --policy hf:PATH, not {settings.policy}")
    shares = {name: _number("--train", text) for name, text in (_named(given, "1") for given in settings.train)}
    counts = {name: _count("--valid", text) for name, text in (_named(given, "100") for given in settings.valid)}
    learner = settings.learner()
    conjecturers(settings.conjecturers)  # what cannot be had is missed before anything is searched
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    shared: dict[str, Any] = {
        "lean": settings.lean, "context": settings.context, "workers": settings.workers, "seed": settings.seed
    }  # fmt: skip
    evaluation = search_config(
        **shared, budget=settings.budget, strategy=settings.strategy, heartbeats=settings.heartbeats
    )
    search = search_config(**shared, budget=settings.search_budget, heartbeats=settings.search_heartbeats)
    chosen = make_executor(executor, evaluation.workers, settings.in_flight)
    for spec in (evaluation.budget, search.budget):
        check_in_flight(chosen, spec)
    learnt, measured = (
        [find_dataset(name, None, evaluation.context, fetch=told) for name in names] for names in (shares, counts)
    )
    for dataset in (*learnt, *measured):
        in_context(evaluation, dataset)  # a backend that would import what is to be proved is refused
    # A file is called by its name in a run, wherever it lies.
    shares = {dataset.name: share for dataset, share in zip(learnt, shares.values(), strict=True)}
    counts = {dataset.name: count for dataset, count in zip(measured, counts.values(), strict=True)}
    loop = IterateConfig(
        train=tuple(shares),
        valid=counts,
        shares=shares,
        rounds=settings.rounds,
        seed=settings.seed,
        problems=settings.problems,
        search=search.model_copy(update={"workers": 1}),
        evaluation=evaluation.model_copy(update={"workers": 1}),
        temperature=settings.temperature,
        audit=settings.audit,
        calibration=settings.calibration,
        learner=learner.spec,
        conjecture=settings.conjecture,
        conjecturers=settings.conjecturers,
        disproofs=settings.disproofs,
        curriculum=settings.curriculum,
    )
    with SetupProgress() as progress:
        lean_info(evaluation, progress)
    with open_locked(out) as store:
        command = f"prover {' '.join(sys.argv[1:])}"
        Loop(store, out, loop, learner, learnt, measured, Screen(), command, chosen).run()
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

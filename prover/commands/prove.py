"""`prover prove`: search for proofs of one problem or many, and verify what is found."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from prover.commands.live import INTERRUPTED, Live, SoftStop
from prover.commands.options import (
    BudgetOption,
    CacheOption,
    ConfigOption,
    ContextOption,
    HeartbeatsOption,
    KernelOption,
    LeanOption,
    PolicyOption,
    SeedOption,
    StrategyOption,
    ValueOption,
    WorkersOption,
)
from prover.config import search_config
from prover.errors import InputError, PolicyError, StatementError, UsageError
from prover.plural import counted
from prover.style import Style
from search.hooks import Cancelled

if TYPE_CHECKING:
    from prover.api import Prover
    from prover.config import SearchConfig
    from prover.prove import Outcome
    from prover.types import Attempt, Problem


def run(
    target: str = typer.Argument(
        help="A statement, a `.lean` file, a JSONL file, or a dataset (`minif2f/valid`).", show_default=False
    ),
    name: str | None = typer.Option(None, "--name", help="The problem to take, where TARGET holds several."),
    lean: LeanOption = None,
    context: ContextOption = None,
    policy: PolicyOption = None,
    value: ValueOption = None,
    strategy: StrategyOption = None,
    budget: BudgetOption = None,
    heartbeats: HeartbeatsOption = None,
    workers: WorkersOption = None,
    seed: SeedOption = None,
    kernel: KernelOption = None,
    config: ConfigOption = None,
    cache: CacheOption = True,
    out: Path | None = typer.Option(None, "--out", help="Write a .lean file with the proofs; it checks."),
    tree: Path | None = typer.Option(
        None, "--tree", help="Write the search as one page to look at (one problem only)."
    ),
    disprove: bool = typer.Option(False, "--disprove", help="Look for a counterexample, and for nothing else."),
    style: Style = typer.Option(Style.readable, "--style", help="Which of several proofs to keep."),
    timeout: float | None = typer.Option(
        300.0, "--timeout", min=1.0, metavar="SECONDS", help="Stop the search of a problem softly after so long."
    ),
    quiet: bool = typer.Option(False, "--quiet", "-q", help="Show nothing on standard error while it works."),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document on standard output."),
) -> int:
    """Search for a proof, and count it only if a separate, clean verifier accepts it.

    Exits with 0 if every problem is proved, 1 if not, 2 if the question cannot be answered.

    \b
    Examples:
      prover prove "theorem t (a b : ℕ) (h : a + b = 10) (h₂ : a = b + 4) : a = 7 := by"
      prover prove problem.lean --strategy mcts --budget lean_calls=500 --tree search.html
      prover prove minif2f/valid --name mathd_algebra_182
    """
    with Live(quiet=quiet or as_json) as live:
        from prover.api import Prover
        from prover.config.default_policy import default_policy
        from prover.lean.core.notices import dropped_header
        from prover.problems.target import left_out, read_target

        settings = search_config(
            lean=lean, context=context, policy=policy, value=value, strategy=strategy, budget=budget,
            heartbeats=heartbeats, workers=workers, seed=seed, kernel=kernel, config=config,
        )  # fmt: skip
        problems = read_target(target, name, settings.context)
        faults = left_out(target)
        for fault in faults:
            live.say(f"left out: {fault}")
        if tree is not None and len(problems) != 1:
            raise UsageError(f"--tree draws one search, and {len(problems)} problems were named; pick one with --name")
        if (notice := dropped_header(problems)) is not None:
            live.say(notice)
        if "policy" not in settings.model_fields_set:
            usual, remark = default_policy(problem.context for problem in problems)
            settings = settings.model_copy(update={"policy": usual})
            if remark:
                live.say(remark)
        with Prover.of(settings, cache=cache, style=style, progress=live.setup) as prover:
            prover.load()  # what cannot be had is said before anything is installed
            attempts: list[Attempt] = []
            stopped = False
            for problem in problems:
                live.begin(problem.name, timeout)
                with SoftStop(live, timeout) as stop:
                    outcome = _prove(problem, prover, disprove, live, stop, alone=len(problems) == 1)
                    stopped = stop.interrupted
                    live.pause()
                    attempts.append(outcome.attempt)
                    if tree is not None:
                        _draw(tree, problem, outcome)
                    if not as_json:
                        _show(problem, outcome.attempt)
                        _explain(outcome, prover, stopped)
                if stopped:
                    break
            if live.lean_seconds is not None and not quiet and not as_json:
                print(f"prover: Lean was ready after {live.lean_seconds:.1f} s; that is not counted", file=sys.stderr)
            if out is not None:
                _write(out, problems[: len(attempts)], attempts, settings)

    if as_json:
        rows = [attempt.model_dump_json() for attempt in attempts]
        print(rows[0] if len(rows) == 1 else "[" + ",".join(rows) + "]")
    if stopped:
        return INTERRUPTED
    return 0 if not faults and all(attempt.status == "proved" for attempt in attempts) else 1


def _prove(problem: Problem, prover: Prover, disprove: bool, live: Live, stop: SoftStop, alone: bool) -> Outcome:
    from prover.prove import Outcome, failed

    try:
        if disprove:
            live.phase("looking for a counterexample")
            return Outcome(stop.token.waiting(lambda: prover.disprove(problem)), None)
        prover.lean.prepare(problem)
        outcome = prover.search(problem, cancel=stop.token, on_event=live)
        if outcome.attempt.status != "unproved" or not stop.token.cancelled:
            return outcome
        why = f"stopped after {stop.seconds:.0f} s: raise --timeout" if stop.timed_out else "stopped by Ctrl-C"
        row = outcome.attempt.model_copy(update={"message": outcome.attempt.message or why})
        return Outcome(row, outcome.search, outcome.verified)
    except Cancelled:
        settings = prover.settings
        row = failed(problem, InputError("stopped"), str(settings.policy), settings.strategy.address, settings.seed)
        return Outcome(
            row.model_copy(update={"status": "unproved", "message": "stopped before the search began"}), None
        )
    except (StatementError, PolicyError) as error:
        if alone:
            raise
        settings = prover.settings
        row = failed(problem, error, str(settings.policy), settings.strategy.address, settings.seed)
        return Outcome(row, None)


def _show(problem: Problem, attempt: Attempt) -> None:
    cost = attempt.cost
    made = [counted(cost.generations, "generation")] if cost.generations else []
    made += [counted(cost.tokens_in + cost.tokens_out, "token")] if cost.tokens_in + cost.tokens_out else []
    calls = counted(cost.lean_calls, "Lean call")
    spent = ", ".join([*made, calls, f"{cost.heartbeats:,} thousand heartbeats", f"{cost.wall_seconds:.1f} s"])
    if attempt.status == "proved":
        from prover.lean.block import indent

        print(f"{problem.statement.rstrip()}\n{indent(attempt.minimised or attempt.proof or '', 2)}\n")
        print(f"accepted by {_lean(attempt)}; axioms: {', '.join(attempt.axioms) or 'none'}")
        print(f"{attempt.strategy}, policy {attempt.policy}, seed {attempt.seed}: {spent}")
        return
    if attempt.status == "refuted":
        from prover.refute.attempt import refuted_lines

        print("\n".join(refuted_lines(problem, attempt)))
        return
    reason = attempt.message or (
        f"the budget of {attempt.limit} is spent; raise --budget" if attempt.limit else "nothing is left to try"
    )
    print(f"{problem.name}: {'error' if attempt.status == 'error' else 'not proved'}: {reason}")
    print(f"{attempt.strategy}, policy {attempt.policy}, seed {attempt.seed}: {spent}", file=sys.stderr)


def _explain(outcome: Outcome, prover: Prover, stopped: bool) -> None:
    """Print how far a search came that found no proof; after Ctrl-C without asking Lean once more."""
    if outcome.search is None or outcome.attempt.status != "unproved":
        return
    from functools import partial

    from prover.explain import explained
    from prover.prove import parts_after

    pool = prover.lean.pool
    told = explained(outcome.search, outcome.attempt, None if stopped else pool, partial(parts_after, pool))
    print("\n".join(told.lines()))


def _lean(attempt: Attempt) -> str:
    lean = attempt.lean
    return (
        f"Lean {lean.version} ({lean.backend}, context {lean.context} {lean.context_sha256[:12]})" if lean else "Lean"
    )


def _draw(path: Path, problem: Problem, outcome: Outcome) -> None:
    from prover.report.tree import tree_page
    from search.export import to_document, to_networkx

    if outcome.search is None:
        return
    document = to_document(to_networkx(outcome.search.graph, label=lambda state: state.text))
    path.write_text(tree_page(problem, outcome.attempt, document), encoding="utf-8")


def _write(path: Path, problems: list[Problem], attempts: list[Attempt], settings: SearchConfig) -> None:
    """Write the proofs as a file that this project's verifier accepts, with what it stands on in comments."""
    from prover.lean.block import indent
    from prover.lean.core.notices import written_for
    from prover.lean.open import context_of

    where = context_of(settings.lean, settings.context)
    modules = ("Core",) if where.name == "core" else where.imports
    parts = ["\n".join(f"import {module}" for module in modules), written_for(where.name)]
    for problem, attempt in zip(problems, attempts, strict=True):
        if attempt.status != "proved":
            parts.append(f"-- {problem.name}: {attempt.status}")
            continue
        header = where.header(problem)
        opening = f"-- accepted by {_lean(attempt)}; axioms: {', '.join(attempt.axioms) or 'none'}"
        body = f"{problem.statement.rstrip()}\n{indent(attempt.minimised or attempt.proof or '', 2)}"
        parts.append(f"{opening}\nsection\n{header}\n\n{body}\n\nend")
    path.write_text("\n\n".join(parts) + "\n", encoding="utf-8")

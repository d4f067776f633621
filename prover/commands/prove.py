"""`prover prove`: search for proofs of one problem or many, and verify what is found."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

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
    ServerOption,
    StrategyOption,
    ValueOption,
    WorkersOption,
    chosen_server,
)
from prover.errors import InputError, PolicyError, StatementError, UsageError
from prover.plural import counted

if TYPE_CHECKING:
    from prover.api import Prover
    from prover.config import SearchConfig
    from prover.events import Listen
    from prover.lean.open import LeanEnv
    from prover.prove import Outcome
    from prover.serve.client import RemoteProver
    from prover.serve.watch import WatchPage
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
    server: ServerOption = None,
    watch: bool = typer.Option(False, "--watch", help="Serve a live page of the search while it runs."),
    out: Path | None = typer.Option(
        None, "--out", help="Write the proofs to a .lean file that `prover verify` accepts."
    ),
    tree: Path | None = typer.Option(
        None, "--tree", help="Write an HTML view of the search tree (single problem only)."
    ),
    disprove: bool = typer.Option(False, "--disprove", help="Look for a counterexample, and for nothing else."),
    style: Literal["shortest", "readable", "first"] = typer.Option(
        "readable", "--style", help="Which of several proofs to keep."
    ),
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
    with Live(quiet=quiet or as_json) as live, ExitStack() as opened:
        from prover.config.search import search_config
        from prover.problems.target import left_out, read_target

        settings = search_config(
            lean=lean, context=context, policy=policy, value=value, strategy=strategy, budget=budget,
            heartbeats=heartbeats, workers=workers, seed=seed, kernel=kernel, config=config,
        )  # fmt: skip
        problems = read_target(target, name, settings.context)
        faults = left_out(target)
        for fault in faults:
            live.say(f"left out: {fault}")
        address = chosen_server(
            server,
            lean=lean,
            policy=policy,
            value=value,
            heartbeats=heartbeats,
            workers=workers,
            kernel=kernel,
            tree=tree,
        )
        if tree is not None and len(problems) != 1:
            raise UsageError(f"--tree draws one search, and {len(problems)} problems were named; pick one with --name")
        live.announce(problems[0].name if len(problems) == 1 else f"{len(problems)} problems", timeout)
        if any(problem.header for problem in problems):
            from prover.lean.core.notices import dropped_header

            if (notice := dropped_header(problems)) is not None:
                live.say(notice)
        warm = opened.enter_context(_warm(settings, problems[0], cache, live)) if address is None else None
        if address is None and "policy" not in settings.model_fields_set:
            from prover.config.default_policy import default_policy

            usual, remark = default_policy(problem.context for problem in problems)
            settings = settings.model_copy(update={"policy": usual})
            if remark:
                live.say(remark)
        with _opened(settings, address, cache, style, live, warm) as prover, _page(watch, address) as page:
            prover.load()  # what cannot be had is said before anything is installed
            attempts: list[Attempt] = []
            stopped = False
            together = len(problems) > 1 and not disprove and page is None and address is None
            ends = (
                _together(problems, cast("Prover", prover), live, timeout)
                if together
                else _one_by_one(problems, prover, settings, disprove, live, page, timeout)
            )
            for problem, outcome, interrupted in ends:
                stopped = interrupted
                attempts.append(outcome.attempt)
                if tree is not None:
                    _draw(tree, problem, outcome)
                if not as_json:
                    _show(problem, outcome.attempt)
                    _explain(outcome, prover, stopped)
            if live.lean_seconds is not None and not quiet and not as_json:
                print(f"prover: Lean was ready after {live.lean_seconds:.1f} s; that is not counted", file=sys.stderr)
            if out is not None:
                live.say(_write(out, problems, attempts, settings))

    if as_json:
        order = {problem.name: place for place, problem in enumerate(problems)}
        rows = [row.model_dump_json() for row in sorted(attempts, key=lambda row: order[row.problem])]
        print(rows[0] if len(rows) == 1 else "[" + ",".join(rows) + "]")
    if stopped:
        return INTERRUPTED
    return 0 if not faults and all(attempt.status == "proved" for attempt in attempts) else 1


Ends = Iterator[tuple["Problem", "Outcome", bool]]
"""Problems with their outcomes as they end, and whether the user has stopped the command."""


def _one_by_one(
    problems: list[Problem],
    prover: Prover | RemoteProver,
    settings: SearchConfig,
    disprove: bool,
    live: Live,
    page: WatchPage | None,
    timeout: float | None,
) -> Ends:
    """Attempt problems in their order, each with all workers."""
    for problem in problems:
        live.begin(problem.name, timeout)
        with SoftStop(live, timeout) as stop:
            listen = _listener(page, problem, settings, live, stop)
            outcome = _prove(problem, prover, disprove, live, listen, stop, alone=len(problems) == 1)
            live.pause()
            yield problem, outcome, stop.interrupted
        if stop.interrupted:
            return


def _together(problems: list[Problem], prover: Prover, live: Live, timeout: float | None) -> Ends:
    """Attempt problems on the run engine, one for each worker at a time, and yield them as they end."""
    from prover.prove import Outcome
    from search.types import Stop

    by_name = {problem.name: problem for problem in problems}
    live.begin(f"{len(problems)} problems", timeout)
    with SoftStop(live, None) as stop:
        for outcome in prover.outcomes(problems, seconds=timeout, cancel=stop.token, on_event=live):
            row = outcome.attempt
            if row.stop is Stop.CANCELLED and not row.message:
                why = "stopped by Ctrl-C" if stop.interrupted else f"stopped after {timeout:.0f} s: raise --timeout"
                row = row.model_copy(update={"message": why})
            live.clear()
            yield by_name[row.problem], Outcome(row, outcome.search, outcome.verified), stop.interrupted


def _warm(settings: SearchConfig, problem: Problem, cache: bool, live: Live) -> LeanEnv:
    """Return Lean, which starts while the rest is imported and the policy is made."""
    lean = settings.open_lean(cache, live.setup)
    lean.warm(problem)
    return lean


def _opened(
    settings: SearchConfig, address: str | None, cache: bool, style: str, live: Live, warm: LeanEnv | None
) -> Prover | RemoteProver:
    if address is None:
        from prover.api import Prover

        return Prover.of(settings, cache=cache, style=style, progress=live.setup, lean=warm)
    from prover.serve.client import RemoteProver

    return RemoteProver(address, settings, style)


def _page(watch: bool, address: str | None) -> AbstractContextManager[WatchPage | None]:
    if not watch:
        return nullcontext()
    if address is not None:
        raise UsageError(f"--watch shows a search of this process: the server's page is {address}/live")
    from prover.serve import need_serve

    need_serve("prover prove --watch")
    from prover.serve.watch import WatchPage

    return WatchPage()


def _listener(page: WatchPage | None, problem: Problem, settings: SearchConfig, live: Live, stop: SoftStop) -> Listen:
    if page is None:
        return live
    return page.listener(problem, settings.budget.set(), str(settings.policy), token=stop.token, also=live)


def _prove(
    problem: Problem,
    prover: Prover | RemoteProver,
    disprove: bool,
    live: Live,
    listen: Listen,
    stop: SoftStop,
    alone: bool,
) -> Outcome:
    from prover.prove import Outcome, failed
    from search.hooks import Cancelled

    try:
        if disprove:
            live.phase("looking for a counterexample")
            return Outcome(stop.token.waiting(lambda: prover.disprove(problem, on_event=live)), None)
        outcome = prover.search(problem, cancel=stop.token, on_event=listen)
        if outcome.attempt.status != "unproved" or not stop.token.cancelled:
            return outcome
        by_hand = "stopped by Ctrl-C" if stop.interrupted else "stopped on its page"
        why = f"stopped after {stop.seconds:.0f} s: raise --timeout" if stop.timed_out else by_hand
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


def _explain(outcome: Outcome, prover: Prover | RemoteProver, stopped: bool) -> None:
    """Print how far a search came that found no proof; after Ctrl-C without asking Lean once more."""
    if outcome.search is None or outcome.attempt.status != "unproved":
        return
    from functools import partial

    from prover.api import Prover
    from prover.explain import explained
    from prover.prove import parts_after

    assert isinstance(prover, Prover)  # a server keeps the graph of its search
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


def _write(path: Path, problems: list[Problem], attempts: list[Attempt], settings: SearchConfig) -> str:
    """Write the proofs as a file that this project's verifier accepts; return a line on the world it is for."""
    from prover.lean.block import indent
    from prover.lean.core.notices import written, written_for
    from prover.lean.open import context_of

    where = context_of(settings.lean, settings.context)
    modules = ("Core",) if where.name == "core" else where.imports
    parts = ["\n".join(f"import {module}" for module in modules), written_for(where.name)]
    made = {attempt.problem: attempt for attempt in attempts}
    for problem in problems:
        attempt = made.get(problem.name)
        if attempt is None:
            continue
        if attempt.status != "proved":
            parts.append(f"-- {problem.name}: {attempt.status}")
            continue
        header = where.header(problem)
        opening = f"-- accepted by {_lean(attempt)}; axioms: {', '.join(attempt.axioms) or 'none'}"
        body = f"{problem.statement.rstrip()}\n{indent(attempt.minimised or attempt.proof or '', 2)}"
        parts.append(f"{opening}\nsection\n{header}\n\n{body}\n\nend")
    path.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    return written(str(path), where.name)

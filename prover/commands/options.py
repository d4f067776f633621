"""The options that every searching command shares, as Typer reads them, and the texts that registries put into them.

A command takes the annotated types below as they are and hands what it was given to `search_config`:

    def run(policy: PolicyOption = None, strategy: StrategyOption = None, ..., config: ConfigOption = None) -> int:
        settings = search_config(policy=policy, strategy=strategy, ..., config=config)
        with Prover.of(settings) as prover:
            attempt = prover.prove(problem)

What the command line says overrides what the file says, and that overrides the defaults.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from prover.errors import UsageError

LeanOption = Annotated[
    str | None, typer.Option("--lean", metavar="NAME", help="Which Lean: {backends}. The default is embedded.")
]
KernelOption = Annotated[
    str | None,
    typer.Option(
        "--kernel",
        metavar="NAME",
        help="Which kernel has to accept a proof: native, embedded or both. The default is native where it is set up.",
    ),
]
ContextOption = Annotated[
    str | None, typer.Option("--context", help="What statements are read in: core (the default) or mathlib.")
]
PolicyOption = Annotated[
    str | None,
    typer.Option(
        "--policy",
        metavar="SPEC",
        help="{policies}, or python:package.module:attribute, with settings of its own: hf:MODEL?temperature=0.8.",
    ),
]
StrategyOption = Annotated[
    str | None,
    typer.Option(
        "--strategy",
        metavar="NAME",
        help="{strategies}, each with options of its own: mcts?exploration=1.4. The default is best-first.",
    ),
]
ValueOption = Annotated[
    str | None,
    typer.Option(
        "--value",
        metavar="SPEC",
        help="A critic for best-first, mcts and beam: hf:FOLDER of one that was trained here.",
    ),
]
BudgetOption = Annotated[
    str | None,
    typer.Option(
        "--budget",
        metavar="UNIT=N,…",
        help="What one problem may cost, such as steps=200,lean_calls=1000. Units: {units}.",
    ),
]
HeartbeatsOption = Annotated[
    int | None,
    typer.Option(
        "--heartbeats",
        min=1,
        help="What one step may cost Lean, in thousands, as maxHeartbeats; long tactics may cost more.",
    ),
]
WorkersOption = Annotated[int | None, typer.Option("--workers", min=1, help="Lean processes that work at once.")]
InFlightOption = Annotated[
    int | None,
    typer.Option(
        "--in-flight",
        min=1,
        help="Problems searched at once, if more than --workers: a language model is then asked in larger batches.",
    ),
]
ExecutorOption = Annotated[
    str,
    typer.Option(
        "--executor",
        metavar="NAME",
        help="Where attempts are made: threads (of this process, the default), ray, or ray:ADDRESS for a running "
        "cluster; --workers says how many at once.",
    ),
]
SeedOption = Annotated[int | None, typer.Option("--seed", min=0, help="Seed of all that is random.")]
CacheOption = Annotated[
    bool,
    typer.Option(
        "--cache/--no-cache",
        help="Reuse cached Lean results; they still count against the budget.",
    ),
]
ServerOption = Annotated[
    str | None,
    typer.Option(
        "--server",
        metavar="URL",
        help="Have a running `prover serve` do it, whose Lean is warm; or set PROOFSMITH_SERVER.",
    ),
]
ConfigOption = Annotated[
    Path | None, typer.Option("--config", metavar="FILE", help="TOML or JSON file with any of these options.")
]


def chosen_server(given: str | None, **local: object) -> str | None:
    """Return the address of the server that is to be used, None for none.

    `local` are options that say how Lean is run here: with a server that was named they make no sense, and one that
    stands in the environment gives way to them. Raises `UsageError`.
    """
    set_here = [name for name, value in local.items() if value is not None and value is not False]
    address = given or ("" if set_here else os.environ.get("PROOFSMITH_SERVER", ""))
    if given and set_here:
        options = ", ".join(f"--{name.replace('_', '-')}" for name in set_here)
        raise UsageError(f"{options} cannot go with --server: the server was told that when it was started")
    if not address:
        return None
    if not address.startswith(("http://", "https://")):
        raise UsageError(f"--server {address}: write http://HOST:PORT")
    return address.rstrip("/")


class SearchingCommand(TyperCommand):
    """A command whose help lists what the registries hold; they are not looked at for anything else."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help text."""
        from prover.lean.backend import BACKENDS
        from prover.policies.entry import POLICIES
        from prover.strategies import STRATEGIES
        from search.types import UNITS

        lists = {
            "{backends}": BACKENDS.forms(),
            "{policies}": POLICIES.forms(),
            "{strategies}": STRATEGIES.forms(),
            "{units}": ", ".join(UNITS),
        }
        for parameter in self.params:
            said = getattr(parameter, "help", None)
            for word, listed in lists.items():
                if said and word in said:
                    said = said.replace(word, listed)
                    parameter.help = said  # type: ignore[attr-defined]
        super().format_help(ctx, formatter)

"""The options that every searching command shares: what Typer reads, and what becomes of it."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from prover.config.search import Backend, SearchConfig
from prover.errors import InputError, UsageError

LeanOption = Annotated[Backend | None, typer.Option("--lean", help="Which Lean: embedded is the default.")]
ContextOption = Annotated[
    str | None, typer.Option("--context", help="What statements are read in: core (the default) or mathlib.")
]
PolicyOption = Annotated[
    str | None,
    typer.Option(
        "--policy",
        metavar="SPEC",
        help="automation (the default), tiny, hf:PATH_OR_ID, vllm:PATH_OR_ID or openai:BASE_URL#MODEL, "
        "with ?recipe=NAME&temperature=…",
    ),
]
StrategyOption = Annotated[
    str | None,
    typer.Option(
        "--strategy",
        metavar="NAME",
        help="best-first (the default), mcts, beam, best-of-n or subgoal, each with options of its own: "
        "mcts?exploration=1.4",
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
        help="What one problem may cost, such as steps=200,lean_calls=1000. Units: steps, generations, tokens, "
        "lean_calls, heartbeats, lean_seconds, policy_seconds, seconds.",
    ),
]
HeartbeatsOption = Annotated[
    int | None, typer.Option("--heartbeats", min=1, help="What one step may cost Lean, in thousands, as maxHeartbeats.")
]
WorkersOption = Annotated[int | None, typer.Option("--workers", min=1, help="Lean processes that work at once.")]
SeedOption = Annotated[int | None, typer.Option("--seed", min=0, help="Seed of all that is random.")]
CacheOption = Annotated[
    bool,
    typer.Option(
        "--cache/--no-cache",
        help="Take what Lean has answered before from a file of your own; it is billed as it was.",
    ),
]
ConfigOption = Annotated[
    Path | None, typer.Option("--config", metavar="FILE", help="TOML or JSON file with any of these options.")
]


def search_config(
    *,
    lean: Backend | None = None,
    context: str | None = None,
    policy: str | None = None,
    strategy: str | None = None,
    budget: str | None = None,
    heartbeats: int | None = None,
    workers: int | None = None,
    seed: int | None = None,
    config: Path | None = None,
) -> SearchConfig:
    """Return the settings of a command; None means that an option was not given.

    Raises `UsageError` naming the option, or the field of the file, that makes no sense.
    """
    given = {
        "lean": lean,
        "context": context,
        "policy": policy,
        "strategy": strategy,
        "budget": budget,
        "heartbeats": heartbeats,
        "workers": workers,
        "seed": seed,
    }
    settings = read_table(config) if config is not None else {}
    return checked(settings | {name: value for name, value in given.items() if value is not None}, str(config or ""))


def checked(settings: dict[str, Any], where: str = "") -> SearchConfig:
    """Return the configuration that a table holds. Raises `UsageError` naming what is wrong in it."""
    try:
        return SearchConfig.model_validate(settings)
    except ValidationError as error:
        raise UsageError(_sentence(error, where)) from error


def read_table(path: Path) -> dict[str, Any]:
    """Return the table of a TOML or JSON file. Raises `InputError`."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise InputError(f"there is no file {path}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read: {error}") from error
    try:
        table = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    except ValueError as error:
        raise InputError(f"{path} is no {'JSON' if path.suffix == '.json' else 'TOML'}: {error}") from error
    if not isinstance(table, dict):
        raise InputError(f"{path} has to hold a table of options")
    return table


def _sentence(error: ValidationError, where: str) -> str:
    first = error.errors()[0]
    option = ".".join(map(str, first["loc"]))
    message = first["msg"].removeprefix("Value error, ")
    place = f" of {where}" if where else ""
    if first["type"] == "extra_forbidden":
        return f"there is no option {option!r}{place}; known are {', '.join(SearchConfig.model_fields)}"
    return f"--{option.split('.')[0].replace('_', '-')}{place}: {message}"

"""Everything that a search is told, from what was given, with what a file says."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from prover.config.search import SearchConfig
from prover.errors import InputError, UsageError


def search_config(
    *,
    lean: str | None = None,
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

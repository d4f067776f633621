"""Sweeps: strategies × policies × budgets, each cell a run of its own that can be resumed."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prover.config import SearchConfig, checked, read_table
from prover.errors import InputError

AXES = {"strategies": "strategy", "policies": "policy", "budgets": "budget"}
_UNSAFE = re.compile(r"[^\w.=,+-]+")


@dataclass(frozen=True, slots=True)
class Cell:
    """One run of a grid; `name` is also that of its folder."""

    name: str
    search: SearchConfig


def read_grid(path: Path, given: dict[str, Any]) -> list[Cell]:
    """Return the cells of a grid file (TOML or JSON), which lists `strategies`, `policies` and `budgets`.

    Anything else in the file is an option that all cells share; `given` goes before those. A cell is named after what
    tells it from the others. Raises `InputError`, `UsageError`.
    """
    table = read_table(path)
    axes = {}
    for axis in AXES:
        values = table.pop(axis, None)
        if values is None:
            continue
        if not isinstance(values, list) or not values:
            raise InputError(f"{axis} of {path} has to be a list that is not empty")
        axes[axis] = values
    if not axes:
        raise InputError(f"{path} is no grid: it lists none of {', '.join(AXES)}")
    cells = []
    for values in itertools.product(*axes.values()):
        chosen = {AXES[axis]: value for axis, value in zip(axes, values, strict=True)}
        search = checked({**table, **given, **chosen}, str(path))
        texts = [str(getattr(search, AXES[axis])) for axis in axes if len(axes[axis]) > 1] or ["run"]
        cells.append(Cell(_UNSAFE.sub("_", "__".join(texts)), search))
    names = [cell.name for cell in cells]
    if len(set(names)) < len(names):
        raise InputError(f"{path} lists something twice: {next(name for name in names if names.count(name) > 1)}")
    return cells

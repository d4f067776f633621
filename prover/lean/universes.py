"""`Type*`, as Mathlib has it: a universe of its own for every variable that is declared with it."""

from __future__ import annotations

import json
import re

from prover.errors import StatementError
from prover.lean.source_text import blanked

_STAR = re.compile(r"\b(?:Type|Sort)\*")
_BINDER = re.compile(r"[({⦃]([^(){}⦃⦄:]*):\s*\Z")
_MADE = re.compile(r"u_[0-9]+")


def check_universes(name: str, statement: str, document: str) -> None:
    """Raise `StatementError` where Lean took two of the universes of a statement for one.

    `document` is the statement as it was elaborated. Lean calls the universes that it makes `u_1`, `u_2` and so on.
    """
    blank, _ = blanked(statement)
    wanted = sum(_declared(blank[: star.start()]) for star in _STAR.finditer(blank))
    if wanted == 0:
        return
    written = json.loads(document)
    names = [written["names"][level - 1][1] for level in written["target"]["levels"]]
    if sum(isinstance(each, str) and _MADE.fullmatch(each) is not None for each in names) < wanted:
        raise StatementError(
            f"the statement of {name} takes two universes for one, and `Type*` stands for one of its own each time; "
            "write `universe u` above it and `Type u` where they are the same"
        )


def _declared(before: str) -> int:
    binder = _BINDER.search(before)
    return len(binder[1].split()) if binder is not None else 1

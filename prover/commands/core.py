"""`prover core`: what the `core` context holds."""

from __future__ import annotations

import json
from pathlib import Path

import typer

MOST = 40


def run(
    word: str | None = typer.Argument(None, help="A name, a part of one, or a notation.", show_default=False),
    page: Path | None = typer.Option(None, "--page", metavar="FILE", help="Write the whole list as a Markdown page."),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document on standard output."),
) -> int:
    """Say what the core context holds: types, functions, notation, tactics and lemmas under Mathlib's names.

    Exits with 0 if WORD is there, 1 if not.

    \b
    Examples:
      prover core
      prover core sqrt
      prover core Group
    """
    from prover.lean.core.absent import of_mathlib
    from prover.lean.core.catalogue import SORTS, catalogue, look_up
    from prover.lean.core.page import core_page

    if page is not None:
        page.write_text(core_page(), encoding="utf-8")
        return 0
    found = list(catalogue()) if word is None else look_up(word)
    if as_json:
        rows = [entry.model_dump() | {"here": entry.here} for entry in found]
        print(json.dumps({"word": word, "found": rows, "mathlib": of_mathlib(word or "")}, ensure_ascii=False))
        return 0 if found else 1
    if word is None:
        for sort in SORTS:
            names = list(dict.fromkeys(entry.name for entry in found if entry.sort == sort))
            shown = ", ".join(names[:MOST]) + (f", … ({len(names)} in all)" if len(names) > MOST else "")
            print(f"{sort}s: {shown}")
        return 0
    topic = of_mathlib(word)
    if topic is not None:
        print(f"`{word}` is Mathlib's; core has no {topic}. Use --context mathlib for it.")
    elif not found:
        print(f"core has nothing called {word}; `prover core` lists what it has.")
    for entry in found[:MOST]:
        print(f"{entry.sort:9} {entry.name:32} {entry.text}   ({entry.file}:{entry.line})")
    if len(found) > MOST:
        print(f"… and {len(found) - MOST} more; use a longer word, or --json for all")
    return 0 if found and topic is None else 1

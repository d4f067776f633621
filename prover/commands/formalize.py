"""`prover formalize`: Lean statements of a problem in words, by a model, with what Lean says against them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from pydantic import ValidationError

from prover.commands.options import ContextOption, HeartbeatsOption, LeanOption
from prover.errors import InputError, UsageError

if TYPE_CHECKING:
    from prover.formalize.asking import Author
    from prover.formalize.records import Formalization


def run(
    informal: str = typer.Argument(
        help="The problem in words, or `-` to read it from standard input.", show_default=False
    ),
    model: str = typer.Option(
        ...,
        "--model",
        metavar="SPEC",
        help="The model that writes, one for chat: openai:BASE_URL#MODEL, hf:PATH or vllm:PATH.",
    ),
    samples: int = typer.Option(8, "--samples", min=1, max=256, help="Statements to ask for."),
    calls: int = typer.Option(
        24, "--calls", min=1, help="Lean calls of one search: for a proof, for a contradiction, for an equivalence."
    ),
    back: bool = typer.Option(False, "--back", help="Have the model say in words what each kept statement states."),
    keep_trivial: bool = typer.Option(False, "--keep-trivial", help="Keep statements that one cheap call closes."),
    out: Path | None = typer.Option(None, "--out", metavar="FILE", help="Write the kept statements to a .lean file."),
    lean: LeanOption = None,
    context: ContextOption = None,
    heartbeats: HeartbeatsOption = None,
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document on standard output."),
) -> int:
    """Ask a model for Lean statements of an informal problem, and leave out what Lean speaks against.

    Left out is what does not elaborate, what one cheap call closes, what is refuted, and what has hypotheses that
    contradict each other; the rest is grouped by agreement. That a statement means what the words mean is never
    checked. Exits with 0 if a statement is kept, 1 if none is.

    \b
    Examples:
      prover formalize "the sum of two odd numbers is even" --model openai:http://localhost:8000/v1#qwen
      prover formalize "..." --model hf:models/mine --samples 4 --back --json
    """
    from prover.api import Prover
    from prover.commands.progress import SetupProgress
    from prover.config import search_config
    from prover.formalize.checks import Checker
    from prover.formalize.run import formalize
    from prover.lines import write_whole

    settings = search_config(lean=lean, context=context, heartbeats=heartbeats or 3_000)
    if informal == "-":
        informal = sys.stdin.buffer.read().decode("utf-8", "replace")
    if not informal.strip():
        raise InputError(
            'the problem is empty: write it in words, prover formalize "the sum of two odd numbers is even"'
        )
    author = _author(model)
    try:
        author.load()
        with SetupProgress() as progress, Prover.of(settings, progress=progress) as prover:
            found = formalize(
                informal,
                author,
                Checker(prover.lean.pool, prover.lean.verifier, calls=calls, keep_trivial=keep_trivial),
                samples=samples,
                context=settings.context,
                back=back,
                tell=lambda line: print(f"prover: {line}", file=sys.stderr, flush=True),
            )
    finally:
        author.close()
    if out is not None:
        write_whole(out, _source(found).encode())
    print(found.model_dump_json() if as_json else _page(found))
    return 0 if found.kept else 1


def _author(model: str) -> Author:
    from prover.formalize.asking import Author

    try:
        return Author(model)
    except ValidationError as error:
        raise UsageError(f"--model: {error.errors()[0]['msg'].removeprefix('Value error, ')}") from error


def _source(found: Formalization) -> str:
    parts = [f"/- {found.informal.replace('-/', '- /')}\n\nThat these say the same as the words was not checked. -/"]
    for statement in found.kept:
        head = f"{statement.header}\n" if statement.header else ""
        parts.append(f"{head}{statement.statement}\n  sorry")
    return "\n\n".join(parts) + "\n"


def _page(found: Formalization) -> str:
    """Return the document as a person reads it."""
    rows = {statement.number: statement for statement in found.statements}
    lines = [f"{found.answers} answers, {len(found.kept)} statements kept in {len(found.groups)} groups", ""]
    for place, group in enumerate(found.groups, 1):
        lines.append(f"group {place}: {group.samples} of {found.answers} answers")
        for number in group.members:
            statement = rows[number]
            lines.append(f"  [{number}] {statement.statement} sorry")
            how = next((link.by for link in group.links if link.second == number), "")
            notes = [
                {"type": "the same type as the first", "call": "follows from the first and back, by one call"}.get(
                    how, "equivalent to the first, by a search" if how else ""
                ),
                "proved within the budget" if statement.proved else "",
                f"hypotheses hold for {statement.satisfiable}" if statement.satisfiable else "",
                "" if statement.satisfiable else "no contradiction found, no witness either",
            ]
            lines.append(f"      checked: elaborates; {'; '.join(note for note in notes if note)}")
            if statement.back:
                lines.append(f"      judged: the model reads it as: {statement.back}")
        lines.append("")
    for statement in found.statements:
        if statement.status != "kept":
            lines.append(f"left out, {statement.status}: {' '.join(statement.statement.split())[:120]}")
            lines.append(f"      {statement.message.splitlines()[0] if statement.message else ''}")
    lines += ["", f"in words: {found.informal}", "That a statement says this was not checked; agreement is a vote."]
    return "\n".join(lines)

"""A problem as a file of a traced repository: LeanDojo opens theorems of traces, so a trace is written for it.

What LeanDojo reads of a trace is where the theorem begins and where its proof does. Both are known here to the byte, so
tracing, which compiles a repository and calls GitHub, is not needed for a statement of one's own.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prover.errors import StatementError
from prover.lean.context import Context
from prover.lean.source_text import theorems
from prover.lean.step_tactic import PRINTED
from prover.types import Problem

FOLDER = "Problems"
_PROOF = re.compile(r":=\s*by\s*\Z")


@dataclass(frozen=True, slots=True)
class Entry:
    """A theorem as LeanDojo names it: a file of the project, and the name in it."""

    file: str
    theorem: str


def write_entry(project: Path, where: Context, problem: Problem) -> Entry:
    """Write a problem and its trace into a project, unless they are there."""
    head = "\n".join([*(f"import {module}" for module in ("Lean", *where.imports)), PRINTED, where.header(problem)])
    statement = problem.statement.rstrip()
    proof = _PROOF.search(statement)
    named = theorems(statement, problem.name)
    if proof is None or len(named) != 1:
        raise StatementError(f"the statement of {problem.name} has to be one theorem that ends in `:= by`")
    before = f"{head}\n\n"
    source = f"{before}{statement}\n  sorry\n"
    stem = "P" + hashlib.sha256(source.encode()).hexdigest()[:16]
    file = f"{FOLDER}/{stem}.lean"
    begin = len(before.encode())
    trace = _trace(source.encode(), begin, begin + len(statement[: proof.start()].encode()), named[0].name)
    ir = project / ".lake" / "build" / "ir" / FOLDER
    _write(ir / f"{stem}.dep_paths", "")
    _write(ir / f"{stem}.ast.json", json.dumps(trace))
    _write(project / file, source)
    return Entry(file, named[0].name)


def _trace(source: bytes, begin: int, assigns: int, name: str) -> dict[str, Any]:
    """Return the syntax tree in the form of the package's `ExtractData.lean`; positions are bytes."""

    def info(text: str, start: int) -> dict[str, Any]:
        place = source.index(text.encode(), start)
        return {"original": {"leading": "", "pos": place, "trailing": " ", "endPos": place + len(text.encode())}}

    def atom(text: str, start: int) -> dict[str, Any]:
        return {"atom": {"info": info(text, start), "val": text}}

    def ident(text: str, start: int) -> dict[str, Any]:
        return {"ident": {"info": info(text, start), "rawVal": text, "val": text, "preresolved": []}}

    def node(kind: str, *arguments: dict[str, Any]) -> dict[str, Any]:
        full = kind if kind == "null" else f"Lean.Parser.{kind}"
        return {"node": {"info": "none", "kind": full, "args": list(arguments)}}

    hole = node("Tactic.tacticSorry", atom("sorry", assigns))
    proof = node("Tactic.tacticSeq", node("Tactic.tacticSeq1Indented", node("null", hole)))
    value = node("Command.declValSimple", atom(":=", assigns), node("Term.byTactic", atom("by", assigns + 2), proof))
    theorem = node(
        "Command.theorem",
        atom("theorem", begin),
        node("Command.declId", ident(name, begin + len("theorem")), node("null")),
        node("Command.declSig"),
        value,
    )
    commands = [node("Module.header"), node("Command.declaration", node("Command.declModifiers"), theorem)]
    return {"commandASTs": commands, "tactics": [], "premises": []}


def _write(path: Path, text: str) -> None:
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    written = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    written.write_text(text, encoding="utf-8")
    written.replace(path)

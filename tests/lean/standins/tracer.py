"""Stands in for `lean --run ExtractData.lean`: writes the trace of one file that the test knows by heart."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

SOURCE = "theorem swap (p q : Prop) (h : p ∧ q) : q ∧ p := by\n  exact And.intro h.2 h.1\n"
STATE = "p q : Prop\nh : p ∧ q\n⊢ q ∧ p"


def main(repository: Path) -> None:
    source = SOURCE.encode()

    def span(text: str) -> tuple[int, int]:
        start = source.index(text.encode())
        return start, start + len(text.encode())

    def info(text: str) -> dict[str, Any]:
        start, end = span(text)
        return {"original": {"leading": "", "pos": start, "trailing": " ", "endPos": end}}

    def atom(text: str) -> dict[str, Any]:
        return {"atom": {"info": info(text), "val": text}}

    def ident(text: str) -> dict[str, Any]:
        return {"ident": {"info": info(text), "rawVal": text, "val": text, "preresolved": []}}

    def node(kind: str, *arguments: dict[str, Any]) -> dict[str, Any]:
        return {"node": {"info": "none", "kind": kind, "args": list(arguments)}}

    parser = "Lean.Parser."
    tactic = node(f"{parser}Tactic.exact", atom("exact"), ident("And.intro"), atom("h.2 h.1"))
    sequence = node(f"{parser}Tactic.tacticSeq1Indented", node("null", tactic))
    body = node(f"{parser}Term.byTactic", atom("by"), node(f"{parser}Tactic.tacticSeq", sequence))
    theorem = node(
        f"{parser}Command.theorem",
        atom("theorem"),
        node(f"{parser}Command.declId", ident("swap"), node("null")),
        node(f"{parser}Command.declSig"),
        node(f"{parser}Command.declValSimple", atom(":="), body),
    )
    declaration = node(f"{parser}Command.declaration", node(f"{parser}Command.declModifiers"), theorem)
    start, end = span("exact And.intro h.2 h.1")
    trace = {
        "commandASTs": [node(f"{parser}Module.header"), declaration],
        "tactics": [{"stateBefore": STATE, "stateAfter": "no goals", "pos": start, "endPos": end}],
        "premises": [
            {
                "fullName": "And.intro",
                "modName": "Init.Prelude",
                "defPath": ".lake/packages/lean4/src/lean/Init/Prelude.lean",
                "pos": {"line": 2, "column": 8},
                "endPos": {"line": 2, "column": 17},
                "defPos": {"line": 1, "column": 0},
                "defEndPos": {"line": 1, "column": 5},
            }
        ],
    }
    build = repository / ".lake" / "build"
    for folder, name, text in (("ir", "Swap.ast.json", json.dumps(trace)), ("ir", "Swap.dep_paths", "")):
        (build / folder).mkdir(parents=True, exist_ok=True)
        (build / folder / name).write_text(text)
    (build / "lib" / "lean").mkdir(parents=True, exist_ok=True)
    (build / "lib" / "lean" / "Swap.olean").touch()

"""Stands in for `lean -o FILE.olean FILE.lean`: elaborates the file, prints what is wrong with it, keeps its source.

What it leaves in place of a compiled file is the source, from which `replay.py` makes the facts.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from tests.lean.standins.client import Brain, misbehave

_LIMIT = re.compile(r"^set_option maxHeartbeats (\d+)(?: in)?\n", re.MULTILINE)
_NOTHING = "theorem standin_nothing : True := by"
_IMPORT = re.compile(r"^import \S+\n", re.MULTILINE)


def main(folder: Path, arguments: list[str]) -> int:
    """Compile; returns the exit status, and prints messages as `--json` has them."""
    target, source = Path(arguments[arguments.index("-o") + 1]), Path(arguments[-1])
    text = source.read_text(encoding="utf-8")
    misbehave(text)
    limit = _LIMIT.search(text)
    body = _LIMIT.sub("", _IMPORT.sub("", text), count=1)
    above = text.count("\n") - body.count("\n")
    if target.parent.name.startswith("statement-"):
        return _statement(Brain(folder), body, above, target)
    heartbeats = int(limit.group(1)) if limit else 0
    # Compiling knows nothing of what was asked: that is for the replay to compare.
    facts = Brain(folder).ask(
        op="judge", header="", statement=_NOTHING, candidate=body, candidate_header="", heartbeats=heartbeats
    )
    if "died" in facts:
        print(facts["died"])
        return 134
    errors = [message for message in facts["messages"] if message["severity"] == "error"]
    refused = facts["refused"]
    if refused is not None and not errors:
        place = refused["at"] or {"line": 1, "column": 0}
        errors = [{"line": place["line"], "column": place["column"], "text": f"unexpected {refused['what']}"}]
    for message in errors:
        _print(message, above)
    if not errors:
        target.write_text(json.dumps({"source": body, "heartbeats": heartbeats}), encoding="utf-8")
    return 1 if errors else 0


def _statement(brain: Brain, body: str, above: int, target: Path) -> int:
    at = max(body.rfind("\ntheorem "), body.rfind("\nlemma ")) + 1
    header, statement = body[:at].strip("\n"), body[at:].rstrip().removesuffix(" sorry")
    answer = brain.ask(
        op="judge",
        header=header,
        statement=statement,
        candidate=f"{statement}\n  skip",
        candidate_header=header,
        heartbeats=0,
    )
    if answer.get("status") != "judged":
        for message in answer.get("messages", []):
            _print(message, above + body[:at].count("\n"))
        return 1
    target.write_text(json.dumps({"header": header, "statement": statement}), encoding="utf-8")
    return 0


def _print(message: dict[str, Any], above: int) -> None:
    place = {"line": message["line"] + above, "column": message["column"]}
    print(json.dumps({"severity": "error", "pos": place, "data": message["text"]}, ensure_ascii=False), flush=True)

"""Stands in for `lean -o FILE.olean FILE.lean`: elaborates the file and leaves what was found out about it.

What it leaves in place of a compiled file are the facts that the embedded Lean reports, for `replay.py` to read.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from tests.lean.standins.client import Brain, misbehave

_LIMIT = re.compile(r"^set_option maxHeartbeats (\d+)(?: in)?\n", re.MULTILINE)
_IMPORT = re.compile(r"^import \S+\n", re.MULTILINE)


def main(folder: Path, arguments: list[str]) -> int:
    """Compile; returns the exit status, and prints messages as `--json` has them."""
    target, source = Path(arguments[arguments.index("-o") + 1]), Path(arguments[-1])
    text = source.read_text(encoding="utf-8")
    misbehave(text)
    limit = _LIMIT.search(text)
    body = _LIMIT.sub("", _IMPORT.sub("", text), count=1)
    if body.rstrip().endswith(":= by sorry"):
        return _statement(Brain(folder), body, target)
    known = json.loads((folder / "statement.json").read_text(encoding="utf-8"))
    # The header that the statement had stands in front of a block; a whole file may repeat it.
    shared = known["header"] if body.startswith(known["header"]) else ""
    facts = Brain(folder).ask(
        op="judge",
        header=known["header"],
        statement=known["statement"],
        candidate=body[len(shared) :].lstrip("\n"),
        candidate_header=shared,
        heartbeats=int(limit.group(1)) if limit else 0,
    )
    if "died" in facts:
        print(facts["died"])
        return 134
    above = text.count("\n") - body[len(shared) :].lstrip("\n").count("\n")
    refused = facts["refused"]
    errors = [message for message in facts["messages"] if message["severity"] == "error"]
    if refused is not None:
        place = refused["at"] or {"line": 1, "column": 0}
        errors.insert(0, {"line": place["line"], "column": place["column"], "text": refused["what"]})
        errors[0]["text"] = f"{'unexpected: ' if refused['stage'] != 'syntax' else ''}{refused['what']}"
    for message in errors:
        _print(message, above)
    if not errors:
        target.write_text(json.dumps(facts), encoding="utf-8")
    return 1 if errors else 0


def _statement(brain: Brain, body: str, target: Path) -> int:
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
            _print(message, body[:at].count("\n") + 1)
        return 1
    document = json.dumps({"header": header, "statement": statement})
    target.write_text(document, encoding="utf-8")
    (target.parents[3] / "statement.json").write_text(document, encoding="utf-8")
    return 0


def _print(message: dict[str, Any], above: int) -> None:
    place = {"line": message["line"] + above, "column": message["column"]}
    print(json.dumps({"severity": "error", "pos": place, "data": message["text"]}, ensure_ascii=False), flush=True)

"""Stands in for Lean elaborating a file with `lean_dojo_repl` in it: LeanDojo's wire, over the terminal it is given."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

from tests.lean.standins.client import Brain, die, misbehave, unwrapped

_STEP_TACTIC = re.compile(r"^open Lean Elab Tactic in\nelab \"prover_step.*?^  IO\.println [^\n]*\n", re.DOTALL | re.M)
_REPL = re.compile(r":=\s*by\n  lean_dojo_repl\n  sorry")
_BEFORE = "set_option maxHeartbeats 0 in\n"


def problem(source: str) -> tuple[str, str]:
    """Take header and statement out of the file that the package wrote."""
    text = re.sub(r"^import .*\n", "", source, flags=re.M)
    before, _, rest = _STEP_TACTIC.sub("", text).partition(_BEFORE)
    return before.strip(), _REPL.split(rest)[0].strip() + " := by"


def say(state: int | None = None, goals: list[str] | None = None, error: str | None = None) -> None:
    shown = None if goals is None else "\n\n".join(goals) or "no goals"
    document = {"sid": state, "tacticState": shown, "error": error}
    print("REPL> " + json.dumps(document, ensure_ascii=False), flush=True)


def main(folder: Path, file: Path) -> None:
    brain = Brain(folder)
    source = file.read_text(encoding="utf-8")
    above = source.rpartition(_BEFORE)[0].count("\n") + 1
    header, statement = problem(source)
    root = brain.ask(op="start", header=header, statement=statement)
    if "errors" in root:
        for message in root["errors"]:
            place = f"{above + message['line']}:{message['column']}"
            print(f"{file}:{place}: error: {message['text']}", flush=True)
        raise SystemExit(1)
    states: list[int] = [root["state"]]
    say(0, root["goals"])
    for line in sys.stdin:
        if line.strip() == "exit":
            break
        request: dict[str, Any] = json.loads(line)
        misbehave(request["cmd"])
        limit, block = unwrapped(request["cmd"])
        answer = brain.ask(op="step", state=states[request["sid"]], block=block, heartbeats=limit)
        if "died" in answer:
            die(answer["died"], 134)
        if limit and "error" not in answer:
            print(f"prover_step {answer['spent']}", flush=True)
        if "error" in answer:
            say(error=answer["error"])
        else:
            states.append(answer["state"])
            say(len(states) - 1, answer["goals"])

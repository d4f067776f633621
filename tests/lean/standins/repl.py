"""Stands in for Lean's REPL (https://github.com/leanprover-community/repl): JSON and a blank line, both ways.

An environment is the source that led to it. A pickle is that source in a file.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.lean.standins.client import Brain, die, misbehave, switches, unwrapped

_WARNING = "declaration uses `sorry`"


class ReplStandIn:
    """Environments and proof states by number, as the REPL numbers them."""

    def __init__(self, folder: Path) -> None:
        self._brain = Brain(folder)
        self._switches = switches(folder)
        self._environments: list[str] = []
        self._states: list[tuple[int, tuple[str, ...]]] = []

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        if "tactic" in request:
            return self._tactic(request["tactic"], request["proofState"])
        if "pickleTo" in request:
            Path(request["pickleTo"]).write_text(self._environments[request["env"]], encoding="utf-8")
            return {"env": request["env"]}
        if "unpickleEnvFrom" in request:
            return self._environment(Path(request["unpickleEnvFrom"]).read_text(encoding="utf-8"))
        return self._command(request["cmd"], request.get("env"))

    def _command(self, source: str, environment: int | None) -> dict[str, Any]:
        if environment is None:  # the imports
            return self._environment("")
        if not 0 <= environment < len(self._environments):
            return {"message": "Unknown environment."}
        header = self._environments[environment]
        if source.startswith("open Lean Elab Tactic in\nelab "):
            if self._switches.get("no_step_tactic"):
                return {
                    "messages": [_message("error", "unknown identifier 'withTheReader'")],
                    **self._environment(header),
                }
            return self._environment(header)
        if source.startswith("set_option maxHeartbeats"):
            return self._environment(header)
        if not source.endswith(" sorry"):
            return self._environment(f"{header}\n{source}".strip())
        answer = self._brain.ask(op="start", header=header, statement=source.removesuffix(" sorry"))
        if "died" in answer:
            die(answer["died"], 134)
        if "errors" in answer:
            messages = [_message("error", e["text"], e["line"], e["column"]) for e in answer["errors"]]
            return {"messages": messages, **self._environment(header)}
        hole = {"proofState": self._state(answer["state"], answer["goals"]), "goal": answer["goals"][0]}
        place = {"pos": {"line": 1, "column": 0}, "endPos": {"line": 1, "column": 5}}
        return {
            "sorries": [hole | place],
            "messages": [_message("warning", _WARNING)],
            **self._environment(f"{header}\n{source}"),
        }

    def _tactic(self, tactic: str, number: int) -> dict[str, Any]:
        if not 0 <= number < len(self._states):
            return {"message": "Unknown proof state."}
        misbehave(tactic)
        limit, block = unwrapped(tactic)
        answer = self._brain.ask(op="step", state=self._states[number][0], block=block, heartbeats=limit)
        if "died" in answer:
            die(answer["died"], 134)
        if "error" in answer:
            return {"message": f"Lean error:\n{answer['error']}"}
        status = "Incomplete: open goals remain" if answer["goals"] else "Completed"
        found: dict[str, Any] = {"proofState": self._state(answer["state"], answer["goals"])}
        if limit:
            found["messages"] = [_message("info", f"prover_step {answer['spent']}")]
        return found | {"goals": answer["goals"], "proofStatus": status}

    def _environment(self, source: str) -> dict[str, Any]:
        self._environments.append(source)
        return {"env": len(self._environments) - 1}

    def _state(self, state: int, goals: list[str]) -> int:
        self._states.append((state, tuple(goals)))
        return len(self._states) - 1


def _message(severity: str, text: str, line: int = 1, column: int = 0) -> dict[str, Any]:
    return {"severity": severity, "pos": {"line": line, "column": column}, "endPos": None, "data": text}


def _requests() -> Iterator[dict[str, Any]]:
    lines: list[str] = []
    for line in sys.stdin:
        if line.strip():
            lines.append(line)
        elif lines:
            yield json.loads("".join(lines))
            lines = []


def main(folder: Path) -> None:
    if switches(folder).get("die_at_start"):
        die("uncaught exception: unknown package 'Mathlib'", 1)
    repl = ReplStandIn(folder)
    for request in _requests():
        # Pretty-printed over many lines, as the real one answers.
        print(json.dumps(repl.answer(request), ensure_ascii=False, indent=1) + "\n", flush=True)

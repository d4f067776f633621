"""The files of results, from which every figure of the README, `results.md` and `performance.md` has to come.

    python docs/figures.py NAME [--json FILE]… -- COMMAND …

runs a command and writes `docs/results/NAME.json`: the command, the commit, the machine, what it printed, and the JSON
documents that it left (`--json runs/valid/report.json`). The sections in which its figures stand (`where`) are kept
from the file before. A test compares the numbers of those sections with the file (`tests/docs/test_figures.py`).
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from pydantic import Field, JsonValue

from prover.runs.machine import this_machine
from prover.types import Frozen

RESULTS = Path(__file__).resolve().parent / "results"
NUMBER = re.compile(r"(?<![\w.^-])\d+(?:,\d{3})*(?:\.\d+)?(?:e[-+]?\d+)?(?![\w^]|\.\d)")
"""A number of a text or an output: no part of a name, a hash or an exponent."""
LARGEST_OUTPUT = 100_000


class ResultsFile(Frozen):
    """What one command measured. `setting` says what was fixed; its numbers and the command's may be quoted too.

    `where` are the sections (`README.md#results`) that quote it. `copied` is set where the figures were copied from the
    output of the command by hand, before commands wrote these files.
    """

    command: str
    commit: str
    machine: str = ""
    date: str = ""
    setting: str = ""
    copied: str = ""
    where: tuple[str, ...]
    figures: dict[str, JsonValue] = Field(default_factory=dict)
    output: str = ""

    def numbers(self) -> set[float]:
        """Return every number in it."""
        texts = (self.command, self.setting, self.machine, self.output)
        found = {value(number) for text in texts for number in NUMBER.findall(text)}
        return found | set(_numbers(self.figures))


def value(number: str) -> float:
    """Return the value of a number as it is written: `49,513`, `4e-13`."""
    return float(number.replace(",", ""))


def _numbers(document: JsonValue) -> Iterator[float]:
    if isinstance(document, bool) or document is None:
        return
    if isinstance(document, int | float):
        yield float(document)
    elif isinstance(document, str):
        yield from (value(number) for number in NUMBER.findall(document))
    elif isinstance(document, list):
        for entry in document:
            yield from _numbers(entry)
    else:
        for name, entry in document.items():
            yield from (value(number) for number in NUMBER.findall(name))
            yield from _numbers(entry)


def read() -> dict[str, ResultsFile]:
    """Return every file of results by its name."""
    return {path.stem: ResultsFile.model_validate_json(path.read_bytes()) for path in sorted(RESULTS.glob("*.json"))}


def main(arguments: list[str]) -> int:
    """Run a command and write its file; returns its exit code, and writes nothing unless that is 0."""
    if "--" not in arguments:
        print("usage: python docs/figures.py NAME [--json FILE]… -- COMMAND …", file=sys.stderr)
        return 2
    split = arguments.index("--")
    parser = argparse.ArgumentParser(prog="python docs/figures.py")
    parser.add_argument("name")
    parser.add_argument("--json", action="append", default=[], type=Path)
    given, command = parser.parse_args(arguments[:split]), arguments[split + 1 :]
    path = RESULTS / f"{given.name}.json"
    before = ResultsFile.model_validate_json(path.read_bytes()) if path.is_file() else None
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8", errors="replace")
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        print(line, end="", flush=True)
        lines.append(line)
    if process.wait() != 0:
        print(f"{command[0]} exited with {process.returncode}: {path} is as it was", file=sys.stderr)
        return process.returncode
    machine = this_machine()
    made = ResultsFile(
        command=" ".join(command),
        commit=machine.commit[:7] + ("+" if machine.commit.endswith("+") else ""),
        machine=str(machine),
        date=f"{datetime.now(UTC):%Y-%m-%d}",
        setting=before.setting if before else "",
        where=before.where if before else (),
        figures={file.name: json.loads(file.read_text("utf-8")) for file in given.json},
        output="".join(lines)[-LARGEST_OUTPUT:],
    )
    path.parent.mkdir(exist_ok=True)
    path.write_text(text(made), encoding="utf-8")
    print(f"wrote {path}", file=sys.stderr)
    return 0


def text(results: ResultsFile) -> str:
    """Return a file's text; what is empty is left out."""
    document = {name: entry for name, entry in results.model_dump(mode="json").items() if entry not in ("", {}, [])}
    return f"{json.dumps(document, indent=1, ensure_ascii=False)}\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

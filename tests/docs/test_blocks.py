"""What the README, the tutorial and the guides tell people to type is typed here, and prints what they say.

The blocks of a page run one after the other in one folder. A block with `title="NAME"` becomes that file. In a
`console` block the lines behind `$` are run by bash, and the other lines have to come out in this order; `…` stands for
anything. A block below `<!-- not run: REASON -->` is left out.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, Block, blocks

SLOW = pytest.mark.slow
DOCS = ROOT / "docs"
GUIDES = {
    ROOT / "README.md": (),
    DOCS / "tutorial.md": (SLOW,),
    DOCS / "prove-my-file.md": (SLOW,),
    DOCS / "own-model.md": (SLOW,),
    DOCS / "benchmark.md": (SLOW,),
}
"""The pages that are run, with their marks."""
CASES = [pytest.param(page, marks=marks, id=page.name) for page, marks in GUIDES.items()]


@pytest.mark.parametrize("page", CASES)
def test_what_a_page_says_happens(page: Path, lean: object, tmp_path: Path) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    _program(programs / "prover", '-c "from prover.cli import main; main()"')
    _program(programs / "python", "")
    here = tmp_path / "here"
    here.mkdir()
    given = {
        **os.environ,
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "PYTHONIOENCODING": "utf-8",
        "LC_ALL": "C.UTF-8",  # the order of `ls`
    }
    ran = 0
    for block in blocks(page.read_text("utf-8")):
        if block.title:
            (here / block.title).write_text(block.text, encoding="utf-8")
        elif block.language in ("console", "sh", "python") and not block.not_run:
            said = _ran(block, here, given)
            if block.language == "console":
                missing = first_missing(expected(block.text), said)
                assert missing is None, f"{page.name}:{block.line} does not print {missing!r}, but:\n{said}"
            ran += 1
    assert ran, f"{page.name} has nothing to run"


def _program(path: Path, arguments: str) -> None:
    path.write_text(f'#!/bin/sh\nexec "{sys.executable}" {arguments} "$@"\n', encoding="utf-8")
    path.chmod(0o755)


def _ran(block: Block, here: Path, given: dict[str, str]) -> str:
    if block.language == "python":
        command = [sys.executable, "-c", block.text]
    elif block.language == "sh":
        command = ["bash", "-e", "-c", block.text]
    else:
        command = ["bash", "-c", commands(block.text)]
    done = subprocess.run(
        command,
        cwd=here,
        env=given,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        timeout=900,
    )
    assert block.language == "console" or done.returncode == 0, f"line {block.line}: {done.stdout}"
    return done.stdout


def commands(text: str) -> str:
    """Return what is typed in a console block."""
    return "\n".join(line[2:] for line in text.split("\n") if line.startswith("$ "))


def expected(text: str) -> list[str]:
    """Return the lines that a console block promises."""
    return [line for line in text.split("\n") if line.strip() not in ("", "…") and not line.startswith("$ ")]


def first_missing(wanted: list[str], said: str) -> str | None:
    """Return the first promised line that does not come out after those before it, or None."""
    lines = iter(said.split("\n"))
    for line in wanted:
        pattern = re.compile(".*".join(re.escape(part) for part in line.rstrip().split("…")))
        if not any(pattern.fullmatch(printed.rstrip()) for printed in lines):
            return line
    return None


def test_a_promise_that_is_not_kept_is_seen() -> None:
    text = "$ echo a\na …\n…\n$ echo b\nc\n"
    assert commands(text) == "echo a\necho b"
    assert expected(text) == ["a …", "c"]
    assert first_missing(["a …", "c"], "a 1\nb\nc\n") is None
    assert first_missing(["a …", "c"], "c\na 1\n") == "c"

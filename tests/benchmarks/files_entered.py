"""Which files of this project `prover prove` enters, in the order in which it enters them first.

A profiler notes every Python function that is called; a file whose functions are not called (which is only imported)
does not count, nor do functions that are called while modules are imported. Run as

    python -m tests.benchmarks.files_entered [--page] ["theorem t … := by"]

`--page` draws the trace into docs/trace.md: each file below the one that entered it first.
"""

from __future__ import annotations

import ast
import sys
import threading
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Any

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "trace.md"
STATEMENT = "theorem t (a b : ℕ) (h : a + b = 10) (h₂ : a = b + 4) : a = 7 := by"


class Trace:
    """Files by the order in which they are entered, and the hops between them."""

    def __init__(self) -> None:
        self.files: dict[str, int] = {}
        self.entered_from: dict[str, str] = {}
        self.hops: Counter[tuple[str, str]] = Counter()

    def __call__(self, frame: FrameType, event: str, argument: Any) -> None:
        if event != "call":
            return
        code = frame.f_code
        if not self._ours(code.co_filename) or code.co_name == "<module>" or _importing(frame):
            return
        name = str(Path(code.co_filename).relative_to(ROOT))
        self.files[name] = self.files.get(name, 0) + 1
        caller = frame.f_back
        while caller is not None and not self._ours(caller.f_code.co_filename):
            caller = caller.f_back
        if caller is not None:
            origin = str(Path(caller.f_code.co_filename).relative_to(ROOT))
            if origin != name:
                self.hops[origin, name] += 1
                self.entered_from.setdefault(name, origin)

    @staticmethod
    def _ours(filename: str) -> bool:
        return filename.startswith((f"{ROOT}/prover/", f"{ROOT}/search/"))


def _importing(frame: FrameType) -> bool:
    """Tell whether a module of this project is being imported further up: it only defines what it holds."""
    walk = frame.f_back
    while walk is not None:
        if walk.f_code.co_name == "<module>" and Trace._ours(walk.f_code.co_filename):
            return True
        walk = walk.f_back
    return False


def traced(arguments: list[str]) -> Trace:
    """Run a command and return what it entered."""
    from prover.cli import run

    trace = Trace()
    threading.setprofile(trace)
    sys.setprofile(trace)
    try:
        run(arguments)
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
    return trace


def tree(trace: Trace) -> str:
    """Return the files as a tree: each below the one that entered it first, in the order in which they were entered."""
    below: dict[str, list[str]] = {}
    for name in trace.files:
        below.setdefault(trace.entered_from.get(name, ""), []).append(name)
    lines: list[str] = []

    def draw(name: str, depth: int) -> None:
        doc = ast.get_docstring(ast.parse((ROOT / name).read_text(encoding="utf-8"))) or ""
        said = doc.partition("\n")[0].partition(". ")[0].partition(": ")[0].rstrip(".:")
        lines.append(f"{'  ' * depth}{name:{max(1, 56 - 2 * depth)}} {said}"[:120].rstrip())
        for child in below.get(name, ()):
            if child != name:
                draw(child, depth + 1)

    for name in below.get("", ()):
        draw(name, 0)
    return "\n".join(lines)


def main() -> None:
    """Print the files, the hops, and the totals."""
    page = "--page" in sys.argv[1:]
    statement = next((word for word in sys.argv[1:] if word != "--page"), STATEMENT)
    trace = traced(["prove", statement, "--no-cache", "--policy", "automation"])
    for number, (name, calls) in enumerate(trace.files.items(), 1):
        print(f"{number:3} {name:44} {calls:8} calls")
    both = sum((second, first) in trace.hops for first, second in trace.hops) // 2
    total = (
        f"{len(trace.files)} files entered, {len(trace.hops)} hops from file to file, {both} pairs in both directions"
    )
    print(total)
    if page:
        PAGE.write_text(HEAD.format(statement=statement, total=total, tree=tree(trace)), encoding="utf-8")


HEAD = """# What one proof walks through

The Python files of which a proof enters a function once everything is installed, each below the file that entered it
first: {total}.
`python -m tests.benchmarks.files_entered --page` writes this page. The command:

    prover prove "{statement}" --policy automation

```
{tree}
```
"""


if __name__ == "__main__":
    main()

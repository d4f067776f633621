"""Where the start of a Lean process goes, stage by stage, in three ways side by side: `make bench-start`.

`plain` changes the module and initialises Lean at every start; `recipe` reads how the module is changed; `image` reads
the memory of a process that has imported the context, so that neither initialisers nor imports run. Each way is run
several times in turn, and medians are shown. Then the whole of a one-call proof that nothing has cached.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import psutil

from prover.lean.context import context
from prover.lean.embedded import images
from prover.lean.embedded.install import Installation, install
from prover.lean.embedded.loading import load
from prover.lean.embedded.process import ELABORATION, KERNEL, SEARCH, START_SECONDS, LeanProcess, Start
from prover.lean.embedded.session import EmbeddedSession
from prover.lean.session import Limits
from prover.types import Problem
from tests.first_hour.terminal import Terminal

# What a stage is called, in the order of a start; `wire.Ready` has when each had ended.
STAGES = {
    "node": "Node itself",
    "glue": "read and run the glue",
    "read": "read and change the module",
    "compile": "compile",
    "instantiate": "instantiate",
    "link": "link and construct",
    "initialise": "initialise Lean",
    "image": "read the image",
    "load": "import the context",
}
STATEMENT = "theorem t (a b : ℕ) (h : a + b = 10) (h₂ : a = b + 4) : a = 7 := by"
MEGABYTE = 2**20


def measure(installation: Installation, start: Start) -> dict[str, float]:
    """Return the seconds of each stage of one start with the context `core`, and the memory it takes, in MB."""
    where = context("core")
    process = LeanProcess(installation, SEARCH)
    try:
        began = time.perf_counter()
        process.start(start)
        process.holds = where.name if start.image is not None else ""
        ready = time.perf_counter()
        load(process, installation, where, START_SECONDS)
        loaded = time.perf_counter()
        found: dict[str, float] = {}
        before = 0.0
        for name, end in process.stages:
            found[name] = end - before
            before = end
        memory = psutil.Process(process.pid).memory_full_info()
        found |= {"load": loaded - ready, "ready": loaded - began, "rss": memory.rss / MEGABYTE}
        return found | {"own": memory.uss / MEGABYTE}
    finally:
        process.kill()


def first_problem(installation: Installation) -> float:
    """Return the seconds that a fresh process takes to open its first problem."""
    session = EmbeddedSession(installation, context("core"), Limits())
    try:
        session.ready()
        began = time.perf_counter()
        session.start(Problem(name="t", statement=STATEMENT))
        return time.perf_counter() - began
    finally:
        session.close()


def python_seconds(module: str) -> float:
    """Return the seconds that a fresh Python takes to import a module, the interpreter's own start included."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", f"import {module}"], check=True)
    return time.perf_counter() - began


def command_seconds() -> tuple[float, float]:
    """Return the seconds of `prover prove --no-cache` on a terminal: until its first line, and in all.

    One call proves the statement.
    """
    with tempfile.TemporaryDirectory() as folder:
        terminal = Terminal(["prove", "--no-cache", STATEMENT], Path(folder))
        code = terminal.wait(120)
        assert code == 0, terminal.text
        return terminal.shown[0][0], terminal.seconds


def print_command(rounds: int) -> None:
    """Print how long the whole command takes."""
    first, whole = zip(*(command_seconds() for _ in range(rounds)), strict=True)
    print(f"{'prover prove: first line':<28}{statistics.median(first):>30.3f}")
    print(f"{'prover prove --no-cache':<28}{statistics.median(whole):>30.3f}")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="how often each way is run")
    parser.add_argument("--command", action="store_true", help="only the whole of a one-call proof")
    options = parser.parse_args()
    rounds = options.rounds
    installation = install()
    if options.command:
        print_command(rounds)
        return
    where = context("core")
    given = images.start_of(installation, where, SEARCH)
    for entry in (ELABORATION, KERNEL):
        images.start_of(installation, where, entry)
    ways = {"plain": Start(), "recipe": Start(recipe=given.recipe), "image": given}
    seen: dict[str, dict[str, list[float]]] = {way: defaultdict(list) for way in ways}
    for _ in range(rounds):
        for way, start in ways.items():
            for name, value in measure(installation, start).items():
                seen[way][name].append(value)
    print(f"a worker with the context core, medians of {rounds} starts in turn, seconds")
    print(f"{'stage':<28}" + "".join(f"{way:>10}" for way in ways))
    middle = {way: {name: statistics.median(values) for name, values in found.items()} for way, found in seen.items()}
    for name, title in STAGES.items():
        if any(name in found for found in middle.values()):
            cells = (f"{found[name]:>10.3f}" if name in found else f"{'':>10}" for found in middle.values())
            print(f"{title:<28}" + "".join(cells))
    for name, title, form in (
        ("ready", "ready", ">10.3f"),
        ("rss", "resident, MB", ">10.0f"),
        ("own", "of that its own, MB", ">10.0f"),
    ):
        print(f"{title:<28}" + "".join(f"{found[name]:{form}}" for found in middle.values()))
    print(f"ready, plain / image: {middle['plain']['ready'] / middle['image']['ready']:.1f}")
    first = statistics.median(first_problem(installation) for _ in range(rounds))
    print(f"{'open a first problem':<28}{'':>20}{first:>10.3f}")
    for module in ("prover", "prover.commands.prove", "prover.api"):
        seconds = statistics.median(python_seconds(module) for _ in range(rounds))
        print(f"{'import ' + module:<28}{seconds:>30.3f}")
    print_command(rounds)


if __name__ == "__main__":
    main()

"""Where the time of a step goes: a profile of Lean's module by V8, with Lean's names for its functions.

    python -m tests.benchmarks.steps [--seconds 10] [--top 12]

One process makes the steps of `STEPS` again and again under V8's sampling profiler, which writes its profile when the
process ends. Samples are told apart by the clock: what belongs to a tactic lies between its first step and its last.
The names of functions come from the exports of Lean's module, by their numbers. Shown are the functions in which most
of the time is spent, and how it divides: Lean, the engine (it compiles and collects garbage), the driver, and the wire,
which is what the caller waits beyond that: JSON, pipes, waking up. Driver and wire are to take 3 % at most.
"""

from __future__ import annotations

import argparse
import json
import re
import shlex
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path

from prover.lean.context import context
from prover.lean.embedded import images
from prover.lean.embedded.install import Installation, install
from prover.lean.embedded.loading import load
from prover.lean.embedded.process import SEARCH, START_SECONDS, LeanProcess
from prover.lean.embedded.session import EmbeddedSession
from prover.lean.session import Limits
from prover.types import Problem, ProofState
from search.types import Solved

STEPS = {
    "grind": (
        "(a b : ℕ) (h : a + b = 10) (h₂ : a = b + 4) : a = 7",
        "(x y : ℝ) (h : x + y = 3) (h₂ : x * y = 2) : x ^ 2 + y ^ 2 = 5",
        "(f : ℕ → ℕ) (a b c : ℕ) (h : f a = b) (h₂ : f b = c) (h₃ : a = c) : f (f a) = a",
    ),
    "simp": (
        "(a b c : ℕ) : (a + 0) * 1 + b * 0 + (c - c) = a",
        "(p q r : Prop) : (p ∨ True) ∧ (q ∧ False → r)",
        "(xs ys : List ℕ) : (xs ++ ys ++ []).length = xs.length + ys.length",
    ),
    "omega": (
        "(a b c : ℤ) (h : 2 * a + 3 * b = 7) (h₂ : a - b < 1) (h₃ : 3 * c = a + b) (h₄ : 0 < b) : c < 2 ∨ 1 < a",
        "(n : ℕ) (h : n % 12 = 7) : n % 4 = 3 ∧ n % 3 = 1",
        "(x y : ℤ) (h : 5 * x + 7 * y = 1) (h₂ : 0 ≤ x) (h₃ : x < 7) : x = 3 ∧ y = -2",
    ),
    "norm_num": (
        "(x : ℝ) (h : x = 2) : x ^ 10 + 3 / 4 - 1 / 4 = 1024.5",
        ": (2 : ℝ) ^ 8 * 3 / 7 - 1 / 7 = 767 / 7",
        ": (123 : ℤ) * 456 % 789 = 69",
    ),
}
"""What each tactic is run on."""
EVERY_MICROSECONDS = 500
_FUNCTION = re.compile(r"wasm-function\[(\d+)\]")
EXPORTS, FUNCTION = 7, 0


@dataclass(frozen=True)
class Sample:
    """So many microseconds that ended at a time of the monotonic clock, in a function of a part."""

    end: int
    microseconds: int
    part: str
    function: str


def profiled(installation: Installation, folder: Path) -> Installation:
    """Return an installation whose Node writes a profile into a folder when it ends."""
    node = folder / "node"
    # The process may write nothing else; Node's permissions would keep it from the profile.
    flags = f"--cpu-prof --cpu-prof-dir={shlex.quote(str(folder))} --cpu-prof-interval={EVERY_MICROSECONDS}"
    script = (
        "#!/bin/sh\nfor word do\n shift\n"
        ' case "$word" in --permission|--allow-fs-*) ;; *) set -- "$@" "$word";; esac\ndone\n'
        f'exec {shlex.quote(str(installation.node))} {flags} "$@"\n'
    )
    node.write_text(script, encoding="utf-8")
    node.chmod(0o755)
    return replace(installation, node=node)


def started(installation: Installation, folder: Path) -> LeanProcess:
    """Return a process that works in `core` and writes its profile into a folder when it ends."""
    where = context("core")
    start = images.start_of(installation, where, SEARCH)  # made by Node itself, for which machine code is kept
    process = LeanProcess(profiled(installation, folder))
    process.start(start)
    process.holds = where.name if start.image is not None else ""
    load(process, installation, where, START_SECONDS)
    print(f"machine code was {'taken up' if process.took_code else 'not taken up: functions are compiled meanwhile'}")
    return process


def exported_names(module: Path) -> dict[int, str]:
    """Return the names of a WebAssembly module's functions by their numbers, as far as they are exported."""
    data = module.read_bytes()
    place = 8

    def number() -> int:
        nonlocal place
        value = shift = 0
        while True:
            byte = data[place]
            place += 1
            value |= (byte & 127) << shift
            if byte < 128:
                return value
            shift += 7

    names: dict[int, str] = {}
    while place < len(data):
        kind = data[place]
        place += 1
        size = number()
        if kind != EXPORTS:
            place += size
            continue
        for _ in range(number()):
            length = number()
            name = data[place : place + length].decode()
            what = data[place + length]
            place += length + 1
            index = number()
            if what == FUNCTION:
                names.setdefault(index, name)
        break
    return names


def lean_name(symbol: str) -> str:
    """Return a compiled name nearly as it stands in the source of Lean, or of its runtime in C++."""
    if symbol.startswith("_ZN"):
        parts, rest = [], re.sub("^_ZNK?(St3__2)?", "", symbol)
        while (length := re.match(r"\d+", rest)) is not None:
            start = length.end()
            parts.append(rest[start : start + int(length[0])])
            rest = rest[start + int(length[0]) :]
        return "::".join(parts)
    if not symbol.startswith("l_"):
        return symbol
    plain = symbol[2:].replace("___lam__", ".λ").replace("___lambda__", ".λ").replace("___", ".")
    return plain.replace("__", "\0").replace("_", ".").replace("\0", "_")


def samples(profile: Path, names: dict[int, str]) -> Iterator[Sample]:
    """Give the samples of a profile."""
    document = json.loads(profile.read_bytes())
    nodes = {node["id"]: node for node in document["nodes"]}
    above = {child: node["id"] for node in document["nodes"] for child in node.get("children", ())}
    known: dict[int, tuple[str, str]] = {}

    def told(leaf: int) -> tuple[str, str]:
        frames = []
        at: int | None = leaf
        while at is not None:
            frames.append(nodes[at]["callFrame"])
            at = above.get(at)
        if any(frame["functionName"] == "readExactly" for frame in frames) or frames[0]["functionName"] == "(idle)":
            return "waiting", ""
        if frames[0]["functionName"] in ("(garbage collector)", "(program)", "(root)"):
            return "engine", frames[0]["functionName"]
        for frame in frames:
            name, url = frame["functionName"], frame["url"]
            if url.startswith("wasm:") or _FUNCTION.search(name):
                match = _FUNCTION.search(name)
                return "Lean", lean_name(names.get(int(match[1]), name) if match else name)
            if "/driver/" in url:
                return "driver", f"{name or '(anonymous)'} ({url.rpartition('/')[2]})"
            if url.endswith("lean.js"):
                return "glue", name
        return "engine", frames[0]["functionName"]

    ends = accumulate(document["timeDeltas"], initial=document["startTime"])
    next(ends)
    # A sample says where the time until the next one is spent.
    deltas = [*document["timeDeltas"][1:], 0]
    for leaf, end, delta in zip(document["samples"], ends, deltas, strict=True):
        if leaf not in known:
            known[leaf] = told(leaf)
        yield Sample(end + delta, max(0, delta), *known[leaf])


def work(session: EmbeddedSession, roots: list[ProofState], tactic: str, seconds: float) -> tuple[int, int, int, float]:
    """Make steps for so long; returns when they began and ended (microseconds), how many, and what they took in all."""
    for root in roots:  # what is compiled at the first call is not what a step costs
        assert isinstance(session.step(root, tactic), Solved), f"{tactic} does not prove\n{root.text}"
    began = time.monotonic()
    count = 0
    while time.monotonic() < began + seconds:
        for root in roots:
            session.step(root, tactic)
            count += 1
    ended = time.monotonic()
    return int(began * 1e6), int(ended * 1e6), count, ended - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=10.0, help="how long each tactic is run")
    parser.add_argument("--top", type=int, default=12, help="how many functions are shown")
    given = parser.parse_args()
    installation = install()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        session = EmbeddedSession(installation, context("core"), Limits())
        session._process = process = started(installation, folder)
        windows = {}
        for tactic, statements in STEPS.items():
            roots = [
                session.start(Problem(name=f"{tactic}_{at}", statement=f"theorem {tactic}_{at} {text} := by"))
                for at, text in enumerate(statements)
            ]
            windows[tactic] = work(session, roots, tactic, given.seconds)
        _end(process)
        (profile,) = folder.glob("*.cpuprofile")
        found = list(samples(profile, exported_names(installation.wasm)))
    for tactic, (began, ended, count, seconds) in windows.items():
        inside = [one for one in found if began < one.end <= ended and one.part != "waiting"]
        parts = Counter[str]()
        functions = Counter[str]()
        for one in inside:
            parts[one.part] += one.microseconds
            functions[f"{one.part}: {one.function}"] += one.microseconds
        whole = 1e6 * seconds
        parts["wire"] = int(whole - parts.total())
        shares = ", ".join(f"{name} {100 * spent / whole:.1f} %" for name, spent in parts.most_common())
        outside = parts["driver"] + parts["wire"]
        print(f"\n{tactic}: {count} steps, {1000 * seconds / count:.1f} ms each: {shares}")
        print(f"    driver and wire: {100 * outside / whole:.1f} % (goal: 3 %)")
        for name, spent in functions.most_common(given.top):
            print(f"    {100 * spent / whole:5.1f} %  {name[:110]}")


def _end(lean: LeanProcess) -> None:
    """Close the input of a process and wait until it has written its profile and ended."""
    running = lean._process
    assert running is not None and running.stdin is not None
    running.stdin.close()
    try:
        running.wait(timeout=60)
    finally:
        lean.kill()


if __name__ == "__main__":
    main()

"""What a verdict costs now and at an earlier commit, side by side: `make bench-verify BASE=5f45c50`.

The same fifty honest proofs of the corpus are judged by both trees, one after the other in one process: 25 short ones
as searches find them, 15 longer blocks and 10 whole files. Counted are CPU seconds of all processes, start included,
and the largest resident memory of the process tree. The earlier commit is unpacked into a temporary folder; both use
the same cache, so nothing is installed or compiled while the clock runs (a first round does that).
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "tests" / "adversarial"
SHORT, BLOCKS, FILES = 25, 15, 10


def sample(every: int = 1) -> list[dict[str, str]]:
    """Return fifty proofs, always the same, or one in so many of them."""
    blocks, files = (
        [case for line in (CORPUS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
         if "repeat" not in (case := json.loads(line)) and "\ud800" not in line]
        for name in ("honest_blocks", "honest_files")
    )  # fmt: skip
    blocks.sort(key=lambda case: (case["proof"].count("\n"), case["id"]))
    chosen = [*blocks[:SHORT], *blocks[-BLOCKS:], *files[:FILES]]
    return [{"statement": case["statement"], "proof": case["proof"]} for case in chosen][::every]


def _first(*names: str) -> Any:
    """Return the first that there is of some attributes, each written `module:attribute`."""
    for name in names:
        module, _, attribute = name.partition(":")
        try:
            return getattr(importlib.import_module(module), attribute)
        except ImportError:
            continue
    raise SystemExit(f"none of {', '.join(names)} is there")


def judge_all(path: str, kernel: str) -> None:
    """Judge the sample with the tree that is on the path of imports, and print what it cost."""
    import psutil

    # In the tree of BASE they had other names in other places.
    read_statement = _first("prover.problems.formats:read_statement", "prover.problems.read:read_statement")
    verifier_of = _first("prover.lean.embedded.verify:EmbeddedVerifier", "prover.lean.verify:Verifier")
    from prover.lean.embedded.install import install
    from prover.lean.session import Limits

    limits: Any = Limits(wall_seconds=600.0)
    if hasattr(limits, "kernel"):
        from dataclasses import replace

        limits = replace(limits, kernel=type(limits.kernel)(kernel))
    peak, done = 0, threading.Event()

    def watch() -> None:
        nonlocal peak
        me = psutil.Process()
        while not done.wait(0.2):
            total = 0
            for process in (me, *me.children(recursive=True)):
                try:
                    total += process.memory_info().rss
                except psutil.Error:
                    pass
            peak = max(peak, total)

    verifier = verifier_of(install(), limits)
    threading.Thread(target=watch, daemon=True).start()
    began, accepted, first = time.monotonic(), 0, 0.0
    cases = json.loads(Path(path).read_text(encoding="utf-8"))
    for case in cases:
        accepted += verifier.verify(read_statement(case["statement"])[-1], case["proof"]).verdict == "accepted"
        if case is cases[0]:
            times = [p.cpu_times() for p in (psutil.Process(), *psutil.Process().children(recursive=True))]
            first = sum(spent.user + spent.system for spent in times)
    verifier.close()
    done.set()
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    cpu = sum(usage.ru_utime + usage.ru_stime for usage in used)
    print(json.dumps({"accepted": accepted, "of": len(cases), "cpu": round(cpu, 1), "first": round(first, 1), "wall": round(time.monotonic() - began, 1), "rss_mb": peak >> 20}))  # fmt: skip # noqa: E501


def _run(tree: Path, path: Path, kernel: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-P", str(Path(__file__)), "--judge", str(path), "--kernel", kernel],
        env={**os.environ, "PYTHONPATH": str(tree)},
        cwd=tree,
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        raise SystemExit(done.stderr)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", default="5f45c50")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--every", type=int, default=1, help="only one in so many of the proofs")
    parser.add_argument("--judge", help=argparse.SUPPRESS)
    parser.add_argument("--kernel", default="", help="embedded, native or both; by default embedded and native")
    given = parser.parse_args()
    if given.judge:
        return judge_all(given.judge, given.kernel or "default")
    with tempfile.TemporaryDirectory() as folder:
        old, path = Path(folder) / "base", Path(folder) / "sample.json"
        old.mkdir()
        archive = subprocess.run(["git", "archive", given.base], cwd=ROOT, capture_output=True, check=True).stdout
        subprocess.run(["tar", "-x", "-C", str(old)], input=archive, check=True)
        trees = {given.base: (old, "default")}
        trees |= {f"now, {k}": (ROOT, k) for k in ((given.kernel,) if given.kernel else ("embedded", "native"))}
        path.write_text(json.dumps(sample()[:1]), encoding="utf-8")
        for tree, kernel in trees.values():
            _run(tree, path, kernel)
        path.write_text(json.dumps(sample(given.every)), encoding="utf-8")
        for _ in range(given.rounds):
            for name, (tree, kernel) in trees.items():
                found = _run(tree, path, kernel)
                print(f"{name:16} {found['accepted']:3} of {found['of']} accepted, {found['cpu']:7.1f} s of CPU "
                      f"({found['first']:.1f} to the first verdict), "
                      f"{found['wall']:7.1f} s of wall clock, {found['rss_mb']:5} MB", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()

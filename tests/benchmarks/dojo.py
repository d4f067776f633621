"""Steps a second through LeanDojo: the package as it is, our session over it, and a search, all over one stand-in.

Lean's own time is the same in all of them: the stand-in asks an embedded Lean, which keeps the state. Run it with
`python -m tests.benchmarks.dojo`; it needs lean-dojo (Python 3.11 or 3.12).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from prover.lean.context import context
from prover.lean.embedded.install import install as install_lean
from prover.lean.leandojo.process import environment
from prover.lean.leandojo.trace import write_entry
from prover.lean.leandojo.workspace import Workspace, prepared
from prover.lean.native.context import native_context
from prover.lean.open import LeanEnv, open_lean
from prover.lean.session import Limits
from prover.policies.templates.automation import AutomationPolicy
from prover.prove import prove
from prover.strategies import StrategySpec
from prover.types import Problem
from search.types import Budget
from tests.lean.standins import install
from tests.lean.standins.brain import BrainServer

STEPS = {"short goals": 60, "long goals": 15}
SEARCH = 60
WIDE = " ∧ ".join(f"n{i} = n{i}" for i in range(60))
PROBLEMS = {
    "short goals": Problem(name="short", statement="theorem short (p q : Prop) (hp : p) (hq : q) : p ∧ q := by"),
    "long goals": Problem(
        name="long", statement=f"theorem long ({' '.join(f'n{i}' for i in range(60))} : ℕ) : True ∧ {WIDE} := by"
    ),
}
HARD = Problem(name="hard", statement="theorem hard (p q r : Prop) (h : p → q) (k : q → r) : r ∨ (p ∧ q) := by")
AS_IT_IS = """
import json, sys, time
from pathlib import Path
from lean_dojo import Dojo, LeanGitRepo, Theorem
source, file, name, steps = sys.argv[1:]
with Dojo(Theorem(LeanGitRepo.from_path(source), Path(file), name), timeout=60) as (dojo, root):
    began = time.perf_counter()
    for _ in range(int(steps)):
        answer = dojo.run_tac(root, "constructor")
    print(json.dumps({"seconds": time.perf_counter() - began, "characters": len(answer.pp)}))
"""


def as_it_is(workspace: Workspace, problem: Problem, steps: int) -> tuple[float, int]:
    """Return the seconds that the package takes by itself, and the characters of each answer."""
    entry = write_entry(workspace.project, native_context("core"), problem)
    command = [sys.executable, "-c", AS_IT_IS, str(workspace.source), entry.file, entry.theorem, str(steps)]
    done = subprocess.run(
        command, env=environment(workspace), cwd=workspace.scratch, capture_output=True, text=True, check=True
    )
    found = json.loads(done.stdout)
    return found["seconds"], found["characters"]


def main() -> None:
    """Print what each takes."""
    folder = Path(tempfile.mkdtemp())
    os.environ["PROOFSMITH_LAKE"] = str(install.lake(folder))
    os.environ["PROOFSMITH_DOJO_CACHE"] = str(install.dojo(folder, "v4.20.0"))
    os.environ["PROOFSMITH_NATIVE_CACHE"] = str(folder / "native")
    limits = Limits(heartbeats=20_000, wall_seconds=120)
    with BrainServer(install_lean(), context("core"), folder):
        workspace = prepared("core")
        print(f"{'':12} {'characters':>10} {'package':>12} {'session':>12}   (steps a second)")
        with open_lean("leandojo", "core", limits) as bench:
            for name, problem in PROBLEMS.items():
                raw, characters = as_it_is(workspace, problem, STEPS[name])
                root = bench.pool.start(problem)
                began = time.perf_counter()
                for _ in range(STEPS[name]):
                    bench.pool.step(root, "constructor")
                ours = time.perf_counter() - began
                print(f"{name:12} {characters:10} {STEPS[name] / raw:12.1f} {STEPS[name] / ours:12.1f}")
            print("the same search:   Lean calls   seconds in all   milliseconds a call beyond embedded Lean's")
            through = search(bench)
        with open_lean("embedded", "core", limits) as bench:
            direct = search(bench)
        for name, (calls, seconds) in (("embedded", direct), ("leandojo", through)):
            beyond = 1000 * (seconds - direct[1]) / calls
            print(f"{name:18} {calls:11} {seconds:16.2f} {beyond:20.1f}")


def search(bench: LeanEnv) -> tuple[int, float]:
    """Return the Lean calls of a search that does not end before its budget, and the seconds spent in them."""
    strategy = StrategySpec.model_validate("best-first")
    outcome = prove(HARD, bench.pool, bench.verifier, AutomationPolicy(), strategy, Budget(steps=SEARCH))
    return outcome.attempt.cost.lean_calls, outcome.attempt.cost.lean_seconds


if __name__ == "__main__":
    main()

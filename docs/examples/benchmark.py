"""Benchmark two strategies on the same problems, and compare them problem by problem.

A run that was killed is resumed by the same command; `report.html` in each folder draws its curves.
"""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from prover.cli import run

STATEMENTS = {
    "sum": "theorem sum (a b : ℕ) : a + b = b + a := by",
    "both": "theorem both (p q : Prop) (hp : p) (hq : q) : p ∧ q := by",
    "false": "theorem false (n : ℕ) : n = n + 1 := by",
}

with TemporaryDirectory() as folder:
    here = Path(folder)
    problems = here / "problems.jsonl"
    rows = [json.dumps({"name": name, "formal_statement": text}) for name, text in STATEMENTS.items()]
    problems.write_text("\n".join(rows), encoding="utf-8")
    for strategy in ("best-first", "beam"):
        out = str(here / strategy)
        run(["bench", str(problems), "--strategy", strategy, "--budget", "lean_calls=10", "--out", out])
    run(["compare", str(here / "best-first"), str(here / "beam")])

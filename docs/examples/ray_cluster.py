"""Spread a benchmark over the actors of a Ray cluster: pip install 'proofsmith[scale]'.

`--executor ray` starts a cluster on this machine and ends it with the run; `ray:ADDRESS` uses one that is running. Each
of the `--workers` search actors has its own Lean. Only this process writes the folder, so a run that was killed is
resumed by the same command, with Ray or without.
"""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from prover.bench.folder import read_run
from prover.cli import run

STATEMENTS = {
    "sum": "theorem sum (a b : ℕ) : a + b = b + a := by",
    "both": "theorem both (p q : Prop) (hp : p) (hq : q) : p ∧ q := by",
    "swap": "theorem swap (p q : Prop) (h : p ∨ q) : q ∨ p := by",
    "false": "theorem false (n : ℕ) : n = n + 1 := by",
}

if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        problems, out = Path(folder) / "problems.jsonl", Path(folder) / "run"
        rows = [json.dumps({"name": name, "formal_statement": text}) for name, text in STATEMENTS.items()]
        problems.write_text("\n".join(rows), encoding="utf-8")
        options = ["--policy", "automation", "--budget", "lean_calls=10", "--executor", "ray", "--workers", "2"]
        code = run(["bench", str(problems), *options, "--out", str(out)])
        assert code == 0
        for attempt in read_run(out).attempts:
            print(f"{attempt.problem}: {attempt.status}, {attempt.cost.lean_calls} Lean calls")
        print("made by", ", ".join(segment.executor for _, segment in read_run(out).segments))

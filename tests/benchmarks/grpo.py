"""Reinforcement learning with Lean's verdict on the committed task (`tests.learners.lean_task`): does it learn?

    python -m tests.benchmarks.grpo --out DIR [--steps 100] [--kill-at 40]

Group-relative policy optimisation by TRL, a model of some ten thousand weights, real Lean. With `--kill-at` the
training process is ended by SIGKILL once it reports that step, and started again; the same job is done without a kill
beside it, so that rewards and weights can be compared. Started again, the benchmark continues.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
from pathlib import Path

from prover.learners.grpo import QUESTIONS, Question, write_questions
from prover.learners.phase import run_phase
from prover.lines import read_lines
from prover.runs.intervals import bootstrap, mean
from prover.train.job import GrpoJob
from prover.train.records import ModelRecord
from tests.learners import lean_task


def killed(job: GrpoJob, at: int, folder: Path) -> None:
    """Start a job and kill its process at a step, unless it is further already."""
    mark = folder / "killed"
    if mark.exists() or job.out.exists():
        return
    path = folder / "job.json"
    path.write_text(job.model_dump_json())
    command = [sys.executable, "-m", "prover.learners.phase", str(path)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith("step ") and int(line.split()[1]) >= at:
            os.kill(process.pid, signal.SIGKILL)
            mark.write_text(line)
            break
    process.wait()
    process.stderr.close()
    print(f"killed at {mark.read_text().strip() if mark.exists() else 'no step'}", flush=True)


def said(name: str, record: ModelRecord) -> str:
    rewards = [reward for _, reward in record.losses]
    some = max(1, len(rewards) // 5)
    ends = [bootstrap(part, mean) for part in (rewards[:some], rewards[-some:])]
    shown = " -> ".join(f"{end.value:.3f} (95% {end.low:.3f} to {end.high:.3f})" for end in ends)
    return f"{name}: {len(rewards)} steps, mean reward of the first and the last {some}: {shown}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("runs/grpo"))
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--kill-at", type=int, default=0)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    asked_file = given.out / "asked.jsonl"
    if not (given.out / "beginner").exists():
        asked = lean_task.questions()
        write_questions(asked, asked_file)
        lean_task.beginner(asked, given.out)
    asked = list[Question](read_lines(asked_file, QUESTIONS))
    model = given.out / "beginner"
    runs = ["whole", "cut"] if given.kill_at else ["whole"]
    records = {}
    for name in runs:
        job = lean_task.job(model, asked, given.out / name, steps=given.steps)
        if name == "cut":
            killed(job, given.kill_at, given.out / name)
        records[name] = run_phase(job, lambda step, steps, loss: None)
        print(said(name, records[name]), flush=True)
    if given.kill_at:
        whole, cut = records["whole"], records["cut"]
        print(f"same rewards: {whole.losses == cut.losses}; same weights: {whole.sha256 == cut.sha256}")


if __name__ == "__main__":
    main()

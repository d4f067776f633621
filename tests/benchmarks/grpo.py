"""Reinforcement learning with Lean's verdict on the committed tasks (`tests.learners.lean_task`): does it learn?

    python -m tests.benchmarks.grpo --out DIR [--steps 100] [--kill-at 40]
    python -m tests.benchmarks.grpo --out DIR --credit 0.5 [--seeds 3]

Group-relative policy optimisation by TRL, a model of some ten thousand weights, real Lean. With `--kill-at` the
training process is ended by SIGKILL once it reports that step, and started again; the same job is done without a kill
beside it, so that rewards and weights can be compared. With `--credit` the task is proofs of two tactics, and credit
for each tactic is held against the verdict on the whole alone, seed by seed. Started again, the benchmark continues.
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
from tests.learners.lean_task import Task


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


def prepared(task: Task, out: Path) -> tuple[Path, list[Question]]:
    """Return the beginner and its questions, made unless they are there."""
    asked_file = out / "asked.jsonl"
    out.mkdir(parents=True, exist_ok=True)
    if not (out / "beginner").exists():
        asked = lean_task.questions(task)
        write_questions(asked, asked_file)
        lean_task.beginner(asked, out, task)
    return out / "beginner", list[Question](read_lines(asked_file, QUESTIONS))


def trained(job: GrpoJob, name: str) -> ModelRecord:
    record = run_phase(job, lambda step, steps, loss: None)
    print(said(name, record), flush=True)
    return record


def resumes(out: Path, steps: int, kill_at: int) -> None:
    """Show that the reward rises, and that a killed run comes to the same."""
    model, asked = prepared(lean_task.TACTICS, out)
    jobs = {name: lean_task.job(model, asked, out / name, steps=steps) for name in ("whole", "cut")}
    whole = trained(jobs["whole"], "whole")
    if kill_at:
        killed(jobs["cut"], kill_at, out / "cut")
        cut = trained(jobs["cut"], "cut")
        print(f"same rewards: {whole.losses == cut.losses}; same weights: {whole.sha256 == cut.sha256}")


def credits_tactics(out: Path, steps: int, credit: float, seeds: int) -> None:
    """Hold credit for each tactic against none, at the same steps, samples and seeds."""
    model, asked = prepared(lean_task.PROOFS, out)
    gains = []
    for seed in range(seeds):
        means = {}
        for weight in (0.0, credit):
            name = f"credit {weight:g}, seed {seed}"
            folder = out / f"credit-{weight:g}-{seed}"
            job = lean_task.job(model, asked, folder, lean_task.PROOFS, steps=steps, seed=seed, credit=weight)
            means[weight] = mean([reward for _, reward in trained(job, name).losses])
        gains.append(means[credit] - means[0.0])
    found = bootstrap(gains, mean)
    print(
        f"mean reward over all steps, credit {credit:g} less none: {', '.join(f'{gain:+.3f}' for gain in gains)}; "
        f"mean {found.value:+.3f} (95% {found.low:+.3f} to {found.high:+.3f})"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("runs/grpo"))
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--kill-at", type=int, default=0)
    parser.add_argument("--credit", type=float, default=0.0, help="the weight that is held against none")
    parser.add_argument("--seeds", type=int, default=3, help="runs with and without credit")
    given = parser.parse_args()
    if given.credit:
        credits_tactics(given.out, given.steps, given.credit, given.seeds)
    else:
        resumes(given.out, given.steps, given.kill_at)


if __name__ == "__main__":
    main()

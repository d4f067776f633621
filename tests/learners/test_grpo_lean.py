"""Reinforcement learning with real Lean's verdict as the reward, on the committed task."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

pytest.importorskip("trl", reason="TRL is not installed (the extra ml): nothing is reinforced here")

from prover.lean.embedded.install import Installation
from prover.learners.grpo import Verdict, lean_verifier, train_grpo
from prover.types import Problem
from tests.learners import lean_task


def test_lean_says_which_tactic_proves_which_statement(lean: Installation, base: Path, tmp_path: Path) -> None:
    verify = lean_verifier(lean_task.job(base, [], tmp_path))
    task = lean_task.TACTICS
    some = task.problems()[::4]
    assert len(some) == len(task.answers)
    found = [verify([(problem, tactic) for tactic in task.answers]) for problem in some]
    proves = [[verdict.proves for verdict in row] for row in found]
    for number, row in enumerate(proves):
        assert row[number], "the tactic of its kind proves it"
    assert [sum(row) for row in proves] == [1, 2, 1, 1, 2], "omega finds a hypothesis and computes, too"


def test_lean_says_how_far_a_proof_was_carried_out(lean: Installation, base: Path, tmp_path: Path) -> None:
    verify = lean_verifier(lean_task.job(base, [], tmp_path))
    problem = Problem(name="t", statement="theorem t (p q : Prop) (h : p) : q → p ∧ p := by")
    blocks = {
        "intro k\nconstructor\n· exact h\n· exact h": Verdict(True, 4),
        "intro k\nconstructor\n· exact h\n· exact k": Verdict(False, 3),
        "intro k\nconstructor": Verdict(False, 2),
        "intro k\nexact k\nsimp": Verdict(False, 1),
        "exact h\nsimp": Verdict(False, 0),
        "exact h": Verdict(False, 0),
        "intro k\nexact ⟨h,\n  h⟩": Verdict(True, 3),
    }
    assert dict(zip(blocks, verify([(problem, block) for block in blocks]), strict=True)) == blocks


@pytest.mark.slow
def test_a_killed_run_ends_the_same_and_asks_lean_nothing_twice(lean: Installation, tmp_path: Path) -> None:
    asked = lean_task.questions()
    model = lean_task.beginner(asked, tmp_path)
    whole = train_grpo(lean_task.job(model, asked, tmp_path / "whole", steps=8))
    cut = lean_task.job(model, asked, tmp_path / "cut", steps=8)
    (tmp_path / "job.json").write_text(cut.model_dump_json())
    log = tmp_path / "asked.txt"
    program = f"""
        from pathlib import Path
        from prover.train.job import read_job
        from prover.learners.grpo import lean_verifier, train_grpo

        job = read_job(Path({str(tmp_path / "job.json")!r}))
        lean = lean_verifier(job)

        def verify(pairs):
            with Path({str(log)!r}).open("a") as file:
                file.writelines(f"{{problem.name}} {{block!r}}\\n" for problem, block in pairs)
            return lean(pairs)

        train_grpo(job, lambda step, steps, loss: print(step, flush=True), verify)
    """
    command = [sys.executable, "-c", textwrap.dedent(program)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    # Twenty questions, four a step: the second time round has begun.
    assert any(line.strip() == "6" for line in process.stdout)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    resumed = train_grpo(cut)  # it is there already
    assert resumed.losses == whole.losses and resumed.sha256 == whole.sha256
    assert len({reward for _, reward in whole.losses}) > 1, "some answers were right and some were not"
    lines = log.read_text().splitlines()
    assert lines and len(lines) == len(set(lines)), "no verdict was asked for twice"

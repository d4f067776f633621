"""The pool: answers in order, whatever happens to the workers, and nothing left behind."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from prover.lean.context import context
from prover.lean.embedded.install import Installation
from prover.lean.embedded.session import EmbeddedSession
from prover.lean.pool import Pool
from prover.lean.session import Limits
from prover.types import Problem
from search.types import Advanced, Rejected, Solved

ROOT = Path(__file__).parents[2]
CHAIN = Problem(name="c", statement="theorem c (p q r : Prop) (hp : p) (hq : q) (hr : r) : p ∧ q ∧ r := by")


def pool(lean: Installation, workers: int) -> Pool:
    return Pool(lambda: EmbeddedSession(lean, context("core"), Limits(heartbeats=20_000, wall_seconds=60)), workers)


def outcome(step: object) -> str:
    return f"{type(step).__name__} {step.kind}" if isinstance(step, Rejected) else type(step).__name__


def test_answers_are_in_the_order_of_the_requests_with_one_and_two_workers(lean: Installation) -> None:
    tactics = ["constructor", "exact hp", "exact ⟨hp, hq, hr⟩", "simp_all", "nonsense", "refine ⟨?_, ?_, ?_⟩"] * 3
    answers = []
    for workers in (1, 2):
        with pool(lean, workers) as opened:
            root = opened.start(CHAIN)
            steps = opened.step_many([(root, tactic) for tactic in tactics])
            answers.append([outcome(step) for step in steps])
            child = next(step.state for step in steps if isinstance(step, Advanced))
            again = opened.step_many([(child, "exact hp")] * 4)
            assert [outcome(step) for step in again] == ["Advanced"] * 4
    assert answers[0] == answers[1]
    assert answers[0][:5] == ["Advanced", "Rejected error", "Solved", "Solved", "Rejected error"]


def test_workers_killed_at_random_moments_lose_nothing(lean: Installation) -> None:
    rng = random.Random(3)
    with pool(lean, 2) as opened:
        root = opened.start(CHAIN)
        done = threading.Event()

        def kill() -> None:
            for _ in range(3):
                if done.wait(rng.uniform(0.2, 1.0)):
                    return
                victims = [s.pid for s in opened._all if isinstance(s, EmbeddedSession) and s.pid]
                if victims:
                    os.kill(rng.choice(victims), signal.SIGKILL)

        killer = threading.Thread(target=kill)
        killer.start()
        for _ in range(25):
            split = opened.step(root, "constructor")
            assert isinstance(split, Advanced), split
            parts = opened.split(split.state)
            steps = opened.step_many([(parts[0], "exact hp"), (parts[1], "exact ⟨hq, hr⟩"), (parts[0], "exact hq")])
            assert [outcome(step) for step in steps] == ["Solved", "Solved", "Rejected error"]
            time.sleep(0.1)
        done.set()
        killer.join()
        assert opened.stats.restarts > 0
        assert isinstance(opened.step(root, "exact ⟨hp, hq, hr⟩"), Solved)


@pytest.mark.skipif(sys.platform == "win32", reason="process groups are those of POSIX")
def test_no_process_outlives_a_parent_that_was_killed(lean: Installation) -> None:
    source = (
        "from prover.lean.embedded.install import install\n"
        "from prover.lean.embedded.process import LeanProcess\n"
        "p = LeanProcess(install()); p.start(); print(p.pid, flush=True)\n"
        "import time; time.sleep(600)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", source], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert psutil.pid_exists(child)
    parent.kill()
    parent.wait()
    deadline = time.monotonic() + 20
    while psutil.pid_exists(child) and psutil.Process(child).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline, "the Lean process is still there"
        time.sleep(0.05)

"""The pool: answers in order, whatever happens to the workers, and nothing left behind."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from prover.lean.context import context
from prover.lean.embedded.install import Installation
from prover.lean.embedded.session import EmbeddedSession
from prover.lean.pool import Pool
from prover.lean.session import Limits
from prover.policies.templates.automation import AutomationPolicy
from prover.types import Problem
from search.strategies import STRATEGIES
from search.types import Advanced, Budget, Rejected

pytestmark = pytest.mark.cold

ROOT = Path(__file__).parents[2]
CHAIN = Problem(name="c", statement="theorem c (p q r : Prop) (hp : p) (hq : q) (hr : r) : p ∧ q ∧ r := by")


def pool(lean: Installation, workers: int, name: str = "core") -> Pool:
    return Pool(lambda: EmbeddedSession(lean, context(name), Limits(heartbeats=20_000, wall_seconds=60)), workers)


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


SEARCHED = (
    "theorem s0 (p q r : Prop) (hp : p) (hq : q) (hr : r) : (p ∧ q) ∧ (r ∨ q) := by",
    "theorem s1 (a b : Nat) (h : a + b = 10) (h₂ : a = b + 4) : a = 7 ∧ ∃ x, x + b = a := by",
    "theorem s2 (p q r : Prop) (h : p ∨ q) (hp : p → r) (hq : q → r) : r ∧ (q ∨ p) := by",
    "theorem s3 (n : Nat) (f : Nat → Nat) (h₀ : f 0 = 1) (h : ∀ n, f (n + 1) = 2 * f n) : f 3 = 8 ∧ 0 < f 1 := by",
    "theorem s4 (a : Int) (h : a = 1 ∨ a = 3) : a % 2 = 1 ∧ a * a < 10 := by",
)
MANY = 100
KILLS = 8


def searches(opened: Pool) -> Iterator[str]:
    """Search again and again, and return what each search found, as text; a budget would count the repetitions."""
    names = ("best-first", "mcts", "best-of-n", "beam")
    for number in range(MANY):
        problem = Problem(name=f"s{number}", context="init", statement=SEARCHED[number % len(SEARCHED)])
        named = STRATEGIES[names[number % len(names)]]
        result = named.search(
            opened.start(problem), opened, AutomationPolicy(), Budget(steps=4), seed=number, options=named.options()
        )
        proof = "; ".join(result.proof.actions()) if result.proof is not None else ""
        yield f"{result.stop} {proof} {[node.state.text for node in result.graph.nodes]}"
        opened.release(problem)


@pytest.mark.slow
def test_a_hundred_searches_among_workers_that_are_killed_find_what_they_find_undisturbed(lean: Installation) -> None:
    with pool(lean, 2, "init") as opened:
        undisturbed = list(searches(opened))
    assert sum("solved" in found for found in undisturbed) > MANY / 2
    rng, done = random.Random(3), threading.Event()
    killed: list[int] = []

    def kill(opened: Pool) -> None:
        # A step that is killed twice in a row is not tried a third time: a worker has to come to an end in between.
        rested = set(opened._all)
        while len(killed) < KILLS:
            moment = time.monotonic() + rng.uniform(0.1, 1.5)
            while time.monotonic() < moment:
                rested |= {s for s in tuple(opened._idle) if isinstance(s, EmbeddedSession) and s.pid not in killed}
                if done.wait(0.01):
                    return
            victims = [s for s in opened._all if s in rested and isinstance(s, EmbeddedSession) and s.pid]
            if victims:
                victim = rng.choice(victims)
                rested.discard(victim)
                if (pid := victim.pid) is not None:
                    killed.append(pid)
                    os.kill(pid, signal.SIGKILL)

    with pool(lean, 2, "init") as opened:
        killer = threading.Thread(target=kill, args=(opened,))
        killer.start()
        try:
            disturbed = list(searches(opened))
        finally:
            done.set()
            killer.join()
    assert len(killed) >= KILLS / 2
    assert disturbed == undisturbed


ENDINGS = {
    "SIGKILL": "time.sleep(600)",
    "SIGTERM": "time.sleep(600)",
    "SIGINT": "time.sleep(600)",
    "exception": "raise RuntimeError('lost')",
}


@pytest.mark.skipif(sys.platform == "win32", reason="process groups are those of POSIX")
@pytest.mark.parametrize(
    "ending", [pytest.param(name, marks=() if name in ("SIGKILL", "SIGINT") else pytest.mark.slow) for name in ENDINGS]
)
def test_no_process_outlives_its_parent(lean: Installation, ending: str) -> None:
    source = (
        "import signal, threading, time\n"
        "from prover.lean.context import context\n"
        "from prover.lean.embedded.install import install\n"
        "from prover.lean.embedded.session import EmbeddedSession\n"
        "from prover.lean.pool import Pool\n"
        "from prover.types import Problem\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # ignored where tests run in the background
        "it = install()\n"
        "with Pool(lambda: EmbeddedSession(it, context('core')), 2) as pool:\n"
        "    root = pool.start(Problem(name='t', statement='theorem t (n : Nat) : n = n + 0 := by'))\n"
        "    pool.step_many([(root, 'simp'), (root, 'rfl')])\n"
        "    hang = 'exact (by decide : (List.range 10000000).length = 3)'\n"
        "    threading.Thread(target=pool.step_many, args=([(root, hang), (root, hang)],), daemon=True).start()\n"
        "    time.sleep(0.5)\n"
        "    print(*(session.pid for session in pool._all), flush=True)\n"
        f"    {ENDINGS[ending]}\n"
    )
    command = [sys.executable, "-c", source]
    parent = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=ROOT)
    assert parent.stdout is not None
    children = [int(pid) for pid in parent.stdout.readline().split()]
    assert len(children) == 2
    if ending != "exception":
        parent.send_signal(signal.Signals[ending])
    assert parent.wait(60) != 0
    deadline = time.monotonic() + 20
    for child in children:
        while psutil.pid_exists(child) and psutil.Process(child).status() != psutil.STATUS_ZOMBIE:
            assert time.monotonic() < deadline, "a Lean process is still there"
            time.sleep(0.05)

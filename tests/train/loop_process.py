"""A small run of the loop on real Lean, to be killed: `python -m tests.train.loop_process DIR [EXECUTOR]`.

With `LOOP_METHODS` in the environment it makes conjectures, learns from disproofs and gives out effort by the
curriculum; `LOOP_ROUNDS` is the number of rounds.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from prover.config import search_config
from prover.iterate.config import IterateConfig
from prover.iterate.loop import Loop
from prover.learners.tiny import TinyLearner
from prover.problems.dataset import Dataset
from prover.runs.executor import make_executor
from prover.train.decoder import DecoderSize
from prover.train.fit import TinyPreset
from prover.train.store import open_locked
from prover.train.watch import Screen
from prover.types import Problem

TRAIN = (
    "(n : ℕ) : n + 0 = n",
    "(a b : ℕ) (h : a = b + 4) (k : b = 2) : a = 6",
    "(p q : Prop) (hp : p) (hq : q) : p ∧ q",
    "(xs : List ℕ) : xs ++ [] = xs",
    "(a b : ℤ) : a * b = b * a",
    "(n : ℕ) (h : 3 < n) : 2 < n",
    "(p q : Prop) (h : p ∨ q) : q ∨ p",
    "(x : ℕ) : x * x * x * x + 7 = 5",  # false: something has to fail
)
HARDER = (
    "(a b : ℕ) (h : a * a = b + 7) (k : b < 3) : a = 3",
    "(a b c : ℕ) (h : a = b * b) (k : b < c) (m : c = 4) : a < 10",
)
"""What conjectures are made from as well, where they are asked for."""
VALID = (
    "(m : ℕ) (h : 5 < m) : 4 < m",
    "(p q r : Prop) (h : p ∧ q ∧ r) : r ∧ p",
    "(ys : List ℕ) : (ys ++ []).length = ys.length",
    "(a : ℤ) : a + 1 = a - 2",
)
LEARNER = TinyLearner(
    preset=TinyPreset(
        size=DecoderSize(vocabulary=400, width=32, layers=1, heads=2, inner=64),
        epochs=30,
        batch_tokens=512,
        threads=1,
        checkpoint_every=4,
    )
)


def dataset(name: str, statements: tuple[str, ...]) -> Dataset:
    problems = [
        Problem(name=f"{name}_{number}", statement=f"theorem {name}_{number} {statement} := by")
        for number, statement in enumerate(statements)
    ]
    return Dataset(name, "", tuple(problems), "local", (), {})


def main(out: str, executor: str = "threads") -> None:
    search = search_config(budget="lean_calls=12", heartbeats=1000)
    config = IterateConfig(
        train=("train",),
        valid={"valid": 3},
        rounds=int(os.environ.get("LOOP_ROUNDS", "2")),
        problems=(5,),
        search=search,
        evaluation=search_config(budget="lean_calls=8", heartbeats=1000),
        learner=LEARNER.spec,
        conjecture=0.4 if "LOOP_METHODS" in os.environ else 0.0,
        disproofs="LOOP_METHODS" in os.environ,
        curriculum="LOOP_METHODS" in os.environ,
    )
    with open_locked(Path(out)) as store:
        learnt = dataset("train", TRAIN + HARDER if "LOOP_METHODS" in os.environ else TRAIN)
        measured = dataset("valid", VALID)
        Loop(
            store, Path(out), config, LEARNER, [learnt], [measured], Screen(), "test", make_executor(executor, 2)
        ).run()


if __name__ == "__main__":
    main(*sys.argv[1:])

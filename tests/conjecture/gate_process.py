"""The conjecture phase of a round on real Lean, to be killed: `python -m tests.conjecture.gate_process DIR`."""

from __future__ import annotations

import sys
from pathlib import Path

from prover.conjecture.round import conjecture
from prover.lean.open import open_lean
from prover.lean.session import Limits
from prover.problems.dataset import Dataset
from prover.train.corpus import freeze_corpus
from prover.train.store import open_locked
from prover.types import Problem

STATEMENTS = (
    "(a b : ℕ) (h : a * a = b + 7) (k : b < 3) : a = 3",
    "(a b c : ℕ) (h : a = b * b) (k : b < c) (m : c = 4) : a < 10",
    "(x y : ℤ) (h : x * y = 6) (k : 0 < x) : 0 < y",
)
WANTED = 4


def dataset(name: str, statements: tuple[str, ...]) -> Dataset:
    problems = [
        Problem(name=f"{name}_{number}", statement=f"theorem {name}_{number} {statement} := by")
        for number, statement in enumerate(statements)
    ]
    return Dataset(name, "", tuple(problems), "local", (), {})


def main(out: str) -> None:
    valid = dataset("valid", ("(m : ℕ) (h : 5 < m) : 4 < m",))
    with open_locked(Path(out)) as store, open_lean("embedded", "core", Limits(heartbeats=1_000)) as lean:
        freeze_corpus(store, [dataset("train", STATEMENTS)], [valid], {"valid": 1}, 0)
        print(conjecture(store, 1, WANTED, 0, lean.pool, lean.verifier), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])

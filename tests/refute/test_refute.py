"""Refutations proved in Lean: false statements are refuted, true look-alikes never are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from prover.cli import run
from prover.lean.embedded.install import Installation
from prover.lean.open import LeanEnv, open_lean
from prover.lean.session import Limits
from prover.problems.formats import read_path
from prover.refute.run import refute
from prover.types import Problem

STATEMENTS = read_path(Path(__file__).parents[2] / "data" / "false_statements.jsonl")
SAMPLE = ("false_02", "false_17", "false_28", "true_04")
Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def opened(lean: Installation) -> Iterator[LeanEnv]:
    with open_lean("embedded", "core", Limits(heartbeats=6_000)) as found:
        yield found


def check(problem: Problem, opened: LeanEnv) -> None:
    root = opened.pool.start(problem)
    found = refute(problem, root, opened.pool, opened.verifier)
    opened.pool.release(problem)
    if problem.split == "true":
        assert found is None
        return
    assert found is not None, "no counterexample was found"
    assert found.verified is not None, f"{found.counterexample} was not proved to be one"
    assert "¬" in found.problem.statement and "sorry" not in found.verified.proof


@pytest.mark.parametrize("problem", [case for case in STATEMENTS if case.name in SAMPLE], ids=lambda entry: entry.name)
def test_a_sample(problem: Problem, opened: LeanEnv) -> None:
    check(problem, opened)


@pytest.mark.slow
@pytest.mark.parametrize("problem", STATEMENTS, ids=lambda entry: entry.name)
def test_all(problem: Problem, opened: LeanEnv) -> None:
    check(problem, opened)


def test_the_set_is_what_it_says() -> None:
    false = [case for case in STATEMENTS if case.split == "false"]
    assert len(false) >= 40 and len(STATEMENTS) - len(false) >= 10
    kinds = [case.source for case in false]
    far = sum("beyond 10" in kind or "a rational" in kind for kind in kinds)
    real = sum(word in kind for kind in kinds for word in ("a root", "a logarithm", "an exponential", "a power"))
    assert far >= 10 and real >= 10 and sum("hypotheses" in kind for kind in kinds) >= 5


def test_a_failed_search_ends_refuted(lean: Installation, capsys: Capture) -> None:
    statement = "theorem r (a b : ℤ) (h : a ^ 2 = b ^ 2) : a = b := by"
    code = run(["prove", statement, "--budget", "lean_calls=3", "--json"])
    row = json.loads(capsys.readouterr().out)
    assert (code, row["status"], row["counterexample"]) == (1, "refuted", "a = 1, b = -1")
    assert row["disproof"]["statement"].startswith("theorem r_refuted : ¬") and row["cost"]["lean_calls"] <= 3


def test_disprove_looks_for_nothing_else(lean: Installation, capsys: Capture) -> None:
    assert run(["prove", "theorem r (n : ℕ) : n < 5 := by", "--disprove"]) == 1
    assert "it is false for n = 5" in capsys.readouterr().out
    assert run(["prove", "theorem r (n : ℕ) : n < n + 1 := by", "--disprove"]) == 1
    assert "no counterexample" in capsys.readouterr().out

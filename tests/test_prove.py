"""`prover prove` end to end on real Lean: inductions, case splits, ℝ, strategies, files, bad input."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from prover.cli import run
from prover.lean.embedded.install import Installation
from search.strategies import STRATEGIES

Capture = pytest.CaptureFixture[str]
SLOW = pytest.mark.slow

SUM = "theorem t (a b : ℕ) (h : a + b = 10) (h₂ : a = b + 4) : a = 7 := by"
INDUCTION = "theorem i (n : ℕ) (f : ℕ → ℕ) (h₀ : f 0 = 0) (h : ∀ k, f (k + 1) = f k + 2 * k + 1) : f n = n ^ 2 := by"
CASES = "theorem c (n : ℕ) (h : n = 1 ∨ n = 2) : ∃ m, m ^ 2 + n ^ 2 = 5 := by"
REALS = "theorem r (a b c : ℝ) : 2 * (a * b) ≤ a ^ 2 + b ^ 2 ∧ a * b + b * c + c * a ≤ a ^ 2 + b ^ 2 + c ^ 2 := by"
FALSE = "theorem f (n : ℕ) : n = n + 1 := by"


def prove(capsys: Capture, *arguments: str) -> tuple[int, dict[str, object]]:
    code = run(["prove", *arguments, "--json"])
    return code, json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param(SUM, id="sum"),
        pytest.param(INDUCTION, id="induction", marks=pytest.mark.slow),
        pytest.param(CASES, id="cases", marks=pytest.mark.slow),
    ],
)
def test_proves(statement: str, lean: Installation, capsys: Capture) -> None:
    check(*prove(capsys, statement), statement)


def check(code: int, row: dict[str, object], statement: str) -> None:
    assert (code, row["status"], row["verdict"]) == (0, "proved", "accepted")
    assert statement is SUM or len(str(row["minimised"]).splitlines()) > 1, "one call of automation closes it"
    assert isinstance(row["axioms"], list) and {*row["axioms"]} <= {"propext", "Classical.choice", "Quot.sound"}


def test_a_false_statement_is_not_proved_within_its_budget(lean: Installation, capsys: Capture) -> None:
    code, row = prove(capsys, FALSE, "--budget", "lean_calls=15")
    assert (code, row["status"], row["proof"]) == (1, "refuted", None)
    cost = row["cost"]
    assert isinstance(cost, dict)
    assert cost["lean_calls"] <= 15


def test_a_proof_about_reals_is_written_and_checks_and_its_search_can_be_looked_at(
    lean: Installation, capsys: Capture, tmp_path: Path
) -> None:
    out, tree = tmp_path / "proof.lean", tmp_path / "tree.html"
    check(*prove(capsys, REALS, "--out", str(out), "--tree", str(tree)), REALS)
    assert "<html" in tree.read_text(encoding="utf-8")
    statement = tmp_path / "statement.lean"
    statement.write_text(REALS, encoding="utf-8")
    assert run(["verify", str(statement), str(out)]) == 0, capsys.readouterr()


@pytest.mark.parametrize(
    "strategy",
    [pytest.param(name, marks=SLOW if name in ("best-of-n", "subgoal") else ()) for name in STRATEGIES],
)
def test_every_strategy_on_real_lean(strategy: str, lean: Installation, capsys: Capture) -> None:
    statement = "theorem s (p q r : Prop) (hp : p) (hq : q) (n : ℕ) (h : n < 3) : (p ∧ q) ∧ n ^ 2 < 9 := by"
    given = ["--policy", "automation", "--strategy", strategy, "--budget", "lean_calls=200"]
    code, row = prove(capsys, statement, *given)
    assert (code, row["strategy"]) == (0, strategy)


@pytest.mark.parametrize(
    ("target", "sentence"),
    [
        ("theorem t (n : ℕ) : n + = 3 := by", "unexpected token"),
        ("theorem t", "states nothing"),
        ("missing.lean", "missing.lean"),
        ("theorem t : True := by\n\ntheorem t : True := by", "t"),
        ("theorem t (n : ℕ) : n = \0 := by", "NUL"),
        ("theorem t (n : ℕ) : n = \ud800 := by", "surrogate"),
    ],
)
def test_bad_input_is_one_sentence(target: str, sentence: str, lean: Installation, capsys: Capture) -> None:
    assert run(["prove", target]) == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert "Traceback" not in said

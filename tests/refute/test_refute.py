"""Refutations proved in Lean: false statements are refuted, true look-alikes never are."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from prover.cli import run
from prover.lean.embedded.install import Installation
from prover.lean.goals import parse_goal
from prover.lean.open import LeanEnv, open_lean
from prover.lean.session import Limits
from prover.problems.formats import read_path
from prover.refute.kinds import NAT, Kind
from prover.refute.meaning import Scope, meaning
from prover.refute.negation import parts
from prover.refute.run import refute
from prover.refute.slots import Claim, Premise, claim
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


FALSE = [case for case in STATEMENTS if case.split == "false"]
_BINDER = re.compile(r"\(([^:()]+) : ((?:[^()]|\([^()]*\))+)\)")


def asked(problem: Problem) -> Claim:
    """Return what a statement claims, read off its text: all its binders stand in front of the colon."""
    _, binders, target, _ = parts(problem)
    found = [f"{match[1].strip()} : {match[2].strip()}" for match in _BINDER.finditer(binders)]
    return claim(parse_goal("\n".join([*found, f"⊢ {target}"])), Kind("Bool"))


def false_within_ten(problem: Problem) -> bool:
    """Say whether some integers of at most ten make the hypotheses true and the conclusion false."""
    found = asked(problem)
    scope = Scope({value.name: value.kind for value in found.values})
    premises = [meaning(slot.term, scope) for slot in found.slots if isinstance(slot, Premise) and slot.term]
    conclusion = meaning(found.conclusion, scope)
    ranges = [range(0 if value.kind == NAT else -10, 11) for value in found.values]
    names = [value.name for value in found.values]
    rows = (dict(zip(names, chosen, strict=True)) for chosen in itertools.product(*ranges))
    return any(all(premise(row) for premise in premises) and not conclusion(row) for row in rows)


def test_the_set_is_what_it_says() -> None:
    assert len(STATEMENTS) - len(FALSE) >= 10
    assert sum(bool(parts(case)[1]) for case in FALSE) >= 40, "each has a variable in front of its colon"
    far = [case for case in FALSE if "beyond 10" in case.source or "a rational" in case.source]
    assert len(far) >= 10 and sum("hypotheses" in case.source for case in FALSE) >= 5
    real = [case for case in FALSE if re.search(r"a root|a logarithm|a power", case.source)]
    assert len(real) >= 10 and all("ℝ" in case.statement for case in real)
    assert all(re.search(r"Real\.(sqrt|log)|\^ (y|\()", case.statement) for case in real)


@pytest.mark.parametrize(
    "problem",
    [case for case in FALSE if re.search("beyond 10|a rational", case.source)],
    ids=lambda entry: entry.name,
)
def test_what_is_far_away_is_not_near(problem: Problem) -> None:
    assert not false_within_ten(problem)


@pytest.mark.parametrize("name", ["false_28", "false_34", "false_35", "false_37"])
def test_what_is_near_is_found_near(name: str) -> None:
    assert false_within_ten(next(case for case in FALSE if case.name == name))


@pytest.mark.parametrize(
    "problem",
    [
        case
        for case in FALSE
        if "hypotheses" in case.source and "→" not in case.statement and "Finset" not in case.statement
    ],
    ids=lambda entry: entry.name,
)
def test_hypotheses_hold_for_some_values_and_not_for_all(problem: Problem) -> None:
    found = asked(problem)
    scope = Scope({value.name: value.kind for value in found.values})
    premises = [meaning(slot.term, scope) for slot in found.slots if isinstance(slot, Premise) and slot.term]
    names = [value.name for value in found.values]
    rows = [dict(zip(names, chosen, strict=True)) for chosen in itertools.product(range(13), repeat=len(names))]
    holds = [all(premise(row) for premise in premises) for row in rows]
    assert premises and any(holds) and not all(holds)


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

"""Refuted statements: out of the pool, and their disproofs among the training examples."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from prover.config import search_config
from prover.lean.embedded.install import Installation
from prover.policies.templates.automation import AutomationPolicy
from prover.problems.dataset import Dataset
from prover.refute.attempt import disprove as disproved
from prover.refute.run import USUAL
from prover.runs.meter import Account
from prover.runs.records import Finished, PhaseRecord
from prover.runs.solver import Solver, solver_with
from prover.runs.threads import Threads
from prover.train.corpus import freeze_corpus
from prover.train.curriculum import select
from prover.train.disproofs import disprove, replayed, steps
from prover.train.learn import collect
from prover.train.records import DISPROOFS, Role
from prover.train.store import open_locked
from prover.types import Attempt, Label, Problem
from tests.train import made

SEARCH = search_config(budget="lean_calls=4", heartbeats=1000)
FALSE = Problem(name="train_1", statement="theorem train_1 (a b : ℕ) (h : a < b) : a + 1 < b := by")
TRUE = Problem(name="train_2", statement="theorem train_2 (n : ℕ) : n + 0 = n := by")
DISPROVE = PhaseRecord(round=1, phase="disprove", began="")


@pytest.fixture(scope="module")
def solver(lean: Installation) -> Iterator[Solver]:
    with solver_with(AutomationPolicy(), SEARCH, Account()) as found:
        yield found


@pytest.fixture(scope="module")
def refuted(solver: Solver) -> Attempt:
    row = disproved(FALSE, solver.pool, solver.verifier, USUAL)
    assert row.status == "refuted" and row.disproof is not None
    return row


def test_a_block_is_taken_apart_at_its_first_column() -> None:
    assert steps("intro h\nhave k : 1 = 1 := by\n  rfl\n\nomega") == [
        "intro h",
        "have k : 1 = 1 := by\n  rfl\n",
        "omega",
    ]
    assert steps("") == []


def test_a_disproof_is_learnt_from_and_the_statement_leaves_the_pool(
    refuted: Attempt, solver: Solver, tmp_path: Path
) -> None:
    train = Dataset("train", "", (FALSE, TRUE), "local", (), {})
    held = made.problem("valid_1", "(n : ℕ) : n * 1 = n")
    with open_locked(tmp_path) as store:
        freeze_corpus(store, [train], [Dataset("valid", "", (held,), "local", (), {})], {"valid": 1}, 0)
        store.begin_phase(made.SEARCH)
        for entry in store.problems(Role.TRAIN):
            row = refuted if entry.problem.name == FALSE.name else made.attempt(entry.problem, proved=False)
            store.finish(made.SEARCH, entry.place, Finished(attempt=row))
        store.begin_phase(DISPROVE)
        for _ in range(2):  # the second time nothing is left to do
            facts = disprove(store, DISPROVE, SEARCH, AutomationPolicy, Threads(1))
            assert facts == {"refuted": 1, "dropped": 0, "learnt from": 1}
        rows = collect(store, 1, 0, without=0.0, premises=0)
        assert {row.problem for row in rows} == {"train_1_refuted"}
        assert all(judged.label is Label.PROVED for row in rows for judged in row.judged)
        assert "¬" in rows[0].statement and rows[0].proof
        assert [entry.problem.name for entry in select(store, 2, 9, {})] == ["train_2"]
        (added,) = [entry for entry in store.problems(Role.TRAIN) if entry.dataset == DISPROOFS]
        assert added.problem.source == "negation of train_1"
        assert refuted.counterexample


def test_a_disproof_that_is_held_out_is_dropped(refuted: Attempt, tmp_path: Path) -> None:
    assert refuted.disproof is not None
    held = Problem(name="valid_1", statement=refuted.disproof.statement.replace("train_1_refuted", "valid_1"))
    with open_locked(tmp_path) as store:
        train = Dataset("train", "", (FALSE,), "local", (), {})
        freeze_corpus(store, [train], [Dataset("valid", "", (held,), "local", (), {})], {"valid": 1}, 0)
        store.begin_phase(made.SEARCH)
        (entry,) = store.problems(Role.TRAIN)
        store.finish(made.SEARCH, entry.place, Finished(attempt=refuted))
        store.begin_phase(DISPROVE)
        facts = disprove(store, DISPROVE, SEARCH, AutomationPolicy, Threads(1))
        assert (facts["dropped"], facts["learnt from"]) == (1, 0)
        assert collect(store, 1, 0, without=0.0, premises=0) == []


def test_a_proof_that_fails_gives_no_states(solver: Solver) -> None:
    assert replayed(TRUE, "omega\nnonsense", solver)[0] == []
    states, _ = replayed(TRUE, "have h : n = n := by\n  rfl\nomega", solver)
    assert [state.tried[0].tactic for state in states] == ["have h : n = n := by\n  rfl", "omega"]

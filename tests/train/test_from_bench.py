"""What a run of `prover bench` leaves to learn from."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from prover.bench.folder import read_run
from prover.cli import run as command
from prover.runs.meter import Account
from prover.runs.records import state_records
from prover.runs.work import document
from prover.train.from_bench import examples_of_bench, states_of
from tests.bench import toy
from tests.bench.test_bench_run import go


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("bench") / "run"
    go(made, toy.toys(8), toy.settings())
    return made


def test_what_was_proved_is_positive_and_nothing_else(folder: Path) -> None:
    rows = examples_of_bench(folder)
    proved = {attempt.problem for attempt in read_run(folder).attempts if attempt.status == "proved"}
    assert 0 < len(proved) < 8
    assert {row.problem for row in rows if row.positives} == proved
    assert {row.problem for row in rows if row.proof} == proved
    assert len({row.problem for row in rows}) == 8  # refusals of the others are data as well


def test_states_are_those_of_the_search_in_memory() -> None:
    solver = toy.solver(toy.settings(), Account(threading.Event()))
    try:
        for problem in toy.toys(6).problems:
            outcome = solver.attempt(problem, 0)
            assert outcome.search is not None
            wanted = state_records(problem.name, outcome.search, outcome.verified)
            assert states_of(problem.name, json.loads(json.dumps(document(outcome.search)))) == wanted
    finally:
        solver.close()


def test_an_evaluation_split_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "run"
    go(folder, replace(toy.toys(2), name="minif2f/valid", split="valid"), toy.settings())
    assert command(["train", str(folder), "--export", "--out", str(tmp_path / "data")]) == 2
    said = capsys.readouterr().err
    assert "an evaluation split: nothing may be learnt from it" in said and said.count("\n") == 1


def test_a_run_is_exported(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(["train", str(folder), "--export", "--out", str(tmp_path / "data")]) == 0
    assert "rows  tactics" in capsys.readouterr().out
    assert (tmp_path / "data" / "proofs.jsonl").read_text().count("\n") >= 1

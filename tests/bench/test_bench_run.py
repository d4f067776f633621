"""Runs: nothing counted twice, nothing lost, whatever happens to the process."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from prover.bench.folder import open_run, read_run, refresh
from prover.bench.run import run
from prover.bench.summary import summarise
from prover.bench.watch import Quiet
from prover.config import SearchConfig
from prover.errors import DataError
from prover.problems.dataset import Dataset
from prover.prove import Outcome
from prover.runs.executor import Executor
from prover.runs.store import Store
from prover.runs.threads import Threads
from prover.runs.work import OpenSolve, OpenWork, Solve
from prover.types import Attempt, Problem
from tests.bench import toy

ROOT = Path(__file__).parents[2]


def go(
    folder: Path,
    dataset: Dataset,
    search: SearchConfig,
    solve: Solve | None = None,
    executor: Executor | None = None,
    **given: int,
) -> None:
    """Run, in this process unless the executor says otherwise."""
    config = toy.config(dataset, search, **given)
    work: OpenWork = toy.OpenToys(search) if solve is None else made(solve)
    with open_run(folder, config, dataset) as opened:
        run(opened, dataset.problems, work, executor or Threads(search.workers), Quiet())


def made(solve: Solve) -> OpenSolve:
    return OpenSolve(solve, "automation", "best-first")


def outcomes(folder: Path) -> dict[tuple[str, int], dict[str, object]]:
    """Return what a run came to, without what clocks said."""
    found = {}
    for attempt in read_run(folder).attempts:
        row = attempt.model_dump(mode="json")
        for part in ("cost", "wasted", "first_success"):
            row[part] = {unit: value for unit, value in (row[part] or {}).items() if "seconds" not in unit}
        found[attempt.problem, attempt.seed] = row
    return found


def begun(folder: Path) -> int:
    """Return how often an attempt was begun."""
    store = Store(folder / "store.sqlite")
    try:
        return store.begun()
    finally:
        store.close()


class TestExtend:
    def test_more_problems_and_samples_join_a_run(self, tmp_path: Path) -> None:
        folder, search, whole = tmp_path / "run", toy.settings(), toy.toys(12)
        first = replace(whole, problems=whole.problems[:5])
        go(folder, first, search)
        go(folder, whole, search, samples=2)
        go(tmp_path / "at_once", whole, search, samples=2)
        joined, at_once = outcomes(folder), outcomes(tmp_path / "at_once")
        configs = {row.pop("config_sha256") for row in joined.values()}
        assert len(configs) == 2, "a row says under which configuration it was made"
        for row in at_once.values():
            row.pop("config_sha256")
        assert joined == at_once
        assert begun(folder) == 24, "what was attempted is not attempted again"
        assert read_run(folder).config == read_run(tmp_path / "at_once").config

    def test_a_smaller_selection_or_another_one_is_refused(self, tmp_path: Path) -> None:
        folder, search, whole = tmp_path / "run", toy.settings(), toy.toys(12)
        go(folder, replace(whole, problems=whole.problems[:5]), search)
        for problems in (whole.problems[:4], whole.problems[1:8]):
            with pytest.raises(DataError, match="another configuration"):
                go(folder, replace(whole, problems=problems), search)
        assert len(read_run(folder).asked) == 5


class TestRun:
    def test_every_problem_has_a_row_and_a_tree(self, tmp_path: Path) -> None:
        dataset = toy.toys(12)
        go(tmp_path / "run", dataset, toy.settings())
        found = read_run(tmp_path / "run")
        assert [attempt.problem for attempt in found.attempts] == [problem.name for problem in dataset.problems]
        statuses = {attempt.status for attempt in found.attempts}
        assert statuses == {"proved", "unproved"}
        assert all(attempt.config_sha256 == found.config.sha256 for attempt in found.attempts)
        for attempt in found.attempts:
            tree = found.tree(attempt.problem, attempt.seed)
            assert tree is not None and tree["nodes"][0]["label"] == "g0"
            assert (tree["nodes"][0]["status"] == "proved") == (attempt.status == "proved")

    def test_outcomes_do_not_depend_on_the_number_of_workers(self, tmp_path: Path) -> None:
        dataset = toy.toys(30)
        go(tmp_path / "one", dataset, toy.settings(workers=1))
        go(tmp_path / "four", dataset, toy.settings(workers=4))
        assert outcomes(tmp_path / "one") == outcomes(tmp_path / "four")

    def test_again_does_nothing(self, tmp_path: Path) -> None:
        dataset = toy.toys(3)
        go(tmp_path, dataset, toy.settings())
        before = (tmp_path / "attempts.jsonl").read_bytes(), read_run(tmp_path)
        go(tmp_path, dataset, toy.settings(), solve=lambda problem, seed: pytest.fail("attempted again"))
        assert before == ((tmp_path / "attempts.jsonl").read_bytes(), read_run(tmp_path))

    def test_samples_are_seeded_one_after_the_other(self, tmp_path: Path) -> None:
        go(tmp_path, toy.toys(2), toy.settings(seed=5), samples=3)
        assert sorted((attempt.problem, attempt.seed) for attempt in read_run(tmp_path).attempts) == [
            (name, seed) for name in ("toy_0", "toy_1") for seed in (5, 6, 7)
        ]

    def test_names_that_no_file_can_have(self, tmp_path: Path) -> None:
        names = ["a/b", "..", "«x y»", "é" * 200, "x.variants.y"]
        dataset = Dataset(
            "odd", "", tuple(toy.toy("t", 0).model_copy(update={"name": name}) for name in names), "", (), {}
        )
        go(tmp_path, dataset, toy.settings())
        assert all(read_run(tmp_path).tree(name, 0) is not None for name in names)


class TestFailures:
    def test_are_listed_and_count_as_failures(self, tmp_path: Path) -> None:
        names = ["broken_1", "unreadable_2", "toy_1", "toy_2"]
        dataset = Dataset("mixed", "", tuple(toy.toy(name, 1) for name in names), "", (), {})
        go(tmp_path, dataset, toy.settings())
        rows = {attempt.problem: attempt for attempt in read_run(tmp_path).attempts}
        assert rows["broken_1"].status == "error" and rows["broken_1"].message == "Lean is gone"
        assert rows["unreadable_2"].message.startswith("statement: Lean does not accept")
        summary = summarise(read_run(tmp_path))
        assert summary.problems == 4
        assert [failure.problem for failure in summary.infrastructure_failures] == ["broken_1"]
        assert [failure.problem for failure in summary.statement_failures] == ["unreadable_2"]

    def test_a_fault_of_ours_ends_one_attempt_and_not_the_run(self, tmp_path: Path) -> None:
        def solve(problem: Problem, seed: int) -> Outcome:
            if problem.name == "toy_1":
                raise ZeroDivisionError("ours")
            return Outcome(attempt(problem, seed), None)

        go(tmp_path, toy.toys(3), toy.settings(), solve=solve)
        rows = {attempt.problem: attempt for attempt in read_run(tmp_path).attempts}
        assert rows["toy_1"].message == "internal error: ZeroDivisionError: ours"
        assert len(rows) == 3

    def test_what_the_verifier_rejects_is_not_proved(self, tmp_path: Path) -> None:
        seed = next(seed_ for seed_ in range(50) if _provable(seed_, tmp_path / f"try{seed_}"))
        go(tmp_path / "run", Dataset("d", "", (toy.toy("doubtful", seed),), "", (), {}), toy.settings())
        summary = summarise(read_run(tmp_path / "run"))
        assert summary.proved == 0 and [attempt.problem for attempt in summary.unverified] == ["doubtful"]

    def test_what_broke_can_be_tried_again_and_its_cost_is_listed(self, tmp_path: Path) -> None:
        names = ["broken_1", "unreadable_2", "toy_1"]
        dataset = Dataset("mixed", "", tuple(toy.toy(name, 1) for name in names), "", (), {})
        go(tmp_path, dataset, toy.settings())
        with open_run(tmp_path, toy.config(dataset, toy.settings()), dataset) as opened:
            assert opened.store.withdraw_broken() == ["broken_1"]
            assert [attempt.problem for attempt in read_run(tmp_path).attempts] == ["unreadable_2", "toy_1"]
            mended = lambda problem, seed: Outcome(attempt(problem, seed), None)  # noqa: E731
            run(opened, dataset.problems, made(mended), Threads(), Quiet())
            assert opened.store.withdraw_broken() == []
        rows = (tmp_path / "attempts.jsonl").read_bytes().splitlines()
        assert len(rows) == 3
        summary = summarise(read_run(tmp_path))
        assert summary.infrastructure_failures == () and len(summary.statement_failures) == 1
        assert [attempt.problem for attempt in summary.lost] == ["broken_1"]


class TestFolder:
    def test_a_second_process_is_refused(self, tmp_path: Path) -> None:
        dataset, search = toy.toys(1), toy.settings()
        config = toy.config(dataset, search)
        with (
            open_run(tmp_path, config, dataset),
            pytest.raises(DataError, match="another process is running"),
            open_run(tmp_path, config, dataset),
        ):
            pass

    def test_another_configuration_is_refused_with_what_differs(self, tmp_path: Path) -> None:
        go(tmp_path, toy.toys(2), toy.settings())
        with pytest.raises(DataError, match=r"search\.seed: 0 here, 1 there"):
            go(tmp_path, toy.toys(2), toy.settings(seed=1))
        with pytest.raises(DataError, match=r"search\.budget\.lean_calls: 40 here, 41 there"):
            go(tmp_path, toy.toys(2), toy.settings(budget="lean_calls=41"))
        with pytest.raises(DataError, match=r"dataset\.problems: 2 here, 1 there"):
            go(tmp_path, toy.toys(1), toy.settings())
        go(tmp_path, toy.toys(2), toy.settings(workers=2))  # workers only change how fast it is

    def test_a_folder_of_something_else_is_left_alone(self, tmp_path: Path) -> None:
        (tmp_path / "thesis.tex").write_text("years of work")
        with pytest.raises(DataError, match=r"not empty and holds no run \(thesis\.tex\)"):
            go(tmp_path, toy.toys(1), toy.settings())

    def test_the_rows_of_the_file_are_written_again_from_the_store(self, tmp_path: Path) -> None:
        go(tmp_path, toy.toys(4), toy.settings())
        rows = tmp_path / "attempts.jsonl"
        whole = rows.read_bytes()
        for damage in (whole[:-1], whole[:30], b"", whole + whole):
            rows.write_bytes(damage)
            refresh(tmp_path)
            assert rows.read_bytes() == whole
        rows.unlink()
        (tmp_path / "config.json").unlink()
        go(tmp_path, toy.toys(4), toy.settings())
        assert rows.read_bytes() == whole and (tmp_path / "config.json").is_file()

    def test_a_damaged_store_is_one_sentence(self, tmp_path: Path) -> None:
        go(tmp_path, toy.toys(3), toy.settings())
        (tmp_path / "store.sqlite").write_bytes(b"no database" * 1000)
        with pytest.raises(DataError, match="is no store of this program"):
            read_run(tmp_path)

    def test_an_attempt_has_one_row(self, tmp_path: Path) -> None:
        go(tmp_path, toy.toys(2), toy.settings())
        file = sqlite3.connect(tmp_path / "store.sqlite")
        with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
            file.execute("INSERT INTO attempts SELECT 99, phase, place, seed, status, document FROM attempts LIMIT 1")
        file.close()

    def test_a_changed_config_file_is_noticed(self, tmp_path: Path) -> None:
        go(tmp_path, toy.toys(1), toy.settings())
        file = tmp_path / "config.json"
        file.write_text(file.read_text().replace('"samples": 1', '"samples": 9'))
        with pytest.raises(DataError, match="was changed after the run began"):
            read_run(tmp_path)
        with pytest.raises(DataError, match="was changed after the run began"):
            go(tmp_path, toy.toys(1), toy.settings())

    def test_a_run_of_the_previous_version_is_refused_in_a_sentence(self, tmp_path: Path) -> None:
        for name in ("config.json", "problems.jsonl", "attempts.jsonl", "journal.jsonl"):
            (tmp_path / name).write_text("{}\n")
        with pytest.raises(DataError, match="a run of the previous version"):
            go(tmp_path, toy.toys(1), toy.settings())
        with pytest.raises(DataError, match="a run of the previous version"):
            read_run(tmp_path)


class TestKill:
    @pytest.mark.parametrize("most", [3, pytest.param(12, marks=pytest.mark.slow)])
    def test_sigkill_at_random_moments_changes_no_outcome(self, tmp_path: Path, most: int) -> None:
        count, rng = 24, random.Random(0)
        go(tmp_path / "whole", toy.toys(count), toy.settings(workers=2))
        killed = tmp_path / "killed"
        kills = 0
        while True:
            process = start(killed, count, delay=0.01)
            _until_it_begins(process, killed)
            try:
                process.wait(rng.uniform(0.0, 0.4) if kills < most else 60)
                break
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.wait()
                kills += 1
        assert process.returncode == 0 and kills >= 2
        assert outcomes(killed) == outcomes(tmp_path / "whole")
        found = read_run(killed)
        assert begun(killed) == count + len(found.lost), "every attempt has a row or is listed as lost"
        assert len((killed / "attempts.jsonl").read_bytes().splitlines()) == count

    def test_what_a_kill_destroyed_is_listed_apart(self, tmp_path: Path) -> None:
        process = start(tmp_path, 4, delay=0.5)  # the first attempt alone takes longer than it is given
        _until(lambda: any(calls > 0 for calls in _costs(tmp_path)))
        process.kill()
        process.wait()
        go(tmp_path, toy.toys(4), toy.settings(workers=2))
        gone = summarise(read_run(tmp_path)).lost
        assert {attempt.problem for attempt in gone} == {"toy_0", "toy_1"}
        assert all(attempt.cost.wall_seconds > 1.5 and 1 <= attempt.cost.lean_calls < 40 for attempt in gone)
        assert summarise(read_run(tmp_path)).cost.wall_seconds < 2.0

    def test_an_interrupted_run_ends_tidily_and_resumes(self, tmp_path: Path) -> None:
        process = start(tmp_path, 40, delay=0.02)
        _until(lambda: _bytes(tmp_path / "attempts.jsonl").count(b"\n") >= 2)
        process.send_signal(signal.SIGINT)
        assert process.wait(10) != 0
        found = read_run(tmp_path)
        assert 2 <= len(found.attempts) < 40
        assert [segment.reason for _, segment in found.segments] == ["interrupted"]
        go(tmp_path, toy.toys(40), toy.settings(workers=2))
        go(tmp_path / "whole", toy.toys(40), toy.settings())
        assert outcomes(tmp_path) == outcomes(tmp_path / "whole")


def test_an_interrupt_stops_searches_in_progress(tmp_path: Path) -> None:
    dataset, search, stop = toy.toys(2), toy.settings(), threading.Event()
    with open_run(tmp_path, toy.config(dataset, search), dataset) as opened:
        threading.Timer(0.3, stop.set).start()
        began = time.monotonic()
        run(opened, dataset.problems, toy.OpenToys(search, 0.5), Threads(), Quiet(), stop=stop)
    assert time.monotonic() - began < 15.0  # 40 steps of half a second would take longer on every machine
    found = read_run(tmp_path)
    assert found.attempts == () and [segment.reason for _, segment in found.segments] == ["interrupted"]


def attempt(problem: Problem, seed: int) -> Attempt:
    facts = {"problem": problem.name, "statement_sha256": problem.statement_sha256, "policy": "toy", "cost": {}}
    return Attempt.model_validate({**facts, "strategy": "best-first", "seed": seed, "status": "unproved"})


def start(folder: Path, count: int, delay: float) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.bench.toy_process", str(folder), str(count), str(delay), "2"]
    return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": str(ROOT)})


def _provable(seed: int, folder: Path) -> bool:
    go(folder, Dataset("d", "", (toy.toy("t", seed),), "", (), {}), toy.settings())
    return read_run(folder).attempts[0].status == "proved"


def _until(done: Callable[[], bool], seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "it does not happen"
        time.sleep(0.01)


def _until_it_begins(process: subprocess.Popen[bytes], folder: Path) -> None:
    before = len(_query(folder, "SELECT id FROM segments"))
    _until(lambda: len(_query(folder, "SELECT id FROM segments")) > before or process.poll() is not None)


def _costs(folder: Path) -> list[int]:
    """Return the Lean calls so far of the attempts in progress."""
    rows = _query(folder, "SELECT json_extract(cost, '$.lean_calls') FROM begun WHERE attempt IS NULL")
    return [int(calls) for (calls,) in rows]


def _query(folder: Path, query: str) -> list[tuple[Any, ...]]:
    if not (folder / "store.sqlite").is_file():
        return []
    file = sqlite3.connect(f"file:{folder}/store.sqlite?mode=ro", uri=True, timeout=10)
    try:
        return file.execute(query).fetchall()
    except sqlite3.OperationalError:  # the store is being made
        return []
    finally:
        file.close()


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""

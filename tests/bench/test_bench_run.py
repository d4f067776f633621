"""Runs: nothing counted twice, nothing lost, whatever happens to the process."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from prover.bench.folder import held, read_run, tree_name
from prover.bench.journal import Ended, Sitting, Started, lost
from prover.bench.meter import Account
from prover.bench.run import run, withdraw_broken
from prover.bench.summary import summarise
from prover.bench.watch import Quiet
from prover.config import SearchConfig
from prover.errors import DataError
from prover.problems.dataset import Dataset
from prover.prove import Outcome
from prover.types import Attempt, Problem
from tests.bench import toy

ROOT = Path(__file__).parents[2]
Solve = Callable[[Problem, int], Outcome]


def go(folder: Path, dataset: Dataset, search: SearchConfig, solve: Solve | None = None, **given: int) -> None:
    """Run, in this process."""
    account = Account()
    config = toy.config(dataset, search, **given)
    with held(folder, config, dataset) as it, toy.engine(search, account) as engine:
        run(it, dataset.problems, solve or engine.attempt, account, Quiet(), search.workers)


def outcomes(folder: Path) -> dict[tuple[str, int], dict[str, object]]:
    """Return what a run came to, without what clocks said."""
    found = {}
    for attempt in read_run(folder).attempts:
        row = attempt.model_dump(mode="json")
        for part in ("cost", "wasted", "first_success"):
            row[part] = {unit: it for unit, it in (row[part] or {}).items() if "seconds" not in unit}
        found[attempt.problem, attempt.seed] = row
    return found


class TestRun:
    def test_every_problem_has_a_row_and_a_tree(self, tmp_path: Path) -> None:
        dataset = toy.toys(12)
        go(tmp_path / "run", dataset, toy.settings())
        found = read_run(tmp_path / "run")
        assert [attempt.problem for attempt in found.attempts] == [it.name for it in dataset.problems]
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
        before = (tmp_path / "attempts.jsonl").read_bytes(), (tmp_path / "journal.jsonl").read_bytes()
        go(tmp_path, dataset, toy.settings(), solve=lambda problem, seed: pytest.fail("attempted again"))
        assert before == ((tmp_path / "attempts.jsonl").read_bytes(), (tmp_path / "journal.jsonl").read_bytes())

    def test_samples_are_seeded_one_after_the_other(self, tmp_path: Path) -> None:
        go(tmp_path, toy.toys(2), toy.settings(seed=5), samples=3)
        assert sorted((it.problem, it.seed) for it in read_run(tmp_path).attempts) == [
            (name, seed) for name in ("toy_0", "toy_1") for seed in (5, 6, 7)
        ]

    def test_names_that_no_file_can_have(self, tmp_path: Path) -> None:
        names = ["a/b", "..", "«x y»", "é" * 200, "x.variants.y"]
        dataset = Dataset("odd", "", tuple(toy.toy("t", 0).model_copy(update={"name": it}) for it in names), "", (), {})
        go(tmp_path, dataset, toy.settings())
        assert all(read_run(tmp_path).tree(name, 0) is not None for name in names)
        assert len({tree_name(name, 0) for name in names}) == len(names)
        assert all("/" not in tree_name(name, 0) and len(tree_name(name, 0)) < 200 for name in names)


class TestFailures:
    def test_are_listed_and_count_as_failures(self, tmp_path: Path) -> None:
        names = ["broken_1", "unreadable_2", "toy_1", "toy_2"]
        dataset = Dataset("mixed", "", tuple(toy.toy(name, 1) for name in names), "", (), {})
        go(tmp_path, dataset, toy.settings())
        rows = {it.problem: it for it in read_run(tmp_path).attempts}
        assert rows["broken_1"].status == "error" and rows["broken_1"].message == "Lean is gone"
        assert rows["unreadable_2"].message.startswith("statement: Lean does not accept")
        summary = summarise(read_run(tmp_path))
        assert summary.problems == 4
        assert [it.problem for it in summary.infrastructure_failures] == ["broken_1"]
        assert [it.problem for it in summary.statement_failures] == ["unreadable_2"]

    def test_a_fault_of_ours_ends_one_attempt_and_not_the_run(self, tmp_path: Path) -> None:
        def solve(problem: Problem, seed: int) -> Outcome:
            if problem.name == "toy_1":
                raise ZeroDivisionError("ours")
            return Outcome(attempt(problem, seed), None)

        go(tmp_path, toy.toys(3), toy.settings(), solve=solve)
        rows = {it.problem: it for it in read_run(tmp_path).attempts}
        assert rows["toy_1"].message == "internal error: ZeroDivisionError: ours"
        assert len(rows) == 3

    def test_what_the_verifier_rejects_is_not_proved(self, tmp_path: Path) -> None:
        seed = next(it for it in range(50) if _provable(it, tmp_path / f"try{it}"))
        go(tmp_path / "run", Dataset("d", "", (toy.toy("doubtful", seed),), "", (), {}), toy.settings())
        summary = summarise(read_run(tmp_path / "run"))
        assert summary.proved == 0 and [it.problem for it in summary.unverified] == ["doubtful"]

    def test_what_broke_can_be_tried_again_and_its_cost_is_listed(self, tmp_path: Path) -> None:
        names = ["broken_1", "unreadable_2", "toy_1"]
        dataset = Dataset("mixed", "", tuple(toy.toy(name, 1) for name in names), "", (), {})
        go(tmp_path, dataset, toy.settings())
        search, account = toy.settings(), Account()
        with held(tmp_path, toy.config(dataset, search), dataset) as folder:
            assert withdraw_broken(folder) == ["broken_1"]
            assert [it.problem for it in read_run(tmp_path).attempts] == ["unreadable_2", "toy_1"]
            mended = lambda problem, seed: Outcome(attempt(problem, seed), None)  # noqa: E731
            run(folder, dataset.problems, mended, account, Quiet(), 1)
            assert withdraw_broken(folder) == []
        summary = summarise(read_run(tmp_path))
        assert summary.infrastructure_failures == () and len(summary.statement_failures) == 1
        assert [it.problem for it in summary.lost] == ["broken_1"]


class TestFolder:
    def test_a_second_process_is_refused(self, tmp_path: Path) -> None:
        dataset, search = toy.toys(1), toy.settings()
        config = toy.config(dataset, search)
        with (
            held(tmp_path, config, dataset),
            pytest.raises(DataError, match="another process is running"),
            held(tmp_path, config, dataset),
        ):
            pass

    def test_another_configuration_is_refused_with_what_differs(self, tmp_path: Path) -> None:
        go(tmp_path, toy.toys(2), toy.settings())
        with pytest.raises(DataError, match=r"search\.seed: 0 here, 1 there"):
            go(tmp_path, toy.toys(2), toy.settings(seed=1))
        with pytest.raises(DataError, match=r"search\.budget\.lean_calls: 40 here, 41 there"):
            go(tmp_path, toy.toys(2), toy.settings(budget="lean_calls=41"))
        with pytest.raises(DataError, match=r"dataset\.problems: 2 here, 3 there"):
            go(tmp_path, toy.toys(3), toy.settings())
        go(tmp_path, toy.toys(2), toy.settings(workers=2))  # workers only change how fast it is

    def test_a_folder_of_something_else_is_left_alone(self, tmp_path: Path) -> None:
        (tmp_path / "thesis.tex").write_text("years of work")
        with pytest.raises(DataError, match=r"not empty and holds no run \(thesis\.tex\)"):
            go(tmp_path, toy.toys(1), toy.settings())

    def test_a_torn_last_row_is_dropped_and_done_again(self, tmp_path: Path) -> None:
        go(tmp_path, toy.toys(4), toy.settings())
        whole = outcomes(tmp_path)
        rows = tmp_path / "attempts.jsonl"
        for cut in (1, 30, len(rows.read_bytes().splitlines(keepends=True)[-1]) - 1):
            rows.write_bytes(rows.read_bytes()[:-cut])
            assert len(read_run(tmp_path).attempts) == 3
            go(tmp_path, toy.toys(4), toy.settings())
            assert outcomes(tmp_path) == whole
        assert max(it.torn for it in read_run(tmp_path).events if isinstance(it, Sitting)) > 0

    def test_damage_inside_is_an_error_that_names_the_line(self, tmp_path: Path) -> None:
        go(tmp_path, toy.toys(3), toy.settings())
        rows = tmp_path / "attempts.jsonl"
        first, second, third = rows.read_bytes().splitlines(keepends=True)
        rows.write_bytes(first + second[:20] + b"\n" + third)
        with pytest.raises(DataError, match=r"attempts\.jsonl, line 2 is damaged"):
            read_run(tmp_path)
        rows.write_bytes(first + first)
        with pytest.raises(DataError, match="two rows of toy_0"):
            read_run(tmp_path)

    def test_a_changed_config_file_is_noticed(self, tmp_path: Path) -> None:
        go(tmp_path, toy.toys(1), toy.settings())
        file = tmp_path / "config.json"
        document = json.loads(file.read_text())
        document["config"]["samples"] = 9
        file.write_text(json.dumps(document))
        with pytest.raises(DataError, match="was changed after the run began"):
            read_run(tmp_path)


class TestKill:
    def test_sigkill_at_random_moments_changes_no_outcome(self, tmp_path: Path) -> None:
        count, rng = 24, random.Random(0)
        go(tmp_path / "whole", toy.toys(count), toy.settings(workers=2))
        killed = tmp_path / "killed"
        kills = 0
        while True:
            process = start(killed, count, delay=0.01)
            _until_it_sits(process, killed / "journal.jsonl")
            try:
                process.wait(rng.uniform(0.0, 0.4) if kills < 6 else 60)
                break
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.wait()
                kills += 1
        assert process.returncode == 0 and kills >= 2
        assert outcomes(killed) == outcomes(tmp_path / "whole")
        found = read_run(killed)
        begun = sum(isinstance(event, Started) for event in found.events)
        gone = lost(found.events, found.attempts)
        assert begun == count + len(gone), "every attempt has a row or is listed as lost"

    def test_what_a_kill_destroyed_is_listed_apart(self, tmp_path: Path) -> None:
        process = start(tmp_path, 4, delay=0.5)  # the first attempt alone takes longer than it is given
        _until(lambda: b'"spent"' in _bytes(tmp_path / "journal.jsonl"))
        process.kill()
        process.wait()
        go(tmp_path, toy.toys(4), toy.settings(workers=2))
        gone = summarise(read_run(tmp_path)).lost
        assert {it.problem for it in gone} == {"toy_0", "toy_1"}
        assert all(it.cost.wall_seconds > 1.5 and 1 <= it.cost.lean_calls < 40 for it in gone)
        assert summarise(read_run(tmp_path)).cost.wall_seconds < 2.0

    def test_an_interrupted_run_ends_tidily_and_resumes(self, tmp_path: Path) -> None:
        process = start(tmp_path, 40, delay=0.02)
        _until(lambda: _bytes(tmp_path / "attempts.jsonl").count(b"\n") >= 2)
        process.send_signal(signal.SIGINT)
        assert process.wait(10) != 0
        found = read_run(tmp_path)
        assert 2 <= len(found.attempts) < 40
        assert [it.reason for it in found.events if isinstance(it, Ended)] == ["interrupted"]
        go(tmp_path, toy.toys(40), toy.settings(workers=2))
        go(tmp_path / "whole", toy.toys(40), toy.settings())
        assert outcomes(tmp_path) == outcomes(tmp_path / "whole")


def test_an_interrupt_stops_searches_in_progress(tmp_path: Path) -> None:
    dataset, search, account = toy.toys(2), toy.settings(), Account()
    with held(tmp_path, toy.config(dataset, search), dataset) as folder, toy.engine(search, account, 0.05) as engine:
        threading.Timer(0.3, account.stop).start()
        began = time.monotonic()
        run(folder, dataset.problems, engine.attempt, account, Quiet(), 1)
    assert time.monotonic() - began < 2.0
    assert read_run(tmp_path).attempts == ()


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


def _until_it_sits(process: subprocess.Popen[bytes], journal: Path) -> None:
    before = _bytes(journal).count(b'"sitting",')
    _until(lambda: _bytes(journal).count(b'"sitting",') > before or process.poll() is not None)


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""

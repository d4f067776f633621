"""The one loop over attempts, without a benchmark around it."""

from __future__ import annotations

import pickle
import threading
from functools import partial
from pathlib import Path

import pytest

from prover.config import BudgetSpec, search_config
from prover.errors import SetupError, UsageError
from prover.events import Ended, Event
from prover.iterate.loop import _explorer
from prover.learners.tiny import TinyLearner
from prover.policies.templates.automation import AutomationPolicy
from prover.problems.dataset import Dataset
from prover.prove import Outcome
from prover.runs.executor import check_in_flight, make_executor
from prover.runs.loop import run_attempts, run_phase
from prover.runs.records import Dropped, PhaseRecord, Result, Task
from prover.runs.store import Store
from prover.runs.threads import Threads
from prover.runs.work import SolverWork
from prover.train.collect_attempts import OpenAttempts, OpenGathering
from prover.types import Attempt, Problem
from tests.bench import toy

PHASE = PhaseRecord(round=0, phase="bench", began="")


def tasks(count: int) -> list[Task]:
    return [Task(place=place, problem=problem) for place, problem in enumerate(toy.toys(count).problems)]


def store_of(folder: Path, dataset: Dataset) -> Store:
    folder.mkdir(exist_ok=True)
    store = Store(folder / "store.sqlite")
    store.create({"kind": "bench"}, [(problem, None) for problem in dataset.problems])
    store.begin_phase(PHASE)
    return store


def test_attempts_without_a_store_are_told_as_they_end() -> None:
    events: list[Event] = []
    run_attempts(tasks(6), toy.OpenToys(toy.settings()), executor=Threads(2), on_event=events.append)
    rows = {event.problem: event.attempt for event in events if isinstance(event, Ended)}
    assert set(rows) == {f"toy_{number}" for number in range(6)} and len(events) == 6
    assert {row.status for row in rows.values()} == {"proved", "unproved"}


def test_tasks_are_taken_as_workers_become_free() -> None:
    taken: list[int] = []
    seen: list[int] = []

    def stream() -> object:
        for task in tasks(40):
            taken.append(task.place)
            yield task

    def watch(event: Event) -> None:
        seen.append(len(taken))

    run_attempts(stream(), toy.OpenToys(toy.settings()), executor=Threads(2), on_event=watch)  # type: ignore[arg-type]
    assert len(seen) == 40 and all(taken <= ended + 2 for ended, taken in enumerate(seen, 1))


def test_more_problems_than_workers_wait_for_lean_in_turn_and_come_to_the_same(tmp_path: Path) -> None:
    busy, most, opened = 0, 0, []
    turn = threading.Lock()

    class Open(toy.OpenToys):
        def __call__(self, workers: int, stop: threading.Event) -> SolverWork:
            opened.append(workers)
            work = super().__call__(workers, stop)
            inner = work.solve

            def counted(problem: Problem, seed: int) -> Outcome:
                nonlocal busy, most
                with turn:
                    busy += 1
                    most = max(most, busy)
                try:
                    return inner(problem, seed)
                finally:
                    with turn:
                        busy -= 1

            return SolverWork(counted, work.account, work.policy, work.strategy, work.release)

    rows = []
    for at_once in (1, 6):
        store = store_of(tmp_path / str(at_once), toy.toys(12))
        run_phase(store, PHASE, tasks(12), Open(toy.settings(), 0.005), executor=Threads(2, at_once))
        found = sorted(store.attempts(PHASE), key=lambda row: row.problem)
        rows.append([(row.problem, row.status, row.proof, row.cost.lean_calls, row.cost.steps) for row in found])
        ((_, segment),) = store.segments()
        assert (segment.workers, segment.in_flight) == (2, None if at_once == 1 else 6)
        store.close()
    assert rows[0] == rows[1]
    assert opened == [2, 2] and most == 6, "six problems at once, and two Lean workers in both runs"


def test_a_token_that_is_set_stops_what_is_in_progress(tmp_path: Path) -> None:
    stop = threading.Event()
    store = store_of(tmp_path, toy.toys(8))
    done: list[Event] = []

    def watch(event: Event) -> None:
        done.append(event)
        if len(done) == 2:
            stop.set()

    work = toy.OpenToys(toy.settings(), 0.01)
    run_phase(store, PHASE, tasks(8), work, executor=Threads(1), on_event=watch, stop=stop)
    assert len(list(store.attempts(PHASE))) == 2
    assert [segment.reason for _, segment in store.segments()] == ["interrupted"]
    run_phase(store, PHASE, tasks(8), work, executor=Threads(1))
    assert [segment.reason for _, segment in store.segments()] == ["interrupted", "finished"]
    assert len(store.attempted(PHASE)) == 8
    store.close()


def test_what_cannot_be_written_ends_the_run(tmp_path: Path) -> None:
    store = store_of(tmp_path, toy.toys(4))

    def full(attempt: Attempt) -> Attempt:
        raise OSError("no space left on device")

    with pytest.raises(OSError, match="no space left"):
        run_phase(store, PHASE, tasks(4), toy.OpenToys(toy.settings()), executor=Threads(2), stamp=full)
    assert store.attempted(PHASE) == set() and len(store.lost()) in (1, 2)
    store.close()


def test_a_problem_that_is_dropped_has_no_row_and_is_not_lost(tmp_path: Path) -> None:
    store = store_of(tmp_path, toy.toys(3))

    class Open(toy.OpenToys):
        def __call__(self, workers: int, stop: threading.Event) -> SolverWork:
            work = super().__call__(workers, stop)
            return _Dropping(work.solve, work.account, work.policy, work.strategy, work.release)

    run_phase(store, PHASE, tasks(3), Open(toy.settings()), executor=Threads(1))
    assert {row.problem for row in store.attempts(PHASE)} == {"toy_0", "toy_2"}
    assert [dropped.name for dropped in store.dropped()] == ["toy_1"] and store.lost() == []
    store.close()


class _Dropping(SolverWork):
    def result(self, task: Task) -> Result:
        if task.problem.name == "toy_1":
            return Dropped(name="toy_1", dataset="", reason="type", like="toy_9")
        return super().result(task)


def test_executors_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    assert make_executor("threads", 3).workers == 3
    assert make_executor("threads", 3, 8).in_flight == 8
    with pytest.raises(UsageError, match="write threads, ray or ray:ADDRESS"):
        make_executor("slurm", 1)
    with pytest.raises(UsageError, match="some of 3 workers would never work"):
        make_executor("threads", 3, 2)
    with pytest.raises(UsageError, match="--in-flight is for threads"):
        make_executor("ray", 2, 8)
    check_in_flight(Threads(2, 8), BudgetSpec(lean_calls=5))
    check_in_flight(Threads(2), BudgetSpec(seconds=5))
    with pytest.raises(UsageError, match="while the seconds of their budget pass"):
        check_in_flight(Threads(2, 8), BudgetSpec(lean_calls=5, seconds=5))
    monkeypatch.setattr("prover.runs.ray.find_spec", lambda name: None)
    with pytest.raises(SetupError, match=r"proofsmith\[scale\]"):
        make_executor("ray:auto", 1)


def test_the_work_of_a_round_can_be_sent_to_another_process(tmp_path: Path) -> None:
    search, learner = search_config(budget="lean_calls=8"), TinyLearner()
    gathering = OpenGathering(
        search=search,
        policy=partial(_explorer, learner.first, 1, 1.0),
        types={7: "held_out"},
        datasets={0: "toys"},
        everything=learner.first,
        most=4,
    )
    evaluation = OpenAttempts(search, AutomationPolicy, tmp_path / "answers.sqlite")
    for work, policy in ((gathering, "all templates explored"), (evaluation, "automation")):
        again = pickle.loads(pickle.dumps(work))
        assert again.search == search and again.label() == (policy, "best-first")

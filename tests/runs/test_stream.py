"""Attempts as an iterator: taken as they are needed, handed over as they end, cancelled when nobody reads on."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from prover.errors import InputError
from prover.prove import Outcome, failed
from prover.runs.meter import Account
from prover.runs.records import Task
from prover.runs.stream import outcomes
from prover.types import Attempt, Problem
from tests.bench import toy

LABEL = ("toy", "best-first")


def tasks(count: int) -> list[Task]:
    return [Task(place=place, problem=problem) for place, problem in enumerate(toy.toys(count).problems)]


def row(problem: Problem) -> Attempt:
    return failed(problem, InputError("nothing is tried"), *LABEL, 0)


def test_outcomes_come_whole_and_a_broken_attempt_is_a_row() -> None:
    with toy.solver(toy.settings(), Account()) as solver:

        def solve(problem: Problem, seed: int) -> Outcome:
            if problem.name == "toy_2":
                raise ZeroDivisionError("of the policy")
            return solver.attempt(problem, seed)

        found = {outcome.attempt.problem: outcome for outcome in outcomes(tasks(5), solve, LABEL, 2, lambda: None)}
    assert set(found) == {f"toy_{number}" for number in range(5)}
    broken = found.pop("toy_2")
    assert (broken.attempt.status, broken.search) == ("error", None) and "ZeroDivisionError" in broken.attempt.message
    assert all(outcome.search is not None for outcome in found.values())


def test_leaving_early_cancels_and_takes_no_more() -> None:
    taken: list[int] = []
    cancelled = threading.Event()

    def stream() -> Iterator[Task]:
        for task in tasks(50):
            taken.append(task.place)
            yield task

    def solve(problem: Problem, seed: int) -> Outcome:
        if problem.name != "toy_0":
            cancelled.wait(60)
        return Outcome(row(problem), None)

    found = outcomes(stream(), solve, LABEL, 2, cancelled.set)
    assert next(found).attempt.problem == "toy_0"
    found.close()
    assert cancelled.is_set() and len(taken) <= 4


def test_what_reading_the_tasks_raises_is_raised_where_outcomes_are_read() -> None:
    def stream() -> Iterator[Task]:
        yield from tasks(1)
        raise InputError("the second line is damaged")

    with pytest.raises(InputError, match="second line"):
        list(outcomes(stream(), lambda problem, seed: Outcome(row(problem), None), LABEL, 1, lambda: None))

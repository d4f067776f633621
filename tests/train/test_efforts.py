"""The curriculum: budgets double after failures, classes that pay get more, giving up ends when the model changes."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from prover.runs.records import PhaseRecord
from prover.train.efforts import DOUBLINGS, Plan, plan_round, told
from prover.train.records import CONJECTURES, DISPROOFS, CorpusProblem, Role
from prover.train.store import IterateStore
from tests.train import made

HARD, EASY = "hard", "easy"


def store_of(path: Path, problems: dict[str, int]) -> IterateStore:
    store = IterateStore(path)
    places = itertools.count()
    entries = [
        CorpusProblem(place=next(places), dataset=dataset, role=Role.TRAIN, problem=made.problem(f"{dataset}_{number}"))
        for dataset, count in problems.items()
        for number in range(count)
    ]
    store.add_problems(entries, [])
    return store


def search(store: IterateStore, number: int, plan: Plan, proves: Callable[[CorpusProblem, int], bool]) -> None:
    """Make a round's attempts: `proves` says of a problem and an effort whether it is proved."""
    phase = PhaseRecord(round=number, phase="search", began="2026-01-01T00:00:00+00:00")
    store.begin_phase(phase)
    for entry in store.problems(Role.TRAIN):
        if entry.place in plan.efforts:
            row = made.attempt(entry.problem, proves(entry, plan.efforts[entry.place]))
            store.finish(phase, entry.place, made.finished(row))


def rounds(
    store: IterateStore, searchers: list[str], units: int, proves: Callable[[CorpusProblem, int], bool]
) -> list[Plan]:
    plans = []
    for number in range(1, len(searchers) + 1):
        plan = plan_round(store, number, units, {}, searchers[:number])
        search(store, number, plan, proves)
        plans.append(plan)
    return plans


def never(entry: CorpusProblem, effort: int) -> bool:
    return False


def test_the_budget_of_a_problem_doubles_after_each_failure(tmp_path: Path) -> None:
    plans = rounds(store_of(tmp_path / "s", {HARD: 1}), [""] * 4, 8, never)
    assert [plan.efforts for plan in plans] == [{0: 1}, {0: 2}, {0: 4}, {0: 8}]


def test_what_fails_at_the_last_level_waits_for_another_model(tmp_path: Path) -> None:
    first = DOUBLINGS + 1
    plans = rounds(store_of(tmp_path / "s", {HARD: 2}), [*[""] * (first + 1), "round-5"], 20, never)
    assert plans[first].given_up == 2
    assert len(plans[first].checked) == 1 and plans[first].efforts == {plans[first].checked[0]: 2**DOUBLINGS}
    assert plans[first + 1].given_up == 0 and plans[first + 1].efforts == {0: 8, 1: 8}


def test_what_was_given_up_and_is_proved_all_the_same_is_counted(tmp_path: Path) -> None:
    store = store_of(tmp_path / "s", {HARD: 2})
    *_, last = rounds(store, [""] * (DOUBLINGS + 2), 20, lambda entry, effort: len(store.phases()) > DOUBLINGS + 1)
    facts = told(last, store.rows(DOUBLINGS + 2, "search"))
    assert facts["given up"] == 2
    assert facts["given up, searched all the same"] == facts["given up, proved all the same"] == 1
    assert facts["tried at effort 8"] == facts["proved at effort 8"] == 1


def test_doubled_budgets_are_given_where_they_pay(tmp_path: Path) -> None:
    def doubled(pay: bool) -> float:
        def proves(entry: CorpusProblem, effort: int) -> bool:
            return entry.place % 2 == 0 and (effort > 1) is pay

        plans = rounds(store_of(tmp_path / str(pay), {HARD: 600}), [""] * 6, 60, proves)
        return sum(effort > 1 for plan in plans[2:] for effort in plan.efforts.values())

    assert doubled(True) > 2 * doubled(False)


def test_datasets_have_their_shares_of_the_budget(tmp_path: Path) -> None:
    store = store_of(tmp_path / "s", {EASY: 400, HARD: 400})
    for number in range(1, 5):
        plan = plan_round(store, number, 60, {EASY: 3.0}, [""] * number)
        search(store, number, plan, never)
        assert 40 <= sum(effort for place, effort in plan.efforts.items() if place < 400) <= 50


def test_a_proved_problem_comes_again_only_when_nothing_else_is_left(tmp_path: Path) -> None:
    plans = rounds(store_of(tmp_path / "s", {EASY: 6}), ["", ""], 4, lambda entry, effort: True)
    assert set(plans[0].efforts) == {0, 1, 2, 3}
    assert {4, 5} < set(plans[1].efforts) and len(plans[1].efforts) == 4


def test_refuted_problems_and_disproofs_are_not_searched(tmp_path: Path) -> None:
    store = store_of(tmp_path / "s", {HARD: 2, DISPROOFS: 2})
    store.begin_phase(made.SEARCH)
    row = made.attempt(made.problem(f"{HARD}_0"), False).model_copy(update={"status": "refuted"})
    store.finish(made.SEARCH, 0, made.finished(row))
    assert plan_round(store, 2, 20, {}, ["", ""]).efforts == {1: 1}


def test_a_decided_plan_stays_as_it_is(tmp_path: Path) -> None:
    store = store_of(tmp_path / "s", {HARD: 30})
    assert plan_round(store, 1, 8, {}, [""]) == plan_round(store, 1, 20, {}, [""])


@settings(deadline=None, max_examples=15)
@given(
    st.dictionaries(st.sampled_from((EASY, HARD, CONJECTURES)), st.integers(0, 20), max_size=3),
    st.integers(1, 40),
    st.integers(0, 9),
    st.integers(1, 6),
)
def test_a_round_never_costs_more_than_its_units(
    problems: dict[str, int], units: int, modulus: int, count: int
) -> None:
    with TemporaryDirectory() as folder:
        store = store_of(Path(folder) / "s", problems)
        plans = rounds(store, [""] * count, units, lambda entry, effort: modulus > 0 and entry.place % modulus == 0)
        store.close()
    for plan in plans:
        assert sum(plan.efforts.values()) <= max(units, 2**DOUBLINGS)  # what is checked costs a whole problem at least
        assert set(plan.efforts.values()) <= {1, 2, 4, 8}

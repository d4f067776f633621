"""The page of rounds: figures of the reporting half, what was dropped, proofs shown as text whatever is in them."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from prover.report.plot import Line, plot
from prover.report.rounds import rounds_page, summarise_rounds, write_rounds
from prover.runs.records import Dropped, PhaseRecord
from prover.train.records import Bin, ModelRecord, Reliability, Role
from prover.train.store import IterateStore
from search.tree import Outcome
from tests.bench import browser
from tests.train import made

HOSTILE = '</pre><script>document.title = "owned"</script>'


@pytest.fixture
def store(tmp_path: Path) -> IterateStore:
    return run(tmp_path, "best-first")


def run(tmp_path: Path, strategy: str) -> IterateStore:
    """A run of one round over 40 evaluation problems: automation proves 10 of each half, the model 7 more."""
    store = IterateStore(tmp_path / "store.sqlite")
    roles = [Role.PROMOTE if n % 2 else Role.REPORT for n in range(40)]
    store.add_problems(
        [made.asked(f"v{n}", n, roles[n]) for n in range(40)] + [made.asked(f"t{n}", 40 + n) for n in range(3)],
        [Dropped(name="t2", dataset="toys", reason="8-gram", like="toys: v1")],
    )
    store.settle("guard", "40 evaluation statements")

    def phase(number: int, name: str, **facts: float | int | str) -> PhaseRecord:
        record = PhaseRecord(round=number, phase=name, began="2026-01-01T00:00:00+00:00")
        store.begin_phase(record)
        store.end_phase(
            record.model_copy(update={"ended": "2026-01-01T00:01:00+00:00", "seconds": 60.0, "facts": facts})
        )
        return record

    for number, name, proved in ((0, "evaluate", 20), (1, "evaluate", 34), (1, "control", 22)):
        record = phase(number, name, problems=40)
        for n in range(40):
            row = made.attempt(made.problem(f"v{n}"), n < proved)
            found = {"proof": HOSTILE, "first_success": {"lean_calls": 1.0 + n}} if n < proved else {}
            store.finish(record, n, made.finished(row.model_copy(update={"strategy": strategy, **found}), None))
    search = phase(1, "search", problems=3)
    state = made.visited("t0", made.tried("omega"), made.tried("simp", Outcome.SOLVED, on_proof=True))
    given = made.visited("t1", made.tried("rw [← Nat.add_comm]", Outcome.SOLVED, on_proof=True))
    store.finish(
        search,
        40,
        made.finished(made.attempt(made.problem("t0"), True), made.proof(made.problem("t0")), [state, given]),
    )
    phase(1, "examples", proofs=1, examples=1)
    model = ModelRecord(
        name="round-1",
        round=1,
        sha256="a" * 64,
        data_sha256="b" * 64,
        examples=1,
        parameters=3_000_000,
        seed=0,
        preset="tiny",
        promoted=True,
        losses=((10, 2.0), (20, 1.0)),
        held_out=((10, 2.5), (20, 1.5)),
    )
    store.put_model(model)
    reliability = Reliability(
        problems=9,
        states=30,
        proved=12,
        brier=0.15,
        blind=0.24,
        order=0.81,
        bins=(Bin(said=0.2, states=18, proved=3), Bin(said=0.7, states=12, proved=9)),
    )
    valued = phase(1, "critic", problems=40)
    for n in range(40):
        row = made.attempt(made.problem(f"v{n}"), n < 36)
        cost = dataclasses.replace(row.cost, lean_calls=1)
        store.finish(valued, n, made.finished(row.model_copy(update={"strategy": strategy, "cost": cost}), None))
    store.put_critic(model.model_copy(update={"name": "critic-1", "promoted": False, "reliability": reliability}))
    return store


def test_the_figures_are_those_of_the_reporting_half(store: IterateStore) -> None:
    found = summarise_rounds(store)
    assert [(measured.label, measured.proved, measured.problems) for measured in found.measured] == [
        ("automation", 10, 20),
        ("round 1", 17, 20),
        ("table", 11, 20),
    ]
    (against,) = [measured.against for measured in found.measured if measured.label == "round 1"]
    assert against is not None and len(against.wins) == 7 and not against.losses
    assert found.against_table is not None and len(found.against_table.wins) == 6
    assert {proof.problem for proof in found.new} == {f"v{n}" for n in range(20, 34, 2)}
    assert found.shift == {"round 1": {"simp": 0.5, "rewrite_lemmas": 0.5}}
    assert "round 1 proves more than automation, and the difference is real" in " ".join(found.lines)


def test_what_was_proved_within_fewer_calls_is_read_off(store: IterateStore) -> None:
    automation, first, _ = summarise_rounds(store).measured
    assert automation.curve is not None and first.curve is not None
    assert (automation.curve.points[-1].solved, first.curve.points[-1].solved) == (10, 17)
    assert [point.solved for point in first.curve.points if point.cost == 21.0] == [11]


def test_a_critic_is_judged_by_what_it_changes(store: IterateStore) -> None:
    found = summarise_rounds(store)
    (critic,) = found.critics
    assert (len(critic.against.wins), len(critic.against.losses)) == (1, 0)
    spent = {ratio.over: ratio.ratio.value for ratio in critic.against.ratios}
    before = made.attempt(made.problem("v0"), True).cost.lean_calls
    assert spent["both proved"] == pytest.approx(1 / before)
    assert "round 1 with its critic proved more than round 1" in found.lines[-1]
    assert len(found.models) == 1 and [measured.label for measured in found.measured][-1] == "table"


def test_a_strategy_that_reads_its_budget_has_no_curve(tmp_path: Path) -> None:
    found = summarise_rounds(run(tmp_path, "subgoal"))
    assert [measured.curve for measured in found.measured] == [None, None, None]
    assert "per problem" not in rounds_page(found, "subgoals")


def test_the_page_stands_alone_and_shows_text_as_text(store: IterateStore, tmp_path: Path) -> None:
    write_rounds(store, tmp_path)
    if why := browser.missing():
        pytest.skip(why)
    window = browser.Browser()
    try:
        window.open(tmp_path / "rounds.html")
        assert window.errors() == []
        assert window.run("return document.title") != "owned"
        text = window.run("return document.body.innerText")
        assert "17 of 20" in text and "8-gram" in text and "3.0 M" in text and "promoted" in text
        assert "Lean calls per problem" in text
        assert "9 of 12" in text and "the higher score 81 % of the time" in text
        window.run("document.querySelectorAll('details').forEach((it) => { it.open = true; })")
        assert "document.title" in window.run("return document.querySelector('.failures pre').innerText")
        assert window.run("return document.documentElement.scrollWidth <= window.innerWidth")
    finally:
        window.close()


def test_a_plot_of_nothing_says_so() -> None:
    assert "nothing yet" in plot([Line("x", [])], "step")
    assert "nothing yet" in plot([Line("x", [(1, float("nan"))])], "step")

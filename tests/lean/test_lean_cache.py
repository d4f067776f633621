"""Answers of Lean that are kept: they are what they were, at the cost they had, and Lean is asked once."""

from __future__ import annotations

from pathlib import Path

import pytest

from prover.bench.comparison import compare_runs
from prover.bench.folder import open_run, read_run
from prover.bench.run import run
from prover.bench.summary import CACHE_NOTE, summarise
from prover.bench.watch import Quiet
from prover.config import SearchConfig
from prover.lean.cache import CachedSession, LeanCache, cached
from prover.lean.context import context
from prover.lean.embedded.install import Installation
from prover.lean.embedded.session import EmbeddedSession
from prover.lean.embedded.verify import EmbeddedVerifier
from prover.lean.pool import Pool
from prover.lean.session import Limits
from prover.policies.templates.automation import AutomationPolicy
from prover.prove import prove
from prover.runs.threads import Threads
from prover.strategies import StrategySpec
from prover.types import Focus, Goal, Problem, ProofState, Tactic
from search.types import Advanced, Budget, Cost, Rejected, RejectionKind, Salvaged, Solved, Step
from tests.bench import toy
from tests.bench.test_bench_run import go, outcomes

GOALS = (Goal("case a\nx : ℝ\nh : 0 < x\n⊢ x ≠ 0", 2**61 + 3, "a", (), "x ≠ 0"), Goal("⊢ True", 5, None, (), "True"))
STATE = ProofState("p:1", GOALS, (Tactic("intro x"), Focus((0, 1))), ((0,), (1,)))
COST = Cost(lean_calls=2, heartbeats=700, lean_seconds=0.25)


class OneAnswer(toy.ToySession):
    """A session that always answers the same, and counts."""

    def __init__(self, step: Step[ProofState]) -> None:
        super().__init__()
        self.answer, self.count = step, 0

    def step(self, state: ProofState, tactic: str) -> Step[ProofState]:
        self.count += 1
        return self.answer


@pytest.mark.parametrize(
    "step",
    [
        Solved(COST),
        Advanced(STATE, COST),
        Rejected(RejectionKind.ERROR, "no: « ✝", COST),
        Rejected(RejectionKind.HEARTBEATS, "too long", COST, Salvaged("norm_num", STATE)),
    ],
)
def test_answers_come_back_as_they_were(step: Step[ProofState], tmp_path: Path) -> None:
    answers = LeanCache(tmp_path / "answers.sqlite")
    inner = OneAnswer(step)
    for limits in (Limits(), Limits(), Limits(heartbeats=5)):
        found = CachedSession(inner, answers, limits).step(STATE, "simp")
        assert found == step and found.cost == COST
        for kept, state in ((found, step), (getattr(found, "salvaged", None), getattr(step, "salvaged", None))):
            if isinstance(kept, Advanced | Salvaged) and isinstance(state, Advanced | Salvaged):
                assert (kept.state.trail, kept.state.parts) == (state.state.trail, state.state.parts)
                assert kept.state.text == state.state.text
    assert inner.count == 2, "once for each limit of a step"
    answers.close()


def test_what_is_no_verdict_is_asked_again(tmp_path: Path) -> None:
    inner = OneAnswer(Rejected(RejectionKind.CRASH, "gone", COST))
    session = CachedSession(inner, LeanCache(tmp_path / "answers.sqlite"), Limits())
    session.step(STATE, "simp")
    session.step(STATE, "simp")
    assert inner.count == 2


def test_a_grid_asks_lean_less_and_reports_the_same(tmp_path: Path) -> None:
    answers = LeanCache(tmp_path / "answers.sqlite")
    asked = {}
    for name, search in (("beam", toy.settings(strategy="beam")), ("mcts", toy.settings(strategy="mcts"))):
        toy.ToySession.asked = 0
        _shared(tmp_path / name, search, answers)
        asked[name] = toy.ToySession.asked
        go(tmp_path / f"{name}-alone", toy.toys(15), search)
        assert outcomes(tmp_path / name) == outcomes(tmp_path / f"{name}-alone")
    billed = sum(attempt.cost.lean_calls for attempt in read_run(tmp_path / "mcts").attempts)
    assert asked["mcts"] < billed / 2
    summary = summarise(read_run(tmp_path / "mcts"))
    assert CACHE_NOTE in summary.notes and "seconds" not in {curve.unit for curve in summary.curves}
    ratios = compare_runs(read_run(tmp_path / "beam"), read_run(tmp_path / "mcts")).comparison.ratios
    assert {ratio.unit for ratio in ratios} == {"steps", "lean_calls", "heartbeats"}


def _shared(folder: Path, search: SearchConfig, answers: LeanCache) -> None:
    dataset = toy.toys(15)
    with open_run(folder, toy.config(dataset, search), dataset) as opened:
        work = toy.OpenToys(search, answers=answers)
        run(opened, dataset.problems, work, Threads(search.workers), Quiet(), cached=True)


def test_a_file_that_is_damaged_or_cannot_be_written_is_no_reason_to_fail(tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.sqlite"
    damaged.write_bytes(b"not a database, but long enough to be taken for one " * 100)
    nowhere = tmp_path / "file"
    nowhere.write_text("")
    for path in (damaged, nowhere / "answers.sqlite"):
        answers = LeanCache(path)
        for number in range(3):
            answers.put(b"key", {"cost": {}})
            assert number == 0 or path is not damaged or answers.get(b"key") == {"cost": {}}
        answers.close()


def test_a_second_search_gives_the_same_row_without_asking_lean(lean: Installation, tmp_path: Path) -> None:
    problem = Problem(name="s", statement="theorem s (p q r : Prop) (hp : p) (hq : q) (hr : r) : (p ∧ q) ∧ r := by")
    answers, rows, asked = LeanCache(tmp_path / "answers.sqlite"), [], []

    class Asking(EmbeddedSession):
        def step(self, state: ProofState, tactic: str) -> Step[ProofState]:
            asked.append(tactic)
            return super().step(state, tactic)

    verifier = EmbeddedVerifier(lean, Limits())
    for _ in range(2):
        with Pool(cached(lambda: Asking(lean, context("core"), Limits()), answers, Limits())) as pool:
            row = prove(problem, pool, verifier, AutomationPolicy(), StrategySpec(), Budget(lean_calls=40)).attempt
            rows.append(row.model_dump(exclude={"cost": {"wall_seconds", "policy_seconds"}, "first_success": True}))
            asked.append("--")
    verifier.close()
    assert rows[0] == rows[1] and rows[0]["status"] == "proved"
    assert len(asked) > 2 and asked[-2:] == ["--", "--"]

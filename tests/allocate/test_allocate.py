"""One budget over a whole run: the model learns, the replay is exact, and an interruption changes no decision."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from prover.allocate.model import AllocationModel, fit, read_model
from prover.allocate.replay import area, evaluate, first_bit, index, ordered, proved_by, spend, uniform
from prover.allocate.run import MOST, OpenAllocated, allocate, check
from prover.allocate.trace import FEATURES, Call, Trace, traces
from prover.bench.folder import open_run, read_run
from prover.bench.run import run as run_bench
from prover.bench.summary import summarise
from prover.bench.watch import Quiet
from prover.cli import run
from prover.config import search_config
from prover.errors import DataError, UsageError
from prover.lean.cache import LeanCache
from prover.runs.meter import Account
from prover.runs.solver import Solver
from prover.runs.threads import Threads
from tests.bench import toy

Capture = pytest.CaptureFixture[str]


def made(name: str, calls: int, proved: bool, root: str = "n : ℕ\n⊢ n = n", seconds: float = 0.5) -> Trace:
    call = Call(1, seconds, False, "error", "no progress", "simp", -1.0, 0, ())
    return Trace(name, root, (call,) * calls, proved)


def many() -> list[Trace]:
    """Return problems whose goal tells that they are hopeless: those about sums are never proved."""
    hard = "n : ℕ\nh : 3 < n\n⊢ ∑ i ∈ Finset.range n, i < 7"
    easy = [made(f"easy_{number}", 3 + number % 9, True) for number in range(40)]
    return easy + [made(f"hard_{number}", 60, False, hard) for number in range(40)]


@pytest.fixture(scope="module")
def model() -> AllocationModel:
    return fit(many())


class TestReplay:
    def test_the_halves_are_by_name_and_the_model_learns_what_the_statement_tells(self) -> None:
        known = many()
        found = evaluate(known, "made")
        halves = [first_bit(trace.name) for trace in known]
        assert (found.fitted_on, found.problems) == (halves.count(0), halves.count(1))
        calls = found.units[0]
        assert calls.unit == "lean_calls" and calls.allocated_area > calls.uniform_area
        assert calls.area.low > 0 and calls.allocated_90 < calls.uniform_90
        assert all(point.allocated >= point.uniform for point in calls.points)

    def test_both_allocations_spend_the_same_and_prove_the_same_in_the_end(self, model: AllocationModel) -> None:
        known = many()
        for unit in ("lean_calls", "lean_seconds"):
            plain = spend(known, uniform(unit), unit, 4)
            chosen = spend(known, index(model, unit), unit, 4)
            whole = sum(cost for cost, _ in plain)
            assert whole == pytest.approx(sum(cost for cost, _ in chosen))
            assert proved_by(plain, whole) == proved_by(chosen, whole) == 40
            assert whole == sum(trace.total if unit == "lean_calls" else trace.seconds for trace in known)

    def test_the_shortcut_of_the_bootstrap_is_the_replay(self, model: AllocationModel) -> None:
        known, worth = many(), index(model, "lean_calls")
        slow = spend(known, worth, "lean_calls", 4)
        quick = [(cost, proved) for _, cost, proved in ordered(known, worth, "lean_calls", 4)]
        assert area(quick, 80) == area(slow, 80)

    def test_features_see_nothing_of_what_comes_later(self) -> None:
        long, short = made("a", 40, False), made("a", 8, True)
        assert long.features(8) == short.features(8) and len(long.features(0)) == len(FEATURES)

    def test_nothing_to_learn_from_is_said(self) -> None:
        with pytest.raises(DataError, match="a model needs both"):
            fit([made("a", 9, False)])
        with pytest.raises(DataError, match="a model needs both"):
            fit([made("a", 1, True)])


class TestModelFile:
    @pytest.mark.parametrize("content", [b"", b"{}", b"\xff\xfe", b'{"format": "other"}'])
    def test_a_file_that_is_no_model(self, tmp_path: Path, content: bytes) -> None:
        (tmp_path / "model.json").write_bytes(content)
        with pytest.raises(DataError, match="is no allocation model"):
            read_model(tmp_path / "model.json")

    def test_a_model_of_other_features(self, model: AllocationModel, tmp_path: Path) -> None:
        other = model.model_copy(update={"features": ("calls",)})
        (tmp_path / "model.json").write_text(other.model_dump_json(), encoding="utf-8")
        with pytest.raises(DataError, match="another version"):
            read_model(tmp_path / "model.json")


def opener(search: object, account: Account, answers: LeanCache) -> Solver:
    return toy.solver(search, account, answers=answers)  # type: ignore[arg-type]


class Interrupted(Exception):
    """Stands for a kill at a chosen moment."""


def spent_on(
    folder: Path, model: AllocationModel, workers: int = 1, stop: Callable[[str], None] = lambda stage: None
) -> dict[str, int]:
    dataset, search = toy.toys(24), toy.settings(budget="lean_calls=10")
    config = toy.config(dataset, search).model_copy(update={"allocation": "a" * 64})
    with open_run(folder, config, dataset) as opened:
        cache = folder / "answers.sqlite"
        given = allocate(opened.store, dataset.problems, search, model, cache, workers=workers, tell=stop, make=opener)
        run_bench(
            opened,
            dataset.problems,
            OpenAllocated(search, given, cache, opener),
            Threads(workers),
            Quiet(),
            cached=True,
        )
        return given


class TestRun:
    def test_the_sum_is_kept_and_every_problem_has_a_row(self, model: AllocationModel, tmp_path: Path) -> None:
        given = spent_on(tmp_path / "run", model)
        found = read_run(tmp_path / "run")
        assert len(found.attempts) == len(given) == 24
        assert sum(attempt.cost.lean_calls for attempt in found.attempts) <= 240
        assert max(given.values()) > 10 and max(given.values()) <= 10 * MOST, "nobody was given more than the mean"
        assert all(attempt.cost.lean_calls <= given[attempt.problem] for attempt in found.attempts)
        summary = summarise(found)
        assert not summary.curves and any("--allocate" in note for note in summary.notes)

    def test_another_model_is_another_run(self, model: AllocationModel, tmp_path: Path) -> None:
        spent_on(tmp_path / "run", model)
        dataset, search = toy.toys(24), toy.settings(budget="lean_calls=10")
        plain = toy.config(dataset, search)
        with pytest.raises(DataError, match="allocation"), open_run(tmp_path / "run", plain, dataset):
            pass
        assert plain.sha256 != plain.model_copy(update={"allocation": "b" * 64}).sha256

    def test_no_call_is_made_twice(self, model: AllocationModel, tmp_path: Path) -> None:
        before = toy.ToySession.asked
        spent_on(tmp_path / "run", model)
        asked = toy.ToySession.asked - before
        rows = read_run(tmp_path / "run").attempts
        assert asked == sum(attempt.cost.lean_calls for attempt in rows), "slices are answered from the cache"

    def test_workers_and_interruptions_change_nothing(self, model: AllocationModel, tmp_path: Path) -> None:
        whole = spent_on(tmp_path / "whole", model)
        assert spent_on(tmp_path / "two", model, workers=2) == whole

        def stop(line: str) -> None:
            raise Interrupted(line)

        for _ in range(40):
            try:
                assert spent_on(tmp_path / "cut", model, stop=stop) == whole
                break
            except Interrupted:
                pass
        else:
            pytest.fail("the run never ended")

    @pytest.mark.parametrize(
        ("search", "samples", "deterministic", "sentence"),
        [
            (search_config(budget="seconds=5"), 1, True, "spends Lean calls and nothing else"),
            (search_config(budget="lean_calls=5,seconds=5"), 1, True, "spends Lean calls and nothing else"),
            (search_config(budget="lean_calls=5"), 2, True, "leave --samples out"),
            (search_config(budget="lean_calls=5"), 1, False, "answers the same each time"),
        ],
    )
    def test_what_cannot_be_allocated(self, search: object, samples: int, deterministic: bool, sentence: str) -> None:
        with pytest.raises(UsageError, match=sentence):
            check(search, samples, deterministic)  # type: ignore[arg-type]


class TestCommand:
    def test_a_run_is_reported_and_its_model_written(self, tmp_path: Path, capsys: Capture) -> None:
        dataset, search = toy.toys(60), toy.settings(budget="lean_calls=40")
        with open_run(tmp_path / "run", toy.config(dataset, search), dataset) as opened:
            run_bench(opened, dataset.problems, toy.OpenToys(search), Threads(2), Quiet())
        assert len(traces(read_run(tmp_path / "run"))) == 60
        model = tmp_path / "model.json"
        assert run(["allocate", str(tmp_path / "run"), "--out", str(model), "--json"]) == 0
        found = json.loads(capsys.readouterr().out)
        assert [unit["unit"] for unit in found["units"]] == ["lean_calls", "lean_seconds"]
        assert read_model(model).rows > 60
        assert run(["allocate", str(tmp_path / "run"), "--swap"]) == 0
        assert "90 % of the proofs after" in capsys.readouterr().out

    @pytest.mark.parametrize(
        ("arguments", "sentence"),
        [
            (["allocate", "nowhere"], "is no run"),
            (["allocate", "nowhere", "--slice", "0"], "--slice"),
            (["bench", "x", "--out", "o", "--allocate", "none.json", "--no-cache"], "x"),
        ],
    )
    def test_bad_input(self, arguments: list[str], sentence: str, capsys: Capture) -> None:
        assert run(arguments) == 2
        said = capsys.readouterr().err
        assert sentence in said and "Traceback" not in said

"""What a run comes to, and how two runs compare."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from prover.bench.comparison import compare_all, compare_runs
from prover.bench.folder import Run, read_run
from prover.bench.summary import CORE_NOTE, Summary, summarise
from prover.errors import DataError, UsageError
from prover.policies.fingerprint import code_sha256
from prover.problems.dataset import Dataset
from prover.problems.fault import Fault, Kind
from prover.prove import Outcome
from prover.report.write import write_grid_report, write_report
from prover.runs.work import Solve
from prover.types import Attempt, Problem
from tests.bench import toy
from tests.bench.test_bench_run import go

NAMES = [f"toy_{number}" for number in range(20)]


def made(folder: Path, proved: set[str], faults: dict[str, Kind] | None = None, **given: str | int) -> Run:
    """Return a run of 20 problems in which exactly those are proved, each at 7 Lean calls."""
    samples = int(given.pop("samples", 1))
    marks = {name: Fault(name=name, kind=kind, why="by design") for name, kind in (faults or {}).items()}
    go(folder, toy.toys(20, marks), toy.settings(**given), solve=_solver(proved), samples=samples)
    return read_run(folder)


def _solver(proved: set[str]) -> Solve:
    def solve(problem: Problem, seed: int) -> Outcome:
        won = problem.name in proved and (seed % 2 == 0 or problem.name == "toy_0")
        row = {
            "problem": problem.name, "statement_sha256": problem.statement_sha256, "policy": "toy", "seed": seed,
            "strategy": "best-first", "status": "proved" if won else "unproved", "proof": "simp" if won else None,
            "stop": "solved" if won else "budget", "limit": None if won else "lean_calls", "axioms": [],
            "cost": {"lean_calls": 7 if won else 40, "wall_seconds": 0.5},
            "first_success": {"lean_calls": 7.0} if won else None,
        }  # fmt: skip
        return Outcome(Attempt.model_validate(row), None)

    return solve


class TestSummary:
    def test_headline(self, tmp_path: Path) -> None:
        found = summarise(made(tmp_path, {"toy_1", "toy_2", "toy_3"}))
        assert (found.proved, found.problems, found.finished) == (3, 20, True)
        assert found.share.value == 0.15 and found.share.low < 0.15 < found.share.high
        assert found.statuses == {"proved": 3, "refuted": 0, "unproved": 17, "error": 0}
        assert found.cost.lean_calls == 3 * 7 + 17 * 40 and found.cost_of_proofs.lean_calls == 21
        assert sum(group.problems for group in found.strata) == 20

    def test_proofs_of_faulty_statements_are_counted_apart(self, tmp_path: Path) -> None:
        faults: dict[str, Kind] = {"toy_1": "vacuous", "toy_2": "degenerate", "toy_3": "vacuous"}
        found = summarise(made(tmp_path, {"toy_1", "toy_2", "toy_5"}, faults))
        assert found.faulty == {"false": (), "vacuous": ("toy_1",), "degenerate": ("toy_2",)}
        assert not any("ALARM" in note for note in found.notes)

    def test_a_proof_of_a_false_statement_is_an_alarm(self, tmp_path: Path) -> None:
        found = summarise(made(tmp_path, {"toy_1"}, {"toy_1": "false", "toy_2": "false"}))
        assert found.notes[0].startswith("ALARM: a statement that is marked false was proved (toy_1)")

    def test_the_denominator_holds_while_a_run_is_unfinished(self, tmp_path: Path) -> None:
        whole = made(tmp_path, {"toy_0"})
        found = summarise(Run(whole.path, whole.config, whole.asked, whole.attempts[:5], whole.segments, ()))
        assert (found.problems, found.proved, found.finished) == (20, 1, False)
        assert found.not_attempted == tuple(NAMES[5:])
        assert any("unfinished" in note for note in found.notes)

    def test_says_that_core_is_not_the_official_setting(self, tmp_path: Path) -> None:
        assert CORE_NOTE in summarise(made(tmp_path, set())).notes

    def test_says_that_clocks_decide_where_they_do(self, tmp_path: Path) -> None:
        notes = summarise(made(tmp_path, set(), budget="seconds=5")).notes
        assert any("depend on the machine" in note for note in notes)

    def test_no_curves_for_a_strategy_that_reads_its_budget(self, tmp_path: Path) -> None:
        found = summarise(made(tmp_path, {"toy_1"}, strategy="subgoal"))
        assert found.curves == () and "subgoal reads its budget" in found.no_curves

    def test_curves_end_at_what_was_proved(self, tmp_path: Path) -> None:
        (curve,) = [
            curve for curve in summarise(made(tmp_path, {"toy_1", "toy_2"})).curves if curve.unit == "lean_calls"
        ]
        assert [(point.cost, point.solved) for point in curve.points] == [(0, 0), (7, 2), (40, 2)]
        assert curve.exact_until is None

    def test_pass_at_k_of_samples(self, tmp_path: Path) -> None:
        run = made(tmp_path, {"toy_0", "toy_1"}, policy="hf:model?temperature=0.8", samples=4)
        found = summarise(run, [3])
        assert found.proved == 2
        # toy_0 is proved by all four samples, toy_1 by two of them.
        assert {figure.k: figure.share.value for figure in found.pass_at_k} == pytest.approx(
            {1: 1.5 / 20, 2: (1 + 5 / 6) / 20, 3: 2 / 20, 4: 2 / 20}
        )

    def test_pass_at_k_is_refused_where_it_means_nothing(self, tmp_path: Path) -> None:
        copies = made(tmp_path / "copies", {"toy_0"}, samples=2)
        assert summarise(copies).pass_at_k == () and "always gives the same answer" in summarise(copies).no_pass_at_k
        with pytest.raises(UsageError, match="independent samples"):
            summarise(copies, [1])
        with pytest.raises(UsageError, match="needs 8 samples"):
            summarise(made(tmp_path / "few", set(), policy="hf:m", samples=2), [8])


class TestReports:
    def test_state_what_a_report_has_to_state(self, tmp_path: Path) -> None:
        run = made(tmp_path, {"toy_1"}, policy="hf:some/model?recipe=chat&temperature=0.7", seed=3)
        summary = write_report(tmp_path)
        config = run.config
        for name in ("report.md", "report.html", "report.json"):
            text = (tmp_path / name).read_text()
            for said in (
                "4.0.0-toy", "embedded", config.lean.context_sha256, "core", "toys", config.dataset.statements_sha256,
                "f" * 64, "hf:some/model", "chat/1", "temperature", "best-first", "lean_calls", "20",
                summary.segments[0].machine.cpu, summary.config_sha256, "not the official Mathlib setting",
            ):  # fmt: skip
                assert said in text, f"{name} does not say {said}"
        assert Summary.model_validate_json((tmp_path / "report.json").read_bytes()) == summary

    def test_of_nothing_yet(self, tmp_path: Path) -> None:
        whole = made(tmp_path, set())
        (tmp_path / "attempts.jsonl").write_bytes(b"")
        assert write_report(tmp_path).proved == 0
        assert len(whole.attempts) == 20


class TestCompare:
    def test_pairs_problems(self, tmp_path: Path) -> None:
        first = made(tmp_path / "one", {"toy_1", "toy_2"})
        second = made(tmp_path / "two", {"toy_2", "toy_3", "toy_4"}, strategy="mcts")
        found = compare_runs(first, second)
        assert (found.first, found.second) == ("one", "two")
        assert found.comparison.wins == ("toy_3", "toy_4") and found.comparison.losses == ("toy_1",)
        assert any(line.startswith("search.strategy: best-first here, mcts there") for line in found.settings)
        ratio = next(ratio for ratio in found.comparison.ratios if ratio.unit == "lean_calls" and ratio.over == "all")
        assert ratio.ratio.value == pytest.approx((3 * 7 + 17 * 40) / (2 * 7 + 18 * 40))

    def test_refuses_what_cannot_be_paired(self, tmp_path: Path) -> None:
        first = made(tmp_path / "one", set())
        go(tmp_path / "two", toy.toys(3), toy.settings())
        with pytest.raises(DataError, match=r"asked different statements, 17 of them"):
            compare_runs(first, read_run(tmp_path / "two"))
        half = Run(first.path, first.config, first.asked, first.attempts[:9], first.segments, ())
        with pytest.raises(DataError, match="unfinished, 11 attempts are missing"):
            compare_runs(first, half)

    def test_p_values_of_a_grid_are_adjusted(self, tmp_path: Path) -> None:
        runs = [made(tmp_path / "a", set()), made(tmp_path / "b", set(NAMES[:6])), made(tmp_path / "c", set(NAMES[:7]))]
        found = compare_all(runs)
        assert [(comparison.first, comparison.second) for comparison in found] == [("a", "b"), ("a", "c"), ("b", "c")]
        raw = [entry.comparison.p_value for entry in found]
        assert raw == pytest.approx([2 / 64, 2 / 128, 1.0])
        assert [comparison.adjusted_p_value for comparison in found] == pytest.approx([2 * 2 / 64, 3 * 2 / 128, 1.0])

    def test_a_grid_has_one_report(self, tmp_path: Path) -> None:
        for name, proved in (("a", {"toy_1"}), ("b", {"toy_1", "toy_2"})):
            made(tmp_path / name, proved)
        report = write_grid_report(tmp_path, [tmp_path / "a", tmp_path / "b"])
        assert [run.proved for run in report.runs] == [1, 2] and len(report.comparisons) == 1
        assert json.loads((tmp_path / "report.json").read_bytes())["names"] == ["a", "b"]
        assert "After Holm, p = 1." in (tmp_path / "report.md").read_text()
        assert 'href="a/report.html"' in (tmp_path / "report.html").read_text()


def test_a_dataset_that_says_so_is_of_another_digest() -> None:
    one, other = toy.toys(3), Dataset("other", "", toy.toys(4).problems[:3], "elsewhere", (), {})
    assert one.statements_sha256 == other.statements_sha256
    assert one.statements_sha256 != toy.toys(4).statements_sha256


def test_the_code_of_a_policy_is_pinned_and_no_other(tmp_path: Path) -> None:
    pack = tmp_path / "pack"
    pack.mkdir()
    texts = {"main.py": "from pack.part import x", "part.py": "import json", "part.json": "{}", "other.py": ""}
    for name, text in texts.items():
        (pack / name).write_text(text)
    hashes = [code_sha256(pack / "main.py")]
    for name, text in texts.items():
        (pack / name).write_text(f"{text}\n")
        hashes.append(code_sha256(pack / "main.py"))
    assert len(set(hashes)) == 4 and hashes[3] == hashes[4], "only other.py makes no difference"

"""`prover bench`, `compare`, `report` and `data` as users and scripts call them, on toys in place of Lean."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from prover import cli
from prover.bench import run as bench_run
from prover.bench.folder import read_run
from prover.config import SearchConfig
from prover.lean.cache import LeanCache
from prover.runs import solver as solvers
from prover.runs.meter import Account
from tests.bench import toy

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _toys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Toys in place of Lean, a dataset of them, and folders of the test's own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PROOFSMITH_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("PROOFSMITH_DATA", raising=False)
    monkeypatch.setattr(solvers, "lean_info", lambda search, progress: toy.LEAN)
    monkeypatch.setattr(bench_run, "open_solver", _solver)
    rows = [{"name": problem.name, "formal_statement": problem.statement} for problem in toy.toys(8).problems]
    Path("toys.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))


def _solver(search: SearchConfig, account: Account, answers: LeanCache | None, model: None) -> solvers.Solver:
    return toy.solver(search, account, answers=answers)


def bench(*arguments: str) -> int:
    return cli.run(["bench", "toys.jsonl", "--budget", "lean_calls=40", *arguments])


class TestBench:
    def test_runs_reports_and_resumes(self, capfd: Capture) -> None:
        assert bench("--out", "run") == 0
        out, err = capfd.readouterr()
        proved = sum(attempt.status == "proved" for attempt in read_run(Path("run")).attempts)
        assert f"{proved} of 8 proved: " in out and "run/report.html" in out
        assert err.count("[") == 8 and "[8/8]" in err and "/min" in err
        for name in ("config.json", "attempts.jsonl", "report.json", "report.md", "report.html"):
            assert (Path("run") / name).is_file()
        assert bench("--out", "run") == 0
        assert "[" not in capfd.readouterr().err, "nothing was left to do"

    def test_json_is_one_document(self, capfd: Capture) -> None:
        assert bench("--out", "run", "--json") == 0
        document = json.loads(capfd.readouterr().out)
        assert document == json.loads((Path("run") / "report.json").read_bytes())
        row = json.loads((Path("run") / "attempts.jsonl").read_bytes().splitlines()[0])
        fields = "problem statement_sha256 status proof verdict axioms lean policy strategy seed cost"
        assert set(fields.split()) <= set(row)
        assert row["problem"] == "toy_0"

    def test_takes_some(self, capfd: Capture) -> None:
        assert bench("--out", "run", "--match", "[2-6]", "--limit", "3") == 0
        run = read_run(Path("run"))
        assert [entry.problem.name for entry in run.asked] == ["toy_2", "toy_3", "toy_4"]
        assert run.config.dataset.selection == "match=[2-6] limit=3"

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["--out", "run", "--match", "nothing"], "no problem of toys.jsonl is called anything like 'nothing'"),
            (["--out", "run", "--match", "("], "is no regular expression"),
            (["--out", "run", "--policy", "hf"], "--policy: hf needs PATH_OR_ID"),
            (["--out", "run", "--split", "test", "--limit", "0"], "--limit"),
            (["--out", "."], "is not empty and holds no run"),
            ([], "--out"),
        ],
    )
    def test_usage_is_one_sentence(self, capfd: Capture, arguments: list[str], said: str) -> None:
        assert bench(*arguments) == 2
        err = capfd.readouterr().err
        assert said in err and "Traceback" not in err and len(err.strip().splitlines()) == 1

    def test_another_configuration_says_what_differs(self, capfd: Capture) -> None:
        assert bench("--out", "run") == 0
        assert bench("--out", "run", "--seed", "4") == 2
        assert "search.seed: 0 here, 4 there" in capfd.readouterr().err


class TestGrid:
    def test_every_cell_is_a_run(self, capfd: Capture) -> None:
        axes = 'strategies = ["best-first", "mcts?parallel=2"]\nbudgets = ["steps=5", "steps=30"]\n'
        Path("grid.toml").write_text(axes)
        assert cli.run(["bench", "toys.jsonl", "--grid", "grid.toml", "--out", "sweep", "--json"]) == 0
        document = json.loads(capfd.readouterr().out)
        names = [f"{strategy}__steps={steps}" for strategy in ("best-first", "mcts_parallel=2") for steps in (5, 30)]
        assert document["names"] == names and len(document["comparisons"]) == 6
        assert all((Path("sweep") / name / "report.html").is_file() for name in names)
        proved = [run["proved"] for run in document["runs"]]
        assert proved[0] <= proved[1] and proved[2] <= proved[3]
        assert cli.run(["report", "sweep", "--json"]) == 0
        assert set(json.loads(capfd.readouterr().out)["names"]) == set(names)

    @pytest.mark.parametrize(
        ("text", "arguments", "said"),
        [
            ("seed = 1", [], "is no grid: it lists none of strategies, policies, budgets"),
            ("strategies = 'beam'", [], "strategies of grid.toml has to be a list"),
            ("strategies = ['beam', 'beam']", [], "lists something twice: beam"),
            ("strategies = ['bean']", [], "there is no strategy 'bean'"),
            ("strategies = ['beam']", ["--strategy", "mcts"], "--strategy and --grid exclude each other"),
        ],
    )
    def test_usage(self, capfd: Capture, text: str, arguments: list[str], said: str) -> None:
        Path("grid.toml").write_text(text)
        assert cli.run(["bench", "toys.jsonl", "--grid", "grid.toml", "--out", "sweep", *arguments]) == 2
        assert said in capfd.readouterr().err


class TestCompareAndReport:
    def test_compare(self, capfd: Capture) -> None:
        assert bench("--out", "one") == 0
        assert bench("--out", "two", "--strategy", "beam") == 0
        capfd.readouterr()
        assert cli.run(["compare", "one", "two"]) == 0
        out = capfd.readouterr().out
        for said in ("8 problems", "McNemar", "95%", "bootstrap", "lean_calls", "best-first here, beam there"):
            assert said in out
        assert cli.run(["compare", "one", "two", "--json"]) == 0
        assert json.loads(capfd.readouterr().out)["comparison"]["problems"] == 8
        assert cli.run(["compare", "one", "nowhere"]) == 2
        assert "nowhere is no run" in capfd.readouterr().err

    def test_report(self, capfd: Capture) -> None:
        assert bench("--out", "run", "--samples", "2", "--strategy", "best-of-n?n=1") == 0
        capfd.readouterr()
        assert cli.run(["report", "run"]) == 0
        assert capfd.readouterr().out.strip() == "run/report.html"
        assert cli.run(["report", "run", "--k", "2"]) == 2
        assert "independent samples" in capfd.readouterr().err
        Path("empty").mkdir()
        assert cli.run(["report", "empty"]) == 2
        assert "is no run" in capfd.readouterr().err


class TestData:
    def test_list(self, capfd: Capture) -> None:
        assert cli.run(["data", "list"]) == 0
        out = capfd.readouterr().out
        assert "minif2f/valid " in out and "not here" in out and "lean_workbook/train" in out
        assert cli.run(["data", "list", "--json"]) == 0
        assert {dataset["name"] for dataset in json.loads(capfd.readouterr().out)} >= {"minif2f", "lean_workbook"}

    def test_show(self, capfd: Capture) -> None:
        assert cli.run(["data", "show", "toys.jsonl"]) == 0
        assert capfd.readouterr().out.split() == [f"toy_{number}" for number in range(8)]
        assert cli.run(["data", "show", "toys.jsonl", "toy_3"]) == 0
        assert "theorem toy_3 : game 3 := by" in capfd.readouterr().out
        assert cli.run(["data", "show", "toys.jsonl", "toy_3", "--json"]) == 0
        assert json.loads(capfd.readouterr().out)["stratum"] == "toy"
        assert cli.run(["data", "show", "toys.jsonl", "toy_9"]) == 2
        assert "has no problem 'toy_9'" in capfd.readouterr().err

    def test_get(self, capfd: Capture, tmp_path: Path) -> None:
        assert cli.run(["data", "get", "minif3f"]) == 2
        assert "there is no dataset 'minif3f'" in capfd.readouterr().err
        assert cli.run(["data", "get", "minif2f", "--from", str(tmp_path)]) == 2
        assert "has no datasets/minif2f.jsonl of deepseek-ai/DeepSeek-Prover-V1.5" in capfd.readouterr().err
        assert cli.run(["data", "get", "minif2f", "--from", "nowhere"]) == 2
        assert "--from nowhere is no folder" in capfd.readouterr().err

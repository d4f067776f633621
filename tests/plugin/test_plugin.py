"""A package that is installed beside this one adds a policy, a strategy, a backend, a learner and a dataset.

It is built as a wheel and installed into a fresh environment, in which the command line, `doctor` and the library see
what it brings; from a wheel without entry points nothing is seen.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = Path(__file__).parent / "package"


class Environment:
    """A fresh environment that sees this one's packages, this repository and the wheel of a plug-in."""

    def __init__(self, folder: Path, wheel: Path) -> None:
        venv.create(folder / "venv", with_pip=False)
        self.python = folder / "venv" / "bin" / "python"
        site = Path(
            self.run("-c", "import sysconfig; print(sysconfig.get_path('purelib'))", here=folder).stdout.strip()
        )
        # The packages that this interpreter has, without their own plug-ins of the same name.
        (site / "outside.pth").write_text(f"{ROOT}\n{sysconfig.get_path('purelib')}\n", encoding="utf-8")
        pip = ("-m", "pip", "install", "--quiet", "--no-index", "--no-deps", str(wheel))
        done = self.run(*pip, here=folder)
        assert done.returncode == 0, done.stderr
        self.folder = folder

    def run(self, *arguments: str, here: Path | None = None, **more: str) -> subprocess.CompletedProcess[str]:
        given = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")} | more
        return subprocess.run(
            [str(self.python), *arguments], cwd=here or self.folder, env=given, capture_output=True, text=True,
            timeout=300,
        )  # fmt: skip

    def prover(self, *arguments: str, **more: Any) -> subprocess.CompletedProcess[str]:
        return self.run("-c", "from prover.cli import main; main()", *arguments, **more)


def built(source: Path, folder: Path) -> Path:
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(source)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(folder.glob("toy_prover-*.whl"))


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    folder = tmp_path_factory.mktemp("plugin")
    return Environment(folder, built(PACKAGE, folder / "wheel"))


@pytest.fixture(scope="module")
def without(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """The same package, its entry points removed."""
    folder = tmp_path_factory.mktemp("mute")
    shutil.copytree(PACKAGE, folder / "source")
    project = folder / "source" / "pyproject.toml"
    lines = project.read_text("utf-8").split("[project.entry-points")
    rest = lines[-1].partition("[tool.")
    project.write_text(f"{lines[0]}[tool.{rest[2]}", encoding="utf-8")
    return Environment(folder, built(folder / "source", folder / "wheel"))


TOY = ("--lean", "toy-lean", "--policy", "toy", "--strategy", "toy-first")


def test_proves_with_a_policy_a_strategy_and_a_lean_of_its_own(environment: Environment) -> None:
    done = environment.prover("prove", "toy-sums/all", *TOY, "--no-cache", "--json")
    assert done.returncode == 1, done.stderr
    rows = {row["problem"]: row for row in json.loads(done.stdout)}
    assert {name: row["status"] for name, row in rows.items()} == {
        "two": "proved", "nine": "proved", "wrong": "unproved",
    }  # fmt: skip
    nine = rows["nine"]
    assert (nine["policy"], nine["strategy"], nine["lean"]["backend"]) == ("toy", "toy-first", "toy-lean")
    assert (nine["proof"], nine["cost"]["lean_calls"]) == ("9", 10)
    assert "not the sum" in rows["wrong"]["message"]


def test_settings_and_options_are_the_packages_own(environment: Environment) -> None:
    problem = ("prove", "toy-sums", "--name", "nine", "--lean", "toy-lean", "--no-cache", "--json")
    done = environment.prover(*problem, "--policy", "toy?least=9", "--strategy", "toy-first?depth=1")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["cost"]["lean_calls"] == 1
    refused = environment.prover(*problem, "--policy", "toy?leats=9")
    assert refused.returncode == 2
    assert "toy has no setting 'leats'; it has least; did you mean least?" in refused.stderr


def test_verifies_sets_up_and_lists(environment: Environment) -> None:
    statement = "theorem t : 1 + 2 = 3 := by"
    assert environment.prover("verify", statement, "3", "--lean", "toy-lean").returncode == 0
    assert environment.prover("verify", statement, "4", "--lean", "toy-lean").returncode == 1
    ready = environment.prover("setup", "--lean", "toy-lean", "--json")
    assert json.loads(ready.stdout)["version"] == "toy 1", ready.stderr
    known = json.loads(environment.prover("data", "list", "--json").stdout)
    splits = {source["name"]: list(source["splits"]) for source in known}
    assert splits["toy-sums"] == ["all"] and "valid" in splits["minif2f"]
    said = "".join(environment.prover("prove", "--help").stdout.split())  # long lines are broken at hyphens
    assert all(name in said for name in ("toy-lean", "toy-first", ",toy,"))


def test_doctor_names_the_package(environment: Environment, tmp_path: Path) -> None:
    # Embedded Lean, whose every file it would hash, is not in this cache.
    checks = json.loads(environment.prover("doctor", "--json", PROOFSMITH_CACHE=str(tmp_path)).stdout)["checks"]
    found = {(check["area"], check["name"]): check["detail"] for check in checks if "toy-prover 1.0" in check["detail"]}
    assert set(found) == {
        ("lean", "toy-lean"), ("policy", "toy"), ("strategy", "toy-first"), ("learner", "toy-learner"),
        ("dataset", "toy-sums"),
    }  # fmt: skip


def test_the_library_sees_them(environment: Environment) -> None:
    code = """
from pathlib import Path
from prover import Prover
from prover.learners import LEARNERS, LearnerSpec
with Prover(lean="toy-lean", policy="toy", strategy="toy-first", cache=False) as own:
    print([row.status for row in own.prove_many(["theorem a : 1 + 1 = 2 := by", "theorem b : 2 + 2 = 4 := by"])])
    print(own.verify("theorem a : 1 + 1 = 2 := by", "2").verdict)
learner = LearnerSpec.model_validate("toy-learner").make()
print(learner.train((), None, 0, Path("model")).preset, learner.policy(Path("model")).name)
"""
    done = environment.run("-c", code)
    assert done.stdout.splitlines() == ["['proved', 'proved']", "accepted", "toy automation"], done.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("prove", "1 + 1 := by", "--policy", "toy"), "there is no policy 'toy'"),
        (("prove", "1 + 1 := by", "--strategy", "toy-first"), "there is no strategy 'toy-first'"),
        (("prove", "1 + 1 := by", "--lean", "toy-lean"), "there is no Lean backend 'toy-lean'"),
        (("prove", "toy-sums/all"), "'toy-sums/all' is neither a file, a folder nor a dataset"),
    ],
)
def test_without_its_entry_points_nothing_is_seen(
    without: Environment, arguments: tuple[str, ...], sentence: str
) -> None:
    done = without.prover(*arguments)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert without.run("-c", "import toy_prover").returncode == 0, "the package itself is there"

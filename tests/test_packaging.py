"""The wheel: what travels in it, and that it works in an environment that holds nothing else."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
import tomllib
import venv
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(folder.glob("proofsmith-*.whl"))


def sources(folder: str, pattern: str) -> set[str]:
    return {path.relative_to(ROOT).as_posix() for path in (ROOT / folder).rglob(pattern)}


def test_the_wheel_holds_the_packages_the_driver_and_the_lean_sources(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    # It travels under the name by which verifiers finds it (`tops` below).
    modules = sources("prover", "*.py") - {"prover/reward/taskset_module.py"}
    assert modules | sources("search", "*.py") | {"prover/py.typed"} <= names
    driver = sources("prover/lean/embedded/driver", "*.cjs")
    assert driver and driver <= names
    lean = {f"prover/{path}" for path in sources("lean_project", "*.lean")}
    assert "prover/lean_project/Core.lean" in lean and lean <= names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    tops = {name.split("/")[0] for name in names}
    # The last is where verifiers looks for a taskset of this name.
    assert tops == {"prover", "search", "proofsmith_lean.py", f"proofsmith-{PROJECT['version']}.dist-info"}


def test_every_import_is_a_declared_dependency() -> None:
    """What the packages import at the top of a module is in the core; what functions import may be an extra.

    Some folders are imported only where their extra is installed: finders of certificates, the server, the faces for
    trainers.
    """
    extras = {
        folder: {
            canonicalize_name(Requirement(line).name)
            for extra in names
            for line in PROJECT["optional-dependencies"][extra]
        }
        for folder, names in {
            "prover/policies/certificates/": ("certificates",),
            "prover/serve/": ("serve",),
            "prover/reward/": ("inspect", "lm-eval", "openenv", "verifiers"),
        }.items()
    }
    declared = {canonicalize_name(Requirement(line).name) for line in PROJECT["dependencies"]}
    more = (line for extra in PROJECT["optional-dependencies"].values() for line in extra)
    everything = declared | {canonicalize_name(Requirement(line).name) for line in more}
    owners = packages_distributions()
    for file in sorted(sources("prover", "*.py") | sources("search", "*.py")):
        tree = ast.parse((ROOT / file).read_text("utf-8"))
        top = set(tree.body)
        for node in ast.walk(tree):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                names = [node.module]
            for name in {name.split(".")[0] for name in names} - sys.stdlib_module_names - {"prover", "search"}:
                distributions = {canonicalize_name(owner) for owner in owners.get(name, [name])}
                allowed = declared if node in top else everything
                for folder, names_of_extra in extras.items():
                    allowed = allowed | (names_of_extra if file.startswith(folder) else set())
                assert distributions & allowed, f"{file} imports {name}, which pyproject.toml does not declare"


def test_python_versions_agree() -> None:
    assert PROJECT["requires-python"] == ">=3.11,<3.14"
    listed = [line.rsplit(" ", 1)[-1] for line in PROJECT["classifiers"] if line.startswith("Programming Language")]
    assert listed == ["3.11", "3.12", "3.13"]


def test_the_installed_wheel_proves(wheel: Path, tmp_path: Path, lean: object) -> None:
    venv.create(tmp_path / "venv", with_pip=False)  # the pip of this environment installs into that one
    binaries = tmp_path / "venv" / "bin"
    environment = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "VIRTUAL_ENV")}

    def call(*command: str) -> str:
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    pip = (sys.executable, "-m", "pip", "--python", str(binaries / "python"))
    call(*pip, "install", "--quiet", "--no-compile", str(wheel))
    prover = str(binaries / "prover")
    installed = json.loads(call(prover, "doctor", "--json"))
    assert installed["works"] is True
    assert f"{ROOT}/" not in json.dumps(installed)
    proof = json.loads(call(prover, "prove", "theorem t (a b : ℕ) : a + b = b + a := by", "--json"))
    assert proof["status"] == "proved"
    assert proof["verdict"] == "accepted"

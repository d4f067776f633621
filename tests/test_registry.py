"""One mechanism adds policies, strategies, backends and learners: names, SPECs, refusals, tables."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import Field

from prover.config import PolicySpec, StrategySpec
from prover.errors import SetupError, UsageError
from prover.lean.backend import BACKENDS, LeanSpec, backend
from prover.learners import LEARNERS, LearnerSpec
from prover.policies.entry import POLICIES, policy
from prover.problems.datasets import DATASETS, dataset_source
from prover.problems.target import read_target
from prover.registry import Entry, Registry, Spec
from prover.strategies import STRATEGIES, strategy
from prover.types import Frozen, Goal
from search import Options, SearchContext

REGISTRIES: list[Registry[Any]] = [POLICIES, STRATEGIES, BACKENDS, LEARNERS, DATASETS]


class ToySettings(Frozen):
    depth: int = Field(default=2, ge=1)


def toy(goal: Goal) -> list[str]:
    """Always the same tactic."""
    return ["trivial"]


@pytest.fixture(autouse=True)
def _only_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget what other tests of this process have registered, and what these do."""
    for registry in REGISTRIES:
        monkeypatch.setattr(registry, "_registered", {})
        monkeypatch.setattr(registry, "_loaded", {})


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A module of the user's own."""
    (tmp_path / "of_mine.py").write_text(
        '''
def propose(goal):
    """Try nothing but luck."""
    return ["trivial", ("omega", 0.25)]

def walk(run, options, seed):
    """Stop at once."""

def problems():
    """Two sums."""
    return ["theorem s : 1 + 1 = 2 := by", "theorem u : 2 + 2 = 4 := by"]

nothing = 3
''',
        encoding="utf-8",
    )
    (tmp_path / "broken_of_mine.py").write_text("import no_such_module_at_all\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    return "of_mine"


@pytest.mark.parametrize("registry", REGISTRIES, ids=lambda registry: registry.kind)
class TestEveryRegistry:
    def test_every_entry_says_what_it_is(self, registry: Registry[Entry[object]]) -> None:
        for name, entry in zip(registry.names(), registry.entries(), strict=True):
            assert entry.name == name and entry.summary and registry.origin(name) == ""
            assert entry.settings.model_config.get("frozen") and entry.settings.model_config.get("extra") == "forbid"

    def test_its_table_and_its_forms_list_every_entry(self, registry: Registry[Entry[object]]) -> None:
        table, forms = registry.table(), registry.forms()
        for entry in registry.entries():
            assert f"| `{entry.form}` | {entry.summary} |" in table
            assert entry.form in forms

    def test_an_unknown_name_is_refused_with_the_nearest(self, registry: Registry[Entry[object]]) -> None:
        name = registry.names()[0]
        with pytest.raises(UsageError, match=f"no {registry.kind} '{name}x'; there are .*; did you mean {name}"):
            registry.get(f"{name}x")

    def test_a_name_of_this_repository_cannot_be_taken(self, registry: Registry[Entry[object]]) -> None:
        entry = registry.entries()[0]
        with pytest.raises(UsageError, match="already; choose another name"):
            registry.register(entry)


class TestSpecs:
    @pytest.mark.parametrize(
        ("kind", "text"),
        [
            (PolicySpec, "automation"),
            (PolicySpec, "automation?premises=3"),
            (PolicySpec, "hf:org/model?beam=true&temperature=0.6"),
            (PolicySpec, "openai:http://host:8000/v1#m?price_in=1.5"),
            (StrategySpec, "mcts?intrinsic=true&widening=none"),
            (LeanSpec, "native"),
            (LearnerSpec, "tiny"),
        ],
    )
    def test_are_read_as_they_are_written(self, kind: type[Spec], text: str) -> None:
        assert str(kind.model_validate(text)) == text

    def test_equal_values_are_equal_specs(self) -> None:
        assert PolicySpec.model_validate("hf:m?temperature=0.60") == PolicySpec.model_validate("hf:m?temperature=0.6")

    def test_settings_are_those_of_the_model(self) -> None:
        assert PolicySpec.model_validate("automation?premises=3").read.premises == 3
        with pytest.raises(ValueError, match="keys come from the environment only"):
            PolicySpec.model_validate("openai:http://h#m?api_key=x")


class TestPython:
    def test_a_function_is_a_policy(self, module: str) -> None:
        spec = PolicySpec.model_validate(f"python:{module}:propose")
        assert spec.entry.summary == "Try nothing but luck."
        assert spec.make().name == f"python:{module}:propose"
        assert len(spec.sha256) == 64 and spec.deterministic

    def test_a_function_is_a_strategy(self, module: str) -> None:
        spec = StrategySpec.model_validate(f"python:{module}:walk?k=7")
        assert spec.chosen().options(width=3) == Options(k=7, width=3)

    def test_a_function_is_a_dataset(self, module: str) -> None:
        source = dataset_source(f"python:{module}:problems")
        assert (source.summary, source.splits) == ("Two sums.", ("all",))
        assert [problem.name for problem in read_target(f"python:{module}:problems")] == ["s", "u"]
        (found,) = read_target(f"python:{module}:problems/all", "u", "mathlib")
        assert (found.statement, found.context) == ("theorem u : 2 + 2 = 4 := by", "mathlib")

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("python:of_mine", "names nothing; write python:package.module:attribute"),
            ("python:of_mine:propos", "of_mine has no 'propos'; write the name of one; did you mean propose"),
            ("python:of_mine_too:propose", "cannot be imported .*check the name and PYTHONPATH"),
            ("python:broken_of_mine:x", "No module named 'no_such_module_at_all'"),
            ("python:of_mine:nothing", "is a int; name a function from a goal to tactics"),
            ("python:of_mine:propose?k=2", "has no setting 'k'; it takes none"),
        ],
    )
    def test_faults_are_one_sentence(self, module: str, text: str, said: str) -> None:
        with pytest.raises(ValueError, match=said):
            PolicySpec.model_validate(text)

    def test_what_is_no_backend_is_refused(self, module: str) -> None:
        with pytest.raises(UsageError, match=r"--lean: .*name a class with the methods of a Backend"):
            backend(f"python:{module}:nothing")


class TestDecorators:
    def test_a_decorated_function_is_a_policy_of_this_process(self) -> None:
        decorated = policy("toy-of-this-test", settings=ToySettings)(lambda goal, settings: ["skip"] * settings.depth)
        assert "toy-of-this-test" in POLICIES and POLICIES.origin("toy-of-this-test") == "this process"
        assert str(PolicySpec.model_validate("toy-of-this-test?depth=3")) == "toy-of-this-test?depth=3"
        policy("toy-of-this-test")(toy)  # a notebook cell that is run again
        assert PolicySpec.model_validate("toy-of-this-test").entry.summary == "Always the same tactic."
        assert decorated is not toy
        with pytest.raises(UsageError, match="there is a policy 'tiny' already"):
            policy("tiny")(toy)

    def test_a_decorated_function_is_a_strategy_of_this_process(self) -> None:
        @strategy("walk-of-this-test")
        def walk(run: SearchContext[object], options: Options, seed: int) -> None:
            """Walk."""

        assert STRATEGIES.get("walk-of-this-test").summary == "Walk."
        with pytest.raises(UsageError, match="there is a strategy 'mcts' already"):
            strategy("mcts")(walk)


def test_an_installed_package_that_cannot_be_imported_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = tmp_path / "broken_plugin-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: broken-plugin\nVersion: 1.0\n")
    (folder / "entry_points.txt").write_text("[proofsmith.policies]\nbroken = no_such_module_at_all:policy\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    fresh: Registry[Entry[object]] = Registry("policy", "proofsmith.policies", {}, lambda name, value: value)
    assert "broken" in fresh.names()
    assert fresh.origin("broken") == "broken-plugin 1.0"
    assert "broken" in fresh.forms()
    with pytest.raises(SetupError, match=r"the policy broken of broken-plugin 1\.0 cannot be imported .*uninstall it"):
        fresh.get("broken")


def test_nothing_heavy_is_imported_before_it_is_used() -> None:
    code = "import sys, prover; prover.Prover; prover.policy; prover.strategy; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], text=True, capture_output=True, check=True)
    assert {"torch", "transformers", "typer", "httpx", "rich"} & set(done.stdout.split()) == set()

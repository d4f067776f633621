"""What people write: shares of datasets, a model's folder as a policy, commands that cannot do what is asked."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from prover.bench.config import PolicyFacts
from prover.cli import run
from prover.config import PolicySpec, make_policy
from prover.errors import PolicyError, UsageError
from prover.iterate.settings import iterate_settings
from prover.lean.goals import parse_goal
from prover.learners.language import LanguageLearner
from prover.policies.protocol import ProblemPolicy
from prover.policies.tiny.policy import Card, write_card
from prover.train.curriculum import mixed
from prover.train.explore import Explorer, first_policy
from prover.types import ProofState
from search.types import Suggestion
from tests.train import made

ROOT = Path(__file__).parents[2]
STATE = ProofState("p", (parse_goal("n : ℕ\nh : 2 < n\n⊢ n * n ≠ 3", 1),), ())


def asked_of(policy: ProblemPolicy, k: int) -> tuple[Suggestion, ...]:
    return policy.prepare(made.problem("p"), 0).policy.suggest([STATE], k)[0].suggestions


@pytest.fixture
def table(tmp_path: Path) -> Path:
    write_card(Card(kind="table", name="t", counts={"all": {"omega": 9.0}}), tmp_path)
    return tmp_path


class TestPolicy:
    def test_a_folder_is_a_policy(self, table: Path) -> None:
        spec = PolicySpec.model_validate(f"tiny?model={table}")
        policy = make_policy(spec)
        assert isinstance(policy, ProblemPolicy)
        (found,) = policy.prepare(made.problem("p"), 0).policy.suggest([STATE], 3)
        assert found.suggestions[0].action == "omega"
        assert spec.deterministic

    def test_a_run_notices_another_model(self, table: Path) -> None:
        spec = PolicySpec.model_validate(f"tiny?model={table}")
        before = PolicyFacts.of(spec).sha256
        write_card(Card(kind="table", name="t", counts={"all": {"simp": 9.0}}), table)
        assert len(before) == 64 and PolicyFacts.of(spec).sha256 != before

    @pytest.mark.parametrize("settings", ["model=x&depth=3", "samples=many"])
    def test_other_settings_are_refused(self, settings: str) -> None:
        with pytest.raises(ValueError, match=r"tiny has no setting 'depth'|tiny cannot take samples=many"):
            PolicySpec.model_validate(f"tiny?{settings}")

    def test_a_missing_model_is_one_sentence(self, tmp_path: Path) -> None:
        with pytest.raises(PolicyError, match="holds no model"):
            make_policy(PolicySpec.model_validate(f"tiny?model={tmp_path}"))


class TestExploration:
    def test_depends_on_seed_and_goal_alone(self) -> None:
        one, other = Explorer(first_policy(), 1, 1.0), Explorer(first_policy(), 1, 1.0)
        third = Explorer(first_policy(), 2, 1.0)
        orders = [[suggestion.action for suggestion in asked_of(policy, 12)] for policy in (one, other, third)]
        assert orders[0] == orders[1] != orders[2]
        assert all(len(set(order)) == 12 for order in orders)

    def test_without_temperature_is_the_policy_itself(self) -> None:
        assert asked_of(Explorer(first_policy(), 1, 0.0), 10) == asked_of(first_policy(), 10)

    def test_what_the_context_lacks_is_not_tried(self) -> None:
        bare = made.problem("p").model_copy(update={"lacks": ("simp", "omega", "grind")})
        (found,) = first_policy().prepare(bare, 0).policy.suggest([STATE], 200)
        assert not [
            suggestion.action
            for suggestion in found.suggestions
            if "omega" in suggestion.action or "grind" in suggestion.action
        ]
        assert any("simp" in suggestion.action for suggestion in found.suggestions)
        assert any("omega" in suggestion.action for suggestion in asked_of(first_policy(), 200))


class TestShares:
    def test_problems_of_datasets_go_by_turns(self) -> None:
        asked = [made.asked(f"a{n}", n) for n in range(8)] + [
            made.asked(f"b{n}", 8 + n).model_copy(update={"dataset": "others"}) for n in range(8)
        ]
        names = [entry.problem.name for entry in mixed(asked, {"toys": 3.0})]
        assert names[:8] == ["a0", "a1", "a2", "b0", "a3", "a4", "a5", "b1"]
        assert sorted(names) == sorted(entry.problem.name for entry in asked)


class TestCommands:
    def test_without_torch_the_loop_says_so_before_it_searches(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        def version(name: str) -> str:
            raise PackageNotFoundError(name)

        monkeypatch.setattr("prover.registry.version", version)
        assert run(["iterate", "--out", str(tmp_path / "x")]) == 2
        assert "proofsmith[ml]" in capsys.readouterr().err and not (tmp_path / "x").exists()

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["iterate", "--out", "x", "--preset", "huge"], "there is no learner 'huge'"),
            (["iterate", "--out", "x", "--train", "library/train=no"], "has to be a number above 0"),
            (["iterate", "--out", "x", "--learn", "sft"], "--learn is for language models: write --policy hf:PATH"),
            (["iterate", "--out", "x", "--policy", "hf:m", "--learn", "sft,ppo"], "the phases are sft, dpo, grpo"),
            (["iterate", "--out", "x", "--policy", "hf:m?recipe=stepp"], "did you mean step?"),
            (["iterate", "--out", "x", "--config", "none.toml"], "there is no file none.toml"),
            (["train", "nowhere.jsonl", "--out", "x"], "there is no file"),
            (["train", ".", "--out", "x"], "holds no examples yet"),
        ],
    )
    def test_what_makes_no_sense_is_one_sentence(
        self,
        arguments: list[str],
        said: str,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        monkeypatch.chdir(tmp_path)
        assert run(arguments) == 2
        assert said in capsys.readouterr().err and not (tmp_path / "x").exists()

    def test_a_file_says_what_the_command_line_does_not(self, tmp_path: Path) -> None:
        file = tmp_path / "lm.toml"
        file.write_text(
            'policy = "hf:m?dtype=bfloat16"\nlearn = ["sft", "sft,dpo"]\n'
            'search-budget = "lean_calls=7"\n[sft]\nepochs = 5\n'
        )
        settings = iterate_settings({"rounds": 2, "problems": None}, file)
        assert (settings.rounds, settings.problems, settings.search_budget) == (2, (720,), "lean_calls=7")
        learner = settings.learner()
        assert isinstance(learner, LanguageLearner) and learner.schedule.epochs == 5
        assert (learner.base, learner.settings, learner.learn) == ("m", "dtype=bfloat16", (("sft",), ("sft", "dpo")))
        file.write_text('polcy = "tiny"\n')
        with pytest.raises(UsageError, match=r"there is no option 'polcy' of .*lm.toml; known are policy, learn"):
            iterate_settings({}, file)
        file.write_text('companions = ["automatic"]\n')
        with pytest.raises(UsageError, match=r"--companions of .*: there is no policy 'automatic'"):
            iterate_settings({}, file)
        file.write_text("problems = 0\n")
        with pytest.raises(UsageError, match=r"--problems of .*lm.toml: Input should be greater than or equal to 1"):
            iterate_settings({}, file)

    def test_the_committed_configuration_is_read(self) -> None:
        settings = iterate_settings({}, ROOT / "docs" / "examples" / "config" / "iterate-lm.toml")
        assert settings.language and settings.seed == 0 and settings.learn == ("sft", "sft,dpo")

    def test_export_writes_every_layout(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (tmp_path / "examples.jsonl").write_text("".join(f"{made.example(n).model_dump_json()}\n" for n in range(3)))
        assert run(["train", str(tmp_path / "examples.jsonl"), "--export", "--out", str(tmp_path / "out")]) == 0
        lines = (tmp_path / "out" / "tactics.jsonl").read_text(encoding="utf-8").splitlines()
        assert len(lines) == 3 and "3 rows  tactics" in capsys.readouterr().out

"""The options that searching commands share: what people write, and one sentence for what makes no sense."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from prover.config import BudgetSpec, PolicySpec, SearchConfig, StrategySpec, make_policy, search_config
from prover.errors import InputError, ProverError, UsageError
from prover.lean.backend import LeanSpec
from search.types import Budget


class TestBudget:
    def test_as_people_write_it(self) -> None:
        found = search_config(budget="steps=200, lean_calls=1e3,seconds=1.5").budget
        assert found.limits() == Budget(steps=200, lean_calls=1000, seconds=1.5)
        assert str(found) == "steps=200,lean_calls=1000,seconds=1.5"
        assert search_config(budget="unlimited").budget.limits() == Budget()
        assert str(BudgetSpec()) == "unlimited"

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("calls=3", "there is no unit 'calls'; the units are steps,"),
            ("steps", "'steps' is no limit; write UNIT=N"),
            ("steps=many", "steps=many is no number"),
            ("steps=0", "has to be above 0"),
            ("steps=nan", "has to be above 0"),
            ("seconds=-1", "has to be above 0"),
            ("steps=1.5", "has to be a whole number"),
            ("steps=1,steps=2", "steps is given twice"),
        ],
    )
    def test_faults(self, text: str, said: str) -> None:
        with pytest.raises(UsageError, match=r"^--budget: ") as error:
            search_config(budget=text)
        assert said in str(error.value)


class TestStrategy:
    def test_options_have_their_types(self) -> None:
        found = search_config(strategy="mcts?exploration=2&intrinsic=true&widening=none&parallel=8").strategy
        assert found.options == {"exploration": 2.0, "intrinsic": True, "widening": None, "parallel": 8}
        assert StrategySpec.model_validate(str(found)) == found
        assert search_config(strategy="subgoal").strategy.reads_budget and not found.reads_budget

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("astar", "there is no strategy 'astar'; there are best-first,"),
            ("beam?width=4&beams=2", "beam has no setting 'beams'; it has"),
            ("beam?beam=many", "beam cannot take beam=many: Input should be a valid integer"),
            ("beam?beam=0", "option beam must be at least 1"),
            ("mcts?exploration=inf", "a finite number is needed"),
        ],
    )
    def test_faults(self, text: str, said: str) -> None:
        with pytest.raises(UsageError, match=r"^--strategy: ") as error:
            search_config(strategy=text)
        assert said in str(error.value)


class TestPolicy:
    def test_parts(self) -> None:
        found = search_config(policy="openai:http://host:8000/v1#org/model?recipe=chat&temperature=0.6").policy
        assert (found.name, found.target) == ("openai", "http://host:8000/v1#org/model")
        assert found.recipe.startswith("chat/1 (template ") and not found.deterministic
        assert found.sampling | {"temperature": "0.6", "top_p": "0.95", "max_tokens": "8192"} == found.sampling
        assert PolicySpec.model_validate(str(found)) == found
        assert search_config(policy="hf:m?temperature=0").policy.deterministic
        assert PolicySpec().deterministic and PolicySpec().recipe == ""

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("gpt", "there is no policy 'gpt'; there are automation,"),
            ("hf", "hf needs PATH_OR_ID; write hf:PATH_OR_ID"),
            ("automation:x", "automation takes no target"),
            ("openai:http://host", "openai needs the model after the server's address"),
            ("hf:m?temperature=warm", "hf cannot take temperature=warm: Input should be a valid number"),
            ("hf:m?temperature=-1", "greater than or equal to 0"),
            ("automatoin", "did you mean automation?"),
            ("automation?premise=2", "it has premises, without; did you mean premises?"),
        ],
    )
    def test_faults(self, text: str, said: str) -> None:
        with pytest.raises(UsageError, match=r"^--policy: ") as error:
            search_config(policy=text)
        assert said in str(error.value)

    def test_the_policy_without_weights_can_be_made(self) -> None:
        assert make_policy(PolicySpec()).name == "automation"
        with pytest.raises(ValueError, match="automation has no setting 'temperature'; it has premises"):
            PolicySpec(settings={"temperature": "1"})


class TestFile:
    def test_the_command_line_goes_before_the_file(self, tmp_path: Path) -> None:
        file = tmp_path / "search.toml"
        file.write_text('policy = "automation"\nstrategy = "beam?beam=4"\nseed = 3\n[budget]\nsteps = 7\n')
        found = search_config(config=file, seed=9)
        assert (str(found.strategy), found.seed) == ("beam?beam=4", 9)
        assert found.budget.limits() == Budget(steps=7)

    def test_what_was_written_is_read_again(self, tmp_path: Path) -> None:
        found = search_config(strategy="best-of-n?n=8", budget="generations=5", workers=3, lean="native")
        file = tmp_path / "search.json"
        file.write_text(found.model_dump_json())
        assert search_config(config=file) == found
        assert SearchConfig.model_validate(json.loads(file.read_text())) == found

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("stategy = 'beam'", "there is no option 'stategy' of"),
            ("workers = 0", "--workers of"),
            ("budget = 3", "--budget of"),
            ("seed = [", "is no TOML"),
        ],
    )
    def test_faults(self, tmp_path: Path, text: str, said: str) -> None:
        file = tmp_path / "bad.toml"
        file.write_text(text)
        with pytest.raises(ProverError) as error:
            search_config(config=file)
        assert said in str(error.value) and "\n" not in str(error.value).strip()
        with pytest.raises(InputError, match="there is no file"):
            search_config(config=tmp_path / "none.toml")

    def test_the_hash_is_of_what_decides(self) -> None:
        assert search_config(workers=1).sha256 == search_config(workers=4).sha256
        assert search_config(seed=1).sha256 != search_config(seed=2).sha256


def test_the_defaults_are_known() -> None:
    """A default is not looked up before it is made: it has to be right by itself."""
    for default in (PolicySpec(), StrategySpec(), LeanSpec()):
        assert type(default).model_validate(str(default)) == default

"""The learner of language models as the loop uses it: one call a round, whatever phases there are."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from prover.errors import PolicyError
from prover.learners.language import LanguageLearner
from prover.policies.models.cards import read_model_card
from prover.policies.models.model import ModelPolicy
from prover.policies.models.weights import folder_sha256
from prover.train.job import Schedule
from tests.learners.small import EXAMPLES


def learner(place: Path, **given: object) -> LanguageLearner:
    short = Schedule(epochs=1, rate=5e-3, batch_tokens=1024, longest=128, threads=1)
    made = LanguageLearner(base=str(place), schedule=short, preferences=short)
    return made.model_copy(update=given)


def test_a_round_of_both_phases(base: Path, tmp_path: Path) -> None:
    pytest.importorskip("trl", reason="TRL is not installed (the extra ml): no preferences are learnt here")
    both = learner(base, learn=("sft", "dpo"))
    assert pickle.loads(pickle.dumps(both)) == both and both.spec != learner(base).spec
    record = both.train(EXAMPLES[:8], (), None, 0, tmp_path / "m", name="round-1", number=1, command="prover iterate")
    card = read_model_card(tmp_path / "m")
    assert card is not None and (card.lineage.learner, card.lineage.round) == ("dpo", 1)
    assert (record.name, record.preset, record.round) == ("round-1", "dpo", 1)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["m"], "nothing but the model is left"
    policy = both.policy(tmp_path / "m")
    assert isinstance(policy, ModelPolicy)
    assert (policy.recipe.name, policy.sampling.temperature) == ("step", 0.7)


def test_the_control_is_the_base_asked_in_the_same_way(base: Path, tmp_path: Path) -> None:
    assert learner(base).baseline(EXAMPLES, "untuned", tmp_path / "c")
    policy = learner(base).policy(tmp_path / "c")
    assert isinstance(policy, ModelPolicy) and policy.recipe.name == "step"
    policy.load()
    policy.close()
    assert folder_sha256(str(tmp_path / "c")) != folder_sha256(str(base)), "it has a card"
    assert not learner(base, base="owner/model").baseline(EXAMPLES, "untuned", tmp_path / "d")


def test_a_phase_that_fails_says_why(base: Path, tmp_path: Path) -> None:
    nothing = [example.model_copy(update={"judged": example.judged[1:2]}) for example in (EXAMPLES[0], EXAMPLES[2])]
    with pytest.raises(PolicyError, match="holds no rows to train on: nothing was proved that could be learnt from"):
        learner(base).train(nothing, (), None, 0, tmp_path / "m", name="m")
    assert not (tmp_path / "m").exists()

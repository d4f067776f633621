"""The learner of language models as the loop uses it: one call a round, whatever phases there are."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from pathlib import Path

import pytest

from prover.errors import PolicyError
from prover.lean.embedded.install import Installation
from prover.learners.language import LanguageLearner, asked_with
from prover.learners.rounds import Round
from prover.learners.temperature import GRID, best
from prover.policies.models.cards import read_model_card
from prover.policies.models.critic import CriticValue
from prover.policies.models.model import ModelPolicy
from prover.policies.odds import Fit, Odds
from prover.policies.recipes import find_recipe
from prover.runs.records import StateRecord
from prover.train.job import Reinforcement, Schedule
from prover.types import Problem
from search.tree import Status
from tests.learners.small import EXAMPLES


def learner(place: Path, **given: object) -> LanguageLearner:
    short = Schedule(epochs=1, rate=5e-3, batch_tokens=1024, longest=128, least=1, threads=1)
    made = LanguageLearner(base=str(place), schedule=short, preferences=short)
    return made.model_copy(update=given)


@pytest.mark.slow
def test_a_round_of_both_phases(base: Path, tmp_path: Path) -> None:
    pytest.importorskip("trl", reason="TRL is not installed (the extra ml): no preferences are learnt here")
    both = learner(base, learn=(("sft",), ("sft", "dpo")))
    assert pickle.loads(pickle.dumps(both)) == both and both.spec != learner(base).spec
    assert [both.phases(number) for number in (1, 2, 3)] == [("sft",), ("sft", "dpo"), ("sft", "dpo")]
    made = Round(2, "round-2", command="prover iterate")
    record = both.train_round(EXAMPLES[:8], None, 0, tmp_path / "m", made)
    card = read_model_card(tmp_path / "m")
    assert card is not None and (card.lineage.learner, card.lineage.round) == ("dpo", 2)
    assert (record.name, record.preset, record.round) == ("round-2", "dpo", 2)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["m"], "nothing but the model is left"
    policy = both.policy(tmp_path / "m")
    assert isinstance(policy, ModelPolicy)
    assert policy.recipe.name == "step" and policy.sampling.stop == ("\n",), "a step ends where the line does"
    assert policy.sampling.temperature in GRID
    kept = card.odds
    both.keep_odds(Odds(fits={"hf": Fit(constant=0, log_prob=1, rank=0)}, first={"hf": 0.5}), tmp_path / "m")
    again = read_model_card(tmp_path / "m")
    assert kept is None and again is not None and again.odds is not None and again.sampling == card.sampling


def test_the_control_is_the_base_asked_in_the_same_way(base: Path) -> None:
    policy = learner(base).baseline(EXAMPLES)
    assert isinstance(policy, ModelPolicy) and policy.recipe.name == "step"
    assert policy.sampling == asked_with(find_recipe("step")) and policy.settings.samples == 8


@pytest.mark.slow
def test_a_critic_is_a_second_model(base: Path, tmp_path: Path) -> None:
    def searched() -> Iterator[tuple[Problem, list[StateRecord]]]:
        for number, example in enumerate(EXAMPLES[:12]):
            status = (Status.PROVED, Status.DEAD)[number % 2]
            state = StateRecord(problem=example.problem, goals=example.goals, depth=0, status=status, tried=())
            yield Problem(name=example.problem, statement=example.statement), [state]

    made = learner(base, learn=(("sft", "critic"),))
    made.train_round(EXAMPLES[:8], None, 0, tmp_path / "round-1", Round(1, "round-1", searched=searched))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["critic-1", "round-1"]
    assert isinstance(made.policy(tmp_path / "round-1"), ModelPolicy)
    CriticValue(str(tmp_path / "critic-1")).load()


@pytest.mark.slow
def test_a_round_with_leans_verdict(base: Path, lean: Installation, tmp_path: Path) -> None:
    pytest.importorskip("trl", reason="TRL is not installed (the extra ml): nothing is reinforced here")

    def searched() -> Iterator[tuple[Problem, list[StateRecord]]]:
        for example in EXAMPLES[:4]:
            state = StateRecord(problem=example.problem, goals=example.goals, depth=0, status=Status.DEAD, tried=())
            yield Problem(name=example.problem, statement=example.statement), [state]

    few = Reinforcement(steps=2, questions=2, group=2, max_tokens=4, heartbeats=200)
    made = learner(base, learn=(("sft", "grpo"),), reinforcement=few)
    record = made.train_round(EXAMPLES[:8], None, 0, tmp_path / "m", Round(1, "round-1", searched=searched))
    assert (record.preset, len(record.losses)) == ("grpo", 2)


@pytest.mark.slow
def test_a_phase_that_fails_says_why(base: Path, tmp_path: Path) -> None:
    nothing = [example.model_copy(update={"judged": example.judged[1:2]}) for example in (EXAMPLES[0], EXAMPLES[2])]
    with pytest.raises(PolicyError, match="holds no rows to train on: nothing was proved that could be learnt from"):
        learner(base).train(nothing, None, 0, tmp_path / "m")
    assert not (tmp_path / "m").exists()


def test_the_temperature_is_that_which_answers_most_states() -> None:
    # A sure state wants it low, one whose answers are unlikely wants it high: what matters is how many are answered.
    sure = {at: 1.0 - at / 4 for at in GRID}
    unlikely = {at: at / 40 for at in GRID}
    assert best([sure], 1) == GRID[0] and best([unlikely], 8) == GRID[-1] and best([], 8) is None
    assert best([sure] * 9 + [unlikely], 1) == GRID[0] and (best([sure, unlikely], 8) or 0.0) > GRID[0]

"""One reward for every trainer: what it is worth, that it is kept, and the faces that only translate."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import prover.reward.shared as shared
from prover.errors import DataError
from prover.reward.score import metrics
from prover.reward.tactics import TacticWalk
from prover.serve.refusals import OutOfTime
from prover.types import Problem, Verdict
from tests.reward.toy_rewards import STATEMENT, Counting
from tests.serve.toy import ToySession

ANSWERS = {
    "42": "accepted",
    "41": "elaboration",
    "Think.\n```lean\ntheorem t : 40 + 2 = 42 := by\n  42\n```": "accepted",
    "```lean\ntheorem t : 1 + 1 = 2 := by\n  42\n```": "accepted",  # the statement that counts is ours
    "```\n```": "unreadable",
    "": "unreadable",
}


@pytest.fixture
def rewards(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counting]:
    with Counting() as made:
        monkeypatch.setattr(shared, "_shared", [made])
        yield made


def test_what_answers_are_worth(rewards: Counting) -> None:
    scores = rewards.score([(STATEMENT, answer) for answer in ANSWERS])
    assert [score.kind for score in scores] == list(ANSWERS.values())
    assert [score.value for score in scores] == [float(kind == "accepted") for kind in ANSWERS.values()]
    assert metrics(scores)["lean/accepted"] == 0.5
    (nonsense,) = rewards.score([("theorem t : hope := by", "42")])
    assert (nonsense.kind, nonsense.value) == ("statement", 0.0)


def test_equal_answers_are_judged_once_and_a_store_remembers(tmp_path: Path) -> None:
    pairs = [(STATEMENT, "42"), (STATEMENT, "41"), (STATEMENT, "42")]
    store = tmp_path / "rewards.sqlite"
    with Counting(store=store, workers=2) as first:
        found = first.score(pairs)
        assert first.asked == 2
    with Counting(store=store) as second:
        assert asyncio.run(second.ascore(pairs)) == found
        assert second.asked == 0
    with pytest.raises(DataError, match="other settings"):
        Counting(store=store, heartbeats=7)


def test_a_servers_limit_of_seconds_is_no_score_that_stays(tmp_path: Path) -> None:
    class Late(Counting):
        def _verify(self) -> Any:
            def verify(problem: Problem, proof: str) -> Verdict:
                self.asked += 1
                raise OutOfTime("no answer from Lean within 300 s; ask for a longer timeout")

            return verify

    for _ in range(2):
        with Late(store=tmp_path / "rewards.sqlite") as late:
            (score,) = late.score([(STATEMENT, "42")])
            assert (score.value, score.kind, late.asked) == (0.0, "limit", 1)


def test_trl(rewards: Counting) -> None:
    from prover.reward.trl import lean_reward

    logged: dict[str, float] = {}
    conversation = [{"role": "assistant", "content": "42"}]
    found = asyncio.run(
        lean_reward(
            ["p"] * 3, ["42", conversation, "42"], statement=[STATEMENT, STATEMENT, None], log_metric=logged.__setitem__
        )
    )
    assert found == [1.0, 1.0, None] and logged == {"lean/accepted": 1.0}


def test_verl_openrlhf_slime(rewards: Counting) -> None:
    from prover.reward.openrlhf import reward_func
    from prover.reward.slime import lean_reward, lean_rewards
    from prover.reward.verl import compute_scores

    rows = compute_scores(["d"] * 2, ["42", "41"], ["", STATEMENT], [{"formal_statement": STATEMENT}, None])
    assert [(row["score"], row["kind"]) for row in rows] == [(1.0, "accepted"), (0.0, "elaboration")]
    made = reward_func(["prompt42", "prompt41"], ["prompt"] * 2, [STATEMENT] * 2)
    assert [float(value) for value in made["rewards"]] == [1.0, 0.0]
    samples = [SimpleNamespace(label=STATEMENT, response=text) for text in ("42", "41")]
    assert asyncio.run(lean_rewards(None, samples)) == [1.0, 0.0]
    assert asyncio.run(lean_reward(None, samples[0])) == 1.0


class ToyStepper:
    """Goals of the toy Lean."""

    def read(self, statement: str) -> Problem:
        return Problem(name="t", statement=statement)

    def goals(self, problem: Problem, tactics: Any) -> tuple[str, ...]:
        from prover.errors import InputError
        from search import Advanced, Rejected

        session = ToySession()
        state = session.start(problem)
        for tactic in tactics:
            step = session.step(state, tactic)
            if isinstance(step, Rejected):
                raise InputError(step.reason)
            if not isinstance(step, Advanced):
                return ()
            state = step.state
        return tuple(goal.text for goal in state.goals)


def test_a_walk_is_rewarded_by_the_verifier_alone(rewards: Counting) -> None:
    walk = TacticWalk(lambda: rewards, ToyStepper)
    assert walk.open(STATEMENT) == "⊢ 40 + 2 = ?"
    assert "not the sum" in walk.apply("7")
    assert walk.goals == ("⊢ 40 + 2 = ?",) and walk.reward() == 0.0
    assert walk.apply("4") == "⊢ 40 + 2 = 4?"
    assert "verified" in walk.apply("2")
    assert walk.reward() == 1.0 and rewards.asked == 1
    assert walk.reward() == 1.0 and rewards.asked == 1
    assert walk.open(STATEMENT) and walk.reward() == 0.0, "a new episode has nothing of the last one"

"""A critic: it learns which states are proved, says so as a probability, and takes part in searches."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from prover.cli import run
from prover.errors import DataError, PolicyError, UsageError
from prover.lean.goals import parse_goal
from prover.learners.critic import ValueRow, critic_job, critic_recipe, train_critic, value_rows
from prover.learners.held_out import is_held_out
from prover.learners.reliability import BINS, Scored, isotonic, reliability
from prover.policies.models.critic import CriticValue, valued
from prover.policies.recipes import PromptRequest, find_recipe
from prover.policies.templates.automation import AutomationPolicy
from prover.runs.records import StateRecord, TacticRecord
from prover.train.job import CriticJob, Schedule
from prover.train.rows import Asked, write_rows
from prover.types import Problem, ProofState
from search.tree import Outcome, Status


def goal(number: int) -> str:
    letter = "abcdefgh"[number % 8]
    return f"h{number} : {number} < {letter}\n⊢ 0 < {letter}"


def rows() -> list[ValueRow]:
    step = find_recipe("step")
    return [
        ValueRow(
            problem=f"p{number}",
            asked=Asked.of(step.prompt(PromptRequest("", goals=(goal(number),)))),
            proved=number % 8 < 4,
        )
        for number in range(160)
    ]


def state(number: int) -> ProofState:
    return ProofState("p", (parse_goal(goal(number), 0),), ())


@pytest.mark.slow
def test_it_learns_and_is_calibrated(base: Path, tmp_path: Path) -> None:
    write_rows(rows(), tmp_path / "rows.jsonl")
    record = train_critic(
        CriticJob(
            model=str(base), data=tmp_path / "rows.jsonl", out=tmp_path / "m", work=tmp_path / "w", name="m",
            schedule=Schedule(epochs=12, rate=5e-3, batch_tokens=512, patience=1000, least=1, threads=1),
        )
    )  # fmt: skip
    assert record.held_out[-1][1] < record.held_out[0][1]
    critic = CriticValue(str(tmp_path / "m"))
    apart = [number for number in range(160) if is_held_out(f"p{number}")]
    found = critic.estimate([state(number) for number in apart])
    assert all(0.0 < value < 1.0 for value in found)
    right = [value for value, number in zip(found, apart, strict=True) if number % 8 < 4]
    wrong = [value for value, number in zip(found, apart, strict=True) if number % 8 >= 4]
    assert min(right) > max(wrong)
    problem = Problem(name="p", statement="theorem p : True := by")
    prepared = valued(AutomationPolicy(), f"hf:{tmp_path / 'm'}").prepare(problem, 0)
    assert prepared.value is not None and prepared.value.estimate([state(0)]) == critic.estimate([state(0)])


def test_calibration_never_falls_and_is_never_sure() -> None:
    scores = [-2.0, -1.0, 0.0, 1.0, 2.0, 3.0]
    proved = [False, False, True, False, True, True]
    found = isotonic([Scored("p", score, label) for score, label in zip(scores, proved, strict=True)])
    levels = [found(score) for score in [-9.0, *scores, 9.0]]
    assert levels == sorted(levels) and 0.0 < levels[0] < 0.5 < levels[-1] < 1.0
    assert found(0.0) == found(1.0), "they are in the wrong order, so they are pooled"


def scored(count: int, informed: bool) -> list[Scored]:
    """States of many problems, half of them proved, whose scores say so or do not."""
    draw = random.Random(0)
    return [
        Scored(f"p{number}", draw.gauss(2.0 * (number % 2) if informed else 0.0, 1.0), bool(number % 2))
        for number in range(count)
    ]


def test_a_critic_that_knows_is_told_from_one_that_does_not() -> None:
    knows, guesses = reliability(scored(400, True)), reliability(scored(400, False))
    assert knows is not None and guesses is not None
    assert knows.order > 0.85 and knows.brier < 0.18 < 0.24 < knows.blind < 0.26
    assert abs(guesses.order - 0.5) < 0.1 and guesses.brier > guesses.blind - 0.01, "a guess gains nothing"
    assert (knows.states, knows.problems, knows.proved) == (400, 400, 200)
    assert [some.said for some in knows.bins] == sorted(some.said for some in knows.bins)
    assert sum(some.states for some in knows.bins) == 400 and 2 <= len(knows.bins) <= BINS + 1


def test_the_map_is_never_judged_by_what_it_was_fitted_on() -> None:
    # Scores of one half say nothing of the other: a fit that saw its own half would be nearly perfect.
    found = [Scored(f"p{number}", float(number), number * 7 % 2 == 0) for number in range(40)]
    judged = reliability(found)
    assert judged is not None and judged.brier > 0.2


def test_states_of_one_kind_judge_nothing() -> None:
    assert reliability([]) is None
    assert reliability([Scored(f"p{number}", 0.0, True) for number in range(40)]) is None


def test_a_critic_is_shown_states_also_where_the_policy_is_asked_for_proofs() -> None:
    assert (critic_recipe("step"), critic_recipe("proof")) == ("step", "step")


def test_a_state_that_hardly_anything_was_spent_on_has_no_label() -> None:
    def visited(status: Status, calls: int) -> StateRecord:
        tried = TacticRecord(
            tactic="simp", log_prob=-1.0, outcome=Outcome.REJECTED, status=Status.DEAD, kind="error", lean_calls=calls
        )
        return StateRecord(problem="p", goals=("⊢ True",), depth=0, status=status, tried=(tried,))

    states = [visited(Status.PROVED, 1), visited(Status.OPEN, 3), visited(Status.OPEN, 9), visited(Status.DEAD, 2)]
    made = value_rows(states, find_recipe("step"))
    assert [row.proved for row in made] == [True, False, False]


def test_what_cannot_be_done_is_one_sentence(base: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    proved = [row for row in rows() if row.proved]
    write_rows(proved, tmp_path / "rows.jsonl")
    job = CriticJob(model=str(base), data=tmp_path / "rows.jsonl", out=tmp_path / "m", work=tmp_path / "w", name="m")
    with pytest.raises(DataError, match="from states that were proved and states that were not"):
        train_critic(job)
    with pytest.raises(DataError, match="from states that were proved and states that were not"):
        critic_job(proved, tmp_path / "m", model=str(base))
    assert run(["train", str(tmp_path), "--preset", "small", "--critic", "--out", str(tmp_path / "m")]) == 2
    assert "is no run of `prover iterate`" in capsys.readouterr().err
    with pytest.raises(PolicyError, match="is no critic: name the folder of one"):
        CriticValue(str(base)).load()
    with pytest.raises(UsageError, match="write hf:FOLDER"):
        valued(AutomationPolicy(), "tiny")
